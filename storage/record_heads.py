"""Where the records of a key lie in a sealed file, and all of them but their data: kept beside the file.

It is made from the file and can be made again. The layout: counts; key prefixes, sorted; for each its first
row and number of rows; where each block begins; blocks of a few rows, column by column.
"""

import mmap
import os
import struct
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import suppress
from math import isqrt
from pathlib import Path
from typing import Any, Self
from zlib import crc32

import msgpack
import pyarrow as pa
import zstandard

from storage.columns import RECORDS
from storage.durable import TEMPORARY
from storage.heads_path import heads_path
from storage.record_pack import KEY_PREFIX_BYTES, Columns
from storage.record_row import RecordRow
from storage.segment import iter_rows

ROWS = 16  # in one block
COLUMNS = ("host", "url", "visit", "run", "record", "ordinal", "decision", "decided_at", "sources")
LEVEL = 1
_PLACES = tuple(RecordRow._fields.index(name) for name in COLUMNS)
_KEY = RecordRow._fields.index("key")
_HEAD = struct.Struct("<8sIIII")  # magic, checksum of what follows it, rows, keys, blocks
_MAGIC = b"heads-1\n"
_CHECKED_FROM = 12


class HeadsWriter:
    """Gathers heads while the rows of a file pass by."""

    def __init__(self) -> None:
        self._compress = zstandard.ZstdCompressor(level=LEVEL).compress
        self._rows = 0
        self._last = b""
        self._firsts: list[tuple[int, int]] = []  # key prefix, first row
        self._blocks: list[bytes] = []
        self._open: list[list[Any]] = [[] for _ in COLUMNS]

    def add(self, rows: Columns) -> None:
        """More rows of the file, in its order."""
        for place, key in enumerate(rows[_KEY], start=self._rows):
            if key != self._last:
                self._firsts.append((int.from_bytes(key[:KEY_PREFIX_BYTES], "big"), place))
                self._last = key
        self._rows += len(rows[_KEY])
        for column, place in zip(self._open, _PLACES, strict=True):
            column.extend(rows[place])
        whole = len(self._open[0]) // ROWS * ROWS
        for start in range(0, whole, ROWS):
            self._close([column[start : start + ROWS] for column in self._open])
        self._open = [column[whole:] for column in self._open]

    def _close(self, columns: Sequence[Sequence[Any]]) -> None:
        self._blocks.append(self._compress(msgpack.packb(columns)))

    def write(self, segment: Path) -> None:
        """Puts the heads beside their file; a torn one is noticed when it is opened."""
        path = heads_path(segment)
        path.parent.mkdir(exist_ok=True)
        temporary = path.with_name(f"{path.name}.{os.getpid()}{TEMPORARY}")
        try:
            temporary.write_bytes(self.packed())
            temporary.rename(path)
        except BaseException:
            with suppress(FileNotFoundError):
                temporary.unlink()
            raise

    def packed(self) -> bytes:
        """The whole of the heads."""
        if self._open[0]:
            self._close(self._open)
            self._open = [[] for _ in COLUMNS]
        starts = [first for _, first in self._firsts] + [self._rows]
        entries = sorted(
            (prefix, first, starts[place + 1] - first) for place, (prefix, first) in enumerate(self._firsts)
        )
        offsets = array("I", [0])
        for block in self._blocks:
            offsets.append(offsets[-1] + len(block))
        parts = [array(code, column) for code, column in zip("QII", zip(*entries, strict=True), strict=False)]
        body = b"".join([*(_little(part) for part in parts), _little(offsets), *self._blocks])
        counts = struct.pack("<III", self._rows, len(entries), len(self._blocks))
        return _MAGIC + struct.pack("<I", crc32(counts + body)) + counts + body


def _plain(column: pa.Array) -> list[Any]:
    """The values of a column as they are packed: moments as numbers."""
    values: list[Any] = (
        column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
    ).to_pylist()
    return values


def _little(values: "array[int]") -> bytes:
    if sys.byteorder != "little":
        values.byteswap()
    return values.tobytes()


class Heads:
    """The heads of one sealed file, mapped; read by key prefix."""

    def __init__(self, packed: bytes | mmap.mmap) -> None:
        self._packed = packed
        _, _, self.rows, self._entries, blocks = _HEAD.unpack_from(packed)
        view = memoryview(packed)
        at = _HEAD.size
        self._prefixes, at = view[at : at + 8 * self._entries].cast("Q"), at + 8 * self._entries
        self._firsts, at = view[at : at + 4 * self._entries].cast("I"), at + 4 * self._entries
        self._counts, at = view[at : at + 4 * self._entries].cast("I"), at + 4 * self._entries
        self._offsets, at = view[at : at + 4 * (blocks + 1)].cast("I"), at + 4 * (blocks + 1)
        self._blocks = view[at:]
        self._reach = 3 * isqrt(self._entries) + 8
        self._decompress = zstandard.ZstdDecompressor().decompress

    @classmethod
    def of(cls, segment: Path) -> Self:
        """The heads of a sealed file, made again when they are lost or torn."""
        packed = _mapped(heads_path(segment))
        if packed is not None:
            return cls(packed)
        writer = HeadsWriter()
        for batch in iter_rows(segment, RECORDS.name):
            writer.add([_plain(column) for column in batch.columns])
        with suppress(OSError):  # a reader may not be allowed to write; then it keeps them in memory
            writer.write(segment)
        return cls(writer.packed())

    def places(self, prefix: int) -> Iterator[tuple[int, int]]:
        """First row and number of rows of every key that begins so."""
        place = self._find(prefix)
        while place < self._entries and self._prefixes[place] == prefix:
            yield self._firsts[place], self._counts[place]
            place += 1

    def _find(self, prefix: int) -> int:
        # keys are digests, so their place in the list is nearly their size
        guess = prefix * self._entries >> 64
        low, high = max(0, guess - self._reach), min(self._entries, guess + self._reach)
        if low and self._prefixes[low - 1] >= prefix:
            low = 0
        if high < self._entries and self._prefixes[high] < prefix:
            high = self._entries
        return bisect_left(self._prefixes, prefix, low, high)

    def head(self, row: int) -> Sequence[Any]:
        """The columns of one row, as COLUMNS names them."""
        number, place = divmod(row, ROWS)
        frame = self._blocks[self._offsets[number] : self._offsets[number + 1]]
        return [column[place] for column in msgpack.unpackb(self._decompress(frame))]


def _mapped(path: Path) -> mmap.mmap | None:
    try:
        with path.open("rb") as file:
            packed = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (FileNotFoundError, ValueError):  # an empty file cannot be mapped
        return None
    with memoryview(packed) as view:
        is_whole = len(view) >= _HEAD.size and view[:8] == _MAGIC
        is_whole = is_whole and crc32(view[_CHECKED_FROM:]) == int.from_bytes(view[8:12], "little")
    return packed if is_whole else None
