"""Writes pending records into new Parquet files, whenever it is asked; started by `record_seal`.

It only reads the ledger. What it wrote becomes part of the workspace when the ledger lists it.
"""

import gc
import json
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import zstandard

from storage.columns import RECORDS
from storage.connection import Connection, connect
from storage.orphan import die_with_parent
from storage.record_block import current
from storage.record_columns import Gathering
from storage.record_gone import Gone
from storage.record_heads_write import HeadsWriter
from storage.record_pack import BLOCKS_IN_BATCH
from storage.segment import publish
from storage.workspace import ledger_path

FILE_ROWS = 50_000
FILE_BYTES = 64 << 20
BATCH_ROWS = 4_096

_SORTED_BY = (*RECORDS.order, "visit", "record", "ordinal")

_BATCHES = "SELECT batch, rows, bytes FROM record_batches WHERE batch > ? ORDER BY batch"
_ALL_FRAMES = "SELECT frame FROM record_blocks ORDER BY block"
_FRAMES = "SELECT frame FROM record_blocks WHERE block >= ? AND block < ? ORDER BY block"


class Sealing:
    """Takes the oldest batches that are not sealed, file by file."""

    def __init__(self, connection: Connection, workspace: Path) -> None:
        self._connection = connection
        self._folder = workspace / "records"
        self._gathering = Gathering()
        self._after = 0

    def next_file(self, least_rows: int) -> dict[str, Any] | None:
        """Writes one file; None when fewer rows are left than are worth it."""
        taken = self._take(least_rows)
        if taken is None:
            return None
        rows = taken.gone.without(taken.rows)
        done: dict[str, Any] = {"last": taken.last, "batches": taken.batches, "file": None}
        done["rows"] = taken.rows.num_rows
        if rows.num_rows:
            done["file"] = self._write(rows)
        done["dropped"] = [(list(decision), count) for decision, count in taken.gone.dropped.items()]
        self._after = taken.last
        return done

    def _take(self, least_rows: int) -> "_Taken | None":
        self._connection.execute("BEGIN")
        try:
            batches = self._choose(least_rows)
            if not batches:
                return None
            ends = ((self._after + 1) * BLOCKS_IN_BATCH, (batches[-1] + 1) * BLOCKS_IN_BATCH)
            rows = self._gathering.gathered(_blocks(self._connection, _FRAMES, ends))
            return _Taken(batches[-1], len(batches), rows, Gone.of(self._connection))
        finally:
            self._connection.execute("COMMIT")

    def _choose(self, least_rows: int) -> list[int]:
        chosen = []
        rows = size = 0
        for batch, batch_rows, batch_bytes in self._connection.execute(_BATCHES, (self._after,)):
            chosen.append(int(batch))
            rows, size = rows + batch_rows, size + batch_bytes
            if rows >= FILE_ROWS or size >= FILE_BYTES:
                return chosen
        return chosen if rows >= max(least_rows, 1) else []

    def _write(self, rows: pa.RecordBatch) -> dict[str, Any]:
        path = self._folder / f"{int(time.time() * 1000):013d}-{secrets.token_hex(4)}.parquet"
        heads = HeadsWriter()
        facts = publish(path, RECORDS, map(heads.add, _in_order(rows)), RECORDS.level, heads.places)
        heads.write(path)
        return asdict(facts)


class _Taken(NamedTuple):
    """What becomes one file."""

    last: int  # batch
    batches: int
    rows: pa.RecordBatch
    gone: Gone


def _in_order(rows: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    order = pc.sort_indices(rows, [(name, "ascending") for name in _SORTED_BY])
    for start in range(0, len(order), BATCH_ROWS):
        yield rows.take(order.slice(start, BATCH_ROWS))


def _blocks(connection: Connection, query: str, ends: Sequence[int] = ()) -> Iterator[bytes]:
    decompress = zstandard.ZstdDecompressor().decompress
    return (current(decompress(frame)) for (frame,) in connection.execute(query, ends))


def waiting_records(connection: Connection) -> pa.Table:
    """Every record that is not sealed, for a query."""
    return pa.Table.from_batches([Gathering().gathered(_blocks(connection, _ALL_FRAMES))])


def main() -> int:
    """Reads WORKSPACE PARENT, then LEAST_ROWS a line; answers a line of JSON per file, and an empty one."""
    workspace = Path(sys.argv[1])
    die_with_parent(int(sys.argv[2]))
    gc.disable()  # nothing here is a cycle, and looking for some costs a fifth of the time
    connection = connect(ledger_path(workspace), read_only=True)
    sealing = Sealing(connection, workspace)
    for line in sys.stdin:
        while done := sealing.next_file(int(line)):
            sys.stdout.write(json.dumps(done) + "\n")
            sys.stdout.flush()
        sys.stdout.write("\n")
        sys.stdout.flush()
    connection.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
