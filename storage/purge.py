"""Writes sealed files anew without what is forgotten; what others still need of it moves to them."""

import secrets
import time
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from storage.columns import TABLES, Table
from storage.file_list import ListedFile, NewFile
from storage.segment import iter_rows, page_layout, publish

BODIES_AT_ONCE = 64  # moved bodies that are in memory together
_HOLDERS = ("body_visit", "dom_visit")  # columns of pages that point at other visits
DIGEST_BYTES = 16  # how much of a digest the ledger knows


@dataclass(frozen=True)
class Doomed:
    """What is to vanish, and who inherits what others still need of it."""

    visits: frozenset[int]
    heirs: Mapping[int, int]  # a visit that goes -> the one that keeps its body, links and records
    dom_heirs: Mapping[int, int]  # the same of the document that a browser made
    runs: Mapping[int, str]  # of the heirs of bodies
    digests: frozenset[bytes]  # bodies that no visit holds any more, as far as the ledger knows them
    urls: frozenset[str]  # of pages that no run knows any more

    @cached_property
    def visit_array(self) -> pa.Array:
        """The visits, to compare whole columns with."""
        return pa.array(self.visits, pa.int64())

    @cached_property
    def digest_array(self) -> pa.Array:
        """The same of the digests."""
        return pa.array(self.digests, pa.binary())

    @cached_property
    def url_array(self) -> pa.Array:
        """The same of the URLs."""
        return pa.array(self.urls, pa.string())


@dataclass(frozen=True, slots=True)
class Purged:
    """A file and what takes its place: nothing, when no row was left."""

    old: ListedFile
    new: NewFile | None
    visits: "array[int] | None"
    contents: tuple[tuple[bytes, int], ...] = ()  # (body digest, engine) of the contents that went


ReadValue = Callable[[int], bytes | None]


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What passes from one row of a page to another: a column, and the one that says who holds it."""

    column: str
    holder: str
    heirs: Mapping[int, int]
    read: ReadValue


_Change = Callable[[pa.RecordBatch], Iterator[pa.RecordBatch]]


def purge_file(
    workspace: Path, file: ListedFile, doomed: Doomed, read_body: ReadValue, read_dom: ReadValue
) -> Purged | None:
    """The file that takes its place; None when there is nothing to forget in it."""
    path = workspace / file.name
    if not _is_touched(path, file.part, doomed):
        return None
    name = f"{file.part}/{int(time.time() * 1000):013d}-{secrets.token_hex(4)}.parquet"
    table = page_layout([path]) if file.part == "pages" else TABLES[file.part]
    level = table.merged_level if file.level else table.level
    passed_on = (
        Inheritance("body", "body_visit", doomed.heirs, read_body),
        Inheritance("dom", "dom_visit", doomed.dom_heirs, read_dom),
    )
    change = _change_of(path, table, doomed, passed_on)
    facts = publish(workspace / name, table, _changed(path, table, change), level)
    contents = tuple(_contents(path, doomed)) if file.part == "content" else ()
    if not facts.rows:
        (workspace / name).unlink()
        return Purged(file, None, None, contents)
    sizes = (facts.rows, facts.bytes, facts.raw_bytes)
    new = NewFile(name, file.part, *sizes, file.level, facts.has_renderings)
    return Purged(file, new, _visits(workspace / name) if file.part == "pages" else None, contents)


def _contents(path: Path, doomed: Doomed) -> Iterator[tuple[bytes, int]]:
    for batch in iter_rows(path, "content", ["digest", "url", "engine"]):
        gone = batch.filter(_goes(batch, doomed))
        yield from zip(gone.column("digest").to_pylist(), gone.column("engine").to_pylist(), strict=True)


def _is_touched(path: Path, part: str, doomed: Doomed) -> bool:
    columns = {"pages": ["visit", *_HOLDERS], "content": ["digest", "url"]}.get(part, ["visit"])
    return any(pc.any(_goes(batch, doomed)).as_py() for batch in iter_rows(path, part, columns))


def _goes(batch: pa.RecordBatch, doomed: Doomed) -> pa.Array:
    """Which rows go, or lose what they point at."""
    if "visit" not in batch.schema.names:
        prefix = pc.binary_slice(batch.column("digest").cast(pa.binary()), 0, DIGEST_BYTES)
        by_digest = pc.is_in(prefix, value_set=doomed.digest_array)
        return pc.or_(by_digest, pc.is_in(batch.column("url"), value_set=doomed.url_array))
    gone = doomed.visit_array
    found = pc.is_in(batch.column("visit"), value_set=gone)
    for holder in _HOLDERS:
        if holder in batch.schema.names:
            found = pc.or_(found, pc.is_in(batch.column(holder), value_set=gone))
    return found


def _change_of(path: Path, table: Table, doomed: Doomed, passed_on: Sequence[Inheritance]) -> _Change:
    if table.name == "content":
        return lambda batch: iter([batch.filter(pc.invert(_goes(batch, doomed)))])
    if table.name == "pages":
        here = [one for one in passed_on if one.column in table.schema.names]
        return lambda batch: _pages(_without(batch, doomed), doomed, here)
    own = _present(path, table.name, doomed)
    heirs = {holder: heir for holder, heir in doomed.heirs.items() if heir not in own}
    return lambda batch: iter([_without(_inherited(batch, heirs, doomed.runs), doomed)])


def _changed(path: Path, table: Table, change: _Change) -> Iterator[pa.RecordBatch]:
    for batch in iter_rows(path, table.name, table.schema.names):
        yield from (kept for kept in change(batch) if kept.num_rows)


def _without(batch: pa.RecordBatch, doomed: Doomed) -> pa.RecordBatch:
    gone = pc.is_in(batch.column("visit"), value_set=doomed.visit_array)
    return batch.filter(pc.invert(gone))


def _pages(
    batch: pa.RecordBatch, doomed: Doomed, passed_on: Sequence[Inheritance]
) -> Iterator[pa.RecordBatch]:
    """Rows that pointed at what is forgotten hold it now, or point at the row that does."""
    if not pc.any(_goes(batch.select(["visit", *(one.holder for one in passed_on)]), doomed)).as_py():
        yield batch
        return
    for start in range(0, batch.num_rows, BODIES_AT_ONCE):
        rows = batch.slice(start, BODIES_AT_ONCE)
        for one in passed_on:
            rows = _passed_on(rows, doomed, one)
        yield rows


def _passed_on(rows: pa.RecordBatch, doomed: Doomed, one: Inheritance) -> pa.RecordBatch:
    values, holders = rows.column(one.column).to_pylist(), rows.column(one.holder).to_pylist()
    for place, visit in enumerate(rows.column("visit").to_pylist()):
        holder = holders[place]
        if holder not in doomed.visits:
            continue
        heir = one.heirs[holder]
        holders[place] = None if visit == heir else heir
        values[place] = (one.read(holder) or b"") if visit == heir else values[place]
    return _with(_with(rows, one.column, values), one.holder, holders)


def _inherited(batch: pa.RecordBatch, heirs: Mapping[int, int], runs: Mapping[int, str]) -> pa.RecordBatch:
    """Links and records of a forgotten visit are its heir's, who was found unchanged."""
    visits = batch.column("visit").to_pylist()
    if not any(visit in heirs for visit in visits):
        return batch
    names = [
        runs[heirs[visit]] if visit in heirs else run
        for visit, run in zip(visits, batch.column("run").to_pylist(), strict=True)
    ]
    return _with(_with(batch, "visit", [heirs.get(visit, visit) for visit in visits]), "run", names)


def _with(batch: pa.RecordBatch, column: str, values: list[object]) -> pa.RecordBatch:
    place = batch.schema.get_field_index(column)
    arrays = list(batch.columns)
    arrays[place] = pa.array(values, batch.schema.field(column).type)
    return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)


def _present(path: Path, part: str, doomed: Doomed) -> set[int]:
    """The heirs that have rows of their own."""
    wanted = set(doomed.heirs.values())
    if not wanted:
        return set()
    return {
        visit
        for batch in iter_rows(path, part, ["visit"])
        for visit in batch.column("visit").to_pylist()
        if visit in wanted
    }


def _visits(path: Path) -> "array[int]":
    visits = array("q")
    for batch in iter_rows(path, "pages", ["visit"]):
        visits.extend(batch.column("visit").to_pylist())
    return visits
