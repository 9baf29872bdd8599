"""The pages table as people take it away: batch by batch, with the bodies of unchanged pages filled in."""

from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from storage.columns import PAGES
from storage.page_snapshot import PageSnapshot
from storage.segment import BATCH_BYTES

JSON_COLUMNS = frozenset({"headers", "request"})
_HEX = ("key", "digest", "dom_digest")
_LEFT_OUT = frozenset({"kind", "body_visit", "dom_visit"})
_TEXT = frozenset({*_HEX, "dom"})
_FIRST = ("url", "key", "host", "run", "outcome", "reason", "status", "fetched_at")
_NAMES = (*_FIRST, *(name for name in PAGES.schema.names if name not in {*_FIRST, *_LEFT_OUT}))

ReadValue = Callable[[int], bytes | None]

SCHEMA = pa.schema(
    [pa.field(name, pa.string() if name in _TEXT else PAGES.schema.field(name).type) for name in _NAMES]
)


def page_batches(snapshot: PageSnapshot, body_of: ReadValue, dom_of: ReadValue) -> Iterator[pa.RecordBatch]:
    """All pages of the snapshot's runs; sitemaps are none."""
    for run in snapshot.runs:
        for batch in snapshot.batches(run):
            pages = batch.filter(pc.equal(batch.column("kind"), 0))
            for piece in _pieces(pages):
                yield _as_table(piece, body_of, dom_of)


def _pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Bounded by what the bodies come to once those of unchanged pages are filled in."""
    start = size = 0
    sizes = zip(batch.column("body_bytes").to_pylist(), batch.column("dom_bytes").to_pylist(), strict=True)
    for row, (body_bytes, dom_bytes) in enumerate(sizes):
        bytes_here = body_bytes + (dom_bytes or 0)
        if size and size + bytes_here > BATCH_BYTES:
            yield batch.slice(start, row - start)
            start, size = row, 0
        size += bytes_here
    if start < batch.num_rows:
        yield batch.slice(start)


def _as_table(batch: pa.RecordBatch, body_of: ReadValue, dom_of: ReadValue) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [_doms(batch, dom_of) if name == "dom" else _column(batch, name, body_of) for name in _NAMES],
        schema=SCHEMA,
    )


def _column(batch: pa.RecordBatch, name: str, body_of: ReadValue) -> pa.Array:
    column = batch.column(name)
    if name in _HEX:
        return pa.array([None if value is None else value.hex() for value in column.to_pylist()], pa.string())
    if name == "status":  # no answer, no status
        return pc.if_else(pc.equal(column, 0), None, column)
    if name == "body":
        return _bodies(batch, body_of)
    return column


def _doms(batch: pa.RecordBatch, dom_of: ReadValue) -> pa.Array:
    digests = batch.column("dom_digest")
    if digests.null_count == len(digests):
        return pa.nulls(len(digests), pa.string())
    rows = zip(batch.column("dom"), digests.is_valid(), batch.column("visit"), strict=True)
    values = [
        (dom.as_py() or dom_of(visit.as_py()) or b"") if is_read.as_py() else None
        for dom, is_read, visit in rows
    ]
    return pa.array([None if dom is None else dom.decode(errors="replace") for dom in values], pa.string())


def _bodies(batch: pa.RecordBatch, body_of: ReadValue) -> pa.Array:
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
