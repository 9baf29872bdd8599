"""The pages table as people take it away: batch by batch, with the bodies of unchanged pages filled in."""

from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from storage.columns import PAGES
from storage.page_snapshot import PageSnapshot
from storage.segment import BATCH_BYTES

JSON_COLUMNS = frozenset({"headers", "request"})
_HEX = ("key", "digest")
_LEFT_OUT = frozenset({"kind", "body_visit"})
_FIRST = ("url", "key", "host", "run", "outcome", "reason", "status", "fetched_at")
_NAMES = (*_FIRST, *(name for name in PAGES.schema.names if name not in {*_FIRST, *_LEFT_OUT}))

ReadBody = Callable[[int], bytes | None]

SCHEMA = pa.schema(
    [pa.field(name, pa.string() if name in _HEX else PAGES.schema.field(name).type) for name in _NAMES]
)


def page_batches(snapshot: PageSnapshot, body_of: ReadBody) -> Iterator[pa.RecordBatch]:
    """All pages of the snapshot's runs; sitemaps are none."""
    for run in snapshot.runs:
        for batch in snapshot.batches(run):
            pages = batch.filter(pc.equal(batch.column("kind"), 0))
            for piece in _pieces(pages):
                yield _as_table(piece, body_of)


def _pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Bounded by what the bodies come to once those of unchanged pages are filled in."""
    start = size = 0
    for row, body_bytes in enumerate(batch.column("body_bytes").to_pylist()):
        if size and size + body_bytes > BATCH_BYTES:
            yield batch.slice(start, row - start)
            start, size = row, 0
        size += body_bytes
    if start < batch.num_rows:
        yield batch.slice(start)


def _as_table(batch: pa.RecordBatch, body_of: ReadBody) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [_column(batch, name, body_of) for name in _NAMES],
        schema=SCHEMA,
    )


def _column(batch: pa.RecordBatch, name: str, body_of: ReadBody) -> pa.Array:
    column = batch.column(name)
    if name in _HEX:
        return pa.array([None if value is None else value.hex() for value in column.to_pylist()], pa.string())
    if name == "status":  # no answer, no status
        return pc.if_else(pc.equal(column, 0), None, column)
    if name == "body":
        return _bodies(batch, body_of)
    return column


def _bodies(batch: pa.RecordBatch, body_of: ReadBody) -> pa.Array:
    own, elsewhere = batch.column("body"), batch.column("body_visit")
    if elsewhere.null_count == len(elsewhere):
        return own
    visits = batch.column("visit")
    return pa.array(
        [
            own[row].as_py() if holder is None else body_of(visits[row].as_py())
            for row, holder in enumerate(elsewhere.to_pylist())
        ],
        pa.binary(),
    )
