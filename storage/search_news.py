"""What a workspace has that its search index has not: pages and texts that were committed since."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from storage.connection import Connection
from storage.file_list import ListedFile, listed, version
from storage.readers import Reader
from storage.search_index import Place, SearchIndex
from storage.segment import iter_rows
from storage.tombstones import forgotten_visits
from storage.words import DOM_CHARSET, DOM_TYPE, Kind, Outcome

LOOKED_AT_ONCE = 500
_HALF = 16  # bytes of a digest that the ledger knows
_STORED = {Outcome.FETCHED, Outcome.UNCHANGED}
_COLUMNS = (
    "visit", "run", "url", "host", "kind", "outcome", "reason", "title", "content_type", "charset", "digest",
    "fetched_at", "dom_digest",
)  # fmt: skip
_PENDING = (
    "SELECT visit, runs.id, url, host, kind, outcome, reason, title, content_type, charset, p.digest,"
    " fetched_at, d.digest FROM pending p JOIN runs USING (run) LEFT JOIN doms d USING (visit) ORDER BY visit"
)
_ALIVE = (
    "SELECT visit, digest FROM read_digests WHERE visit IN (SELECT value FROM json_each(?))"
    " AND visit NOT IN (SELECT visit FROM forgotten)"
)


class NewPage(NamedTuple):
    """One page that the index does not know yet, by what is read in it: its body, or what a browser made."""

    place: Place
    title: str
    content_type: str
    charset: str

    @property
    def visit(self) -> int:
        """Which of all."""
        return self.place.visit

    @property
    def digest(self) -> bytes:
        """Of what is read in it."""
        return self.place.digest

    @property
    def dom_digest(self) -> bytes:
        """Its digest, type and charset are those of what is read already."""
        return b""


class News(NamedTuple):
    """Pages of one place, all that are new there; its name when it is a file."""

    pages: tuple[NewPage, ...]
    file: str = ""


def news(ledger: Connection, index: SearchIndex) -> Iterator[News]:
    """What is not in the index: the list of files and the pending rows are those of one moment."""
    with Reader(index.workspace) as reader:
        ledger.execute("BEGIN")
        try:
            files = listed(ledger, "pages")
            pending = ledger.execute(_PENDING).fetchall()
            hidden = forgotten_visits(ledger)
            reader.saw(version(ledger))
        finally:
            ledger.execute("COMMIT")
        for file in files:
            if not index.knows_file(file.name):
                yield from _sealed(index, file, hidden)
        for start in range(0, len(pending), LOOKED_AT_ONCE):
            yield News(_new(index, pending[start : start + LOOKED_AT_ONCE], hidden))


def fresh_readings(ledger: Connection, index: SearchIndex) -> Iterator[tuple[str, list[tuple[bytes, int]]]]:
    """Bodies that engines have read since the index looked last, and the file that says so, if one does."""
    yield "", ledger.execute("SELECT digest, engine FROM pending_contents").fetchall()
    with Reader(index.workspace) as reader:
        files = listed(ledger, "content")
        reader.saw(version(ledger))
        for file in files:
            if not index.knows_file(file.name):
                batches = iter_rows(index.workspace / file.name, "content", ["digest", "engine"])
                columns = [[batch.column(0).to_pylist(), batch.column(1).to_pylist()] for batch in batches]
                yield file.name, [pair for one in columns for pair in zip(*one, strict=True)]


def gone(ledger: Connection, index: SearchIndex) -> list[int]:
    """Visits of the index that the workspace does not know any more."""
    every = index.all_visits()
    lost = []
    for start in range(0, len(every), LOOKED_AT_ONCE):
        some = every[start : start + LOOKED_AT_ONCE]
        alive = living(ledger, [visit for visit, _ in some])
        lost += [visit for visit, digest in some if not _is_same(digest, alive.get(visit))]
    return lost


def living(ledger: Connection, visits: list[int]) -> dict[int, bytes]:
    """Those of the visits that may be shown, each with the half of a digest that the ledger has."""
    rows = ledger.execute(_ALIVE, (json.dumps(visits),))
    return {int(visit): bytes(digest or b"") for visit, digest in rows}


def may_be_shown(ledger: Connection, places: list[Place]) -> list[Place]:
    """Those that nobody has forgotten."""
    alive = living(ledger, [place.visit for place in places])
    return [place for place in places if _is_same(place.digest, alive.get(place.visit))]


def _is_same(digest: bytes, half: bytes | None) -> bool:
    # a number may be given again once the highest ones are forgotten
    return half is not None and (not half or digest[:_HALF] == half[:_HALF])


def _sealed(index: SearchIndex, file: ListedFile, hidden: frozenset[int]) -> Iterator[News]:
    for batch in iter_rows(index.workspace / file.name, "pages", _COLUMNS):
        rows = list(zip(*(batch.column(name).to_pylist() for name in _COLUMNS), strict=True))
        for start in range(0, len(rows), LOOKED_AT_ONCE):
            yield News(_new(index, rows[start : start + LOOKED_AT_ONCE], hidden))
    yield News((), file.name)


def _new(index: SearchIndex, rows: Sequence[tuple[Any, ...]], hidden: frozenset[int]) -> tuple[NewPage, ...]:
    known = index.known([row[0] for row in rows])
    return tuple(
        page
        for row in rows
        if (page := _page(row)) and page.visit not in hidden and known.get(page.visit) != page.digest
    )


def _page(row: tuple[Any, ...]) -> NewPage | None:
    visit, run, url, host, kind, outcome, reason, title, content_type, charset, *late = row
    digest, fetched_at, dom_digest = late
    if dom_digest:
        digest, content_type, charset = dom_digest, DOM_TYPE, DOM_CHARSET
    if kind != Kind.PAGE or outcome not in _STORED or reason == "redirected" or not digest:
        return None
    moment = fetched_at if isinstance(fetched_at, float) else fetched_at.timestamp()
    return NewPage(Place(visit, bytes(digest), url, host, run, moment), title, content_type, charset)
