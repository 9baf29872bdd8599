"""Blocks of records as Arrow columns, without a look at any row."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from storage.columns import RECORDS
from storage.record_block import FIXED, HEAD, TEXTS

_LENGTH_BYTES = 4
_ZERO = pa.array([0], pa.int32())


class Gathering:
    """Columns that grow block by block, in memory that is used again: new memory would cost half the time."""

    def __init__(self) -> None:
        self._fixed = {name: _Room() for name, _ in FIXED}
        self._lengths = {name: _Room() for name in TEXTS}
        self._texts = {name: _Room() for name in TEXTS}

    def gathered(self, blocks: Iterable[bytes]) -> pa.RecordBatch:
        """The rows of all blocks, one after the other; gone when the next ones are gathered."""
        rooms = [self._fixed[name] for name, _ in FIXED] + [self._lengths[name] for name in TEXTS]
        widths = [width for _, width in FIXED] + [_LENGTH_BYTES] * len(TEXTS)
        texts = [self._texts[name] for name in TEXTS]
        for room in (*rooms, *texts):
            room.used = 0
        total = 0
        for block in blocks:
            view = memoryview(block)
            _, rows, *sizes = HEAD.unpack_from(view)
            total += rows
            at = HEAD.size
            for room, width in zip(rooms, widths, strict=True):
                room.add(view[at : (at := at + width * rows)])
            for room, size in zip(texts, sizes, strict=True):
                room.add(view[at : (at := at + size)])
        columns = {name: _fixed(name, room.taken(), total) for name, room in self._fixed.items()}
        columns |= {
            name: _text(self._lengths[name].taken(), self._texts[name].taken(), total) for name in TEXTS
        }
        return pa.RecordBatch.from_arrays(
            [columns[name] for name in RECORDS.schema.names], schema=RECORDS.schema
        )


class _Room:
    """Bytes that grow; what was taken stays what it is while they do."""

    def __init__(self) -> None:
        self._bytes = bytearray(1 << 12)
        self.used = 0

    def add(self, more: memoryview) -> None:
        end = self.used + len(more)
        if end > len(self._bytes):
            larger = bytearray(end + end // 2)
            larger[: self.used] = memoryview(self._bytes)[: self.used]
            self._bytes = larger
        self._bytes[self.used : end] = more
        self.used = end

    def taken(self) -> memoryview:
        return memoryview(self._bytes)[: self.used]


def _fixed(name: str, values: memoryview, rows: int) -> pa.Array:
    kind = RECORDS.schema.field(name).type
    return pa.Array.from_buffers(kind, rows, [None, pa.py_buffer(values)])


def _text(lengths: memoryview, text: memoryview, rows: int) -> pa.Array:
    each = pa.Array.from_buffers(pa.int32(), rows, [None, pa.py_buffer(lengths)])
    ends = pa.concat_arrays([_ZERO, pc.cumulative_sum(each)])
    return pa.StringArray.from_buffers(rows, ends.buffers()[1], pa.py_buffer(text))
