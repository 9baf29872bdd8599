"""Writes pending records into new Parquet files until few are left; started by `record_seal`.

It only reads the ledger. What it wrote becomes part of the workspace when the ledger lists it.
"""

import gc
import json
import sys
from collections import Counter
from collections.abc import Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from storage.columns import RECORDS
from storage.ledger import Connection, connect
from storage.orphan import die_with_parent
from storage.record_heads import HeadsWriter
from storage.record_pack import BLOCKS_IN_BATCH, Columns, unpack
from storage.record_row import Decision
from storage.record_rows import superseded
from storage.segment import publish
from storage.workspace import ledger_path

FILE_ROWS = 50_000
FILE_BYTES = 64 << 20
BATCH_ROWS = 4_096

_SORTED_BY = (*RECORDS.order, "visit", "record", "ordinal")
_PLACE = {name: place for place, name in enumerate(RECORDS.schema.names)}

_BATCHES = "SELECT batch, rows, bytes FROM record_batches WHERE batch > ? ORDER BY batch"
_FRAMES = "SELECT frame FROM record_blocks WHERE block >= ? AND block < ? ORDER BY block"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The oldest batches that are not sealed, for one file."""

    last: int
    rows: int
    frames: list[bytes]
    superseded: Set[Decision]
    forgotten: Set[int]  # visits


def choose(connection: Connection, after: int, least_rows: int) -> Chosen | None:
    """The next batches behind one, or None when they have fewer rows than are worth a file."""
    connection.execute("BEGIN")
    try:
        last = rows = size = 0
        for batch, batch_rows, batch_bytes in connection.execute(_BATCHES, (after,)):
            last, rows, size = batch, rows + batch_rows, size + batch_bytes
            if rows >= FILE_ROWS or size >= FILE_BYTES:
                break
        else:
            if rows < max(least_rows, 1):
                return None
        blocks = ((after + 1) * BLOCKS_IN_BATCH, (last + 1) * BLOCKS_IN_BATCH)
        frames = [frame for (frame,) in connection.execute(_FRAMES, blocks)]
        return Chosen(last, rows, frames, superseded(connection), _forgotten(connection))
    finally:
        connection.execute("COMMIT")


def _forgotten(connection: Connection) -> Set[int]:
    return {visit for (visit,) in connection.execute("SELECT visit FROM forgotten")}


def waiting_records(connection: Connection) -> pa.Table:
    """Every record that is not sealed, for a query."""
    frames = (frame for (frame,) in connection.execute("SELECT frame FROM record_blocks ORDER BY block"))
    return pa.Table.from_batches([_batch(unpack(frame)) for frame in frames], schema=RECORDS.schema)


def _batch(columns: Columns) -> pa.RecordBatch:
    arrays = [pa.array(values, kind) for values, kind in zip(columns, RECORDS.schema.types, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=RECORDS.schema)


def _gathered(frames: list[bytes]) -> list[list[Any]]:
    columns: list[list[Any]] = [[] for _ in RECORDS.schema.names]
    for frame in frames:
        for column, values in zip(columns, unpack(frame), strict=True):
            column.extend(values)
    return columns


def _order(columns: Columns) -> list[int]:
    """The places of the rows in the order of the file."""
    named = {name: columns[_PLACE[name]] for name in _SORTED_BY}
    table = pa.table(
        {name: pa.array(values, RECORDS.schema.field(name).type) for name, values in named.items()}
    )
    order: list[int] = pc.sort_indices(table, [(name, "ascending") for name in _SORTED_BY]).to_pylist()
    return order


def _split(columns: Columns, order: list[int], chosen: Chosen) -> tuple[list[int], Counter[Decision]]:
    """The places of rows that still count, and how many are left out of each replaced decision."""
    if not chosen.superseded and not chosen.forgotten:
        return order, Counter()
    named = (columns[_PLACE[name]] for name in Decision._fields)
    decisions = [Decision(*name) for name in zip(*named, strict=True)]
    gone = chosen.superseded | {made for made in decisions if made.visit in chosen.forgotten}
    kept = [place for place in order if decisions[place] not in gone]
    return kept, Counter(made for made in decisions if made in chosen.superseded)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The rows of one file in their order, and what the ledger has to know."""

    batches: list[pa.RecordBatch]
    heads: HeadsWriter
    done: dict[str, Any]


def _prepare(chosen: Chosen) -> Prepared:
    columns = _gathered(chosen.frames)
    order, dropped = _split(columns, _order(columns), chosen)
    rows, heads, batches = _batch(columns), HeadsWriter(), []
    columns[_PLACE["data"]] = []  # large, and needed no more
    for start in range(0, len(order), BATCH_ROWS):
        places = order[start : start + BATCH_ROWS]
        heads.add([[column[place] for place in places] if column else [] for column in columns])
        batches.append(rows.take(pa.array(places, pa.int32())))
    done: dict[str, Any] = {"last": chosen.last, "rows": chosen.rows, "file": None}
    done["dropped"] = [(list(decision), count) for decision, count in dropped.items()]
    return Prepared(batches, heads, done)


def prepared_files(workspace: Path, least_rows: int) -> Iterator[Prepared]:
    """One file after the other until few rows are left; belongs to the thread that asks first."""
    connection = connect(ledger_path(workspace), read_only=True)
    after = 0
    while chosen := choose(connection, after, least_rows):
        yield _prepare(chosen)
        after = chosen.last
    connection.close()


def _write(prepared: Prepared, path: Path) -> dict[str, Any]:
    if prepared.batches:
        facts = publish(path, RECORDS, prepared.batches, RECORDS.level)
        prepared.heads.write(path)
        prepared.done["file"] = asdict(facts)
    return prepared.done


def main() -> int:
    """Reads WORKSPACE STEM LEAST_ROWS PARENT; prints one line of JSON for every file."""
    workspace, stem, least_rows = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    die_with_parent(int(sys.argv[4]))
    gc.disable()  # nothing here is a cycle, and looking for some costs a fifth of the time
    files = prepared_files(workspace, least_rows)
    with ThreadPoolExecutor(1, "prepare") as ahead:
        # the next file is put in order while this one is compressed
        coming = ahead.submit(next, files, None)
        for number in count():
            prepared = coming.result()
            if prepared is None:
                return 0
            coming = ahead.submit(next, files, None)
            done = _write(prepared, workspace / "records" / f"{stem}-{number:03d}.parquet")
            sys.stdout.write(json.dumps(done) + "\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
