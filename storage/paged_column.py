"""One text column of a Parquet file in pages of few rows, beside those that Arrow writes.

Arrow's own pages of that size cost half as much time again, and to read one twice as much.
"""

import os
import struct
from array import array
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

import pyarrow as pa
import zstandard

from storage.quick_frames import QUICK
from storage.thrift import BINARY, LIST, STRUCT, ThriftError
from storage.thrift_tree import I32, I64, Items, Struct, read_struct, struct_bytes, varint, zigzag

ROWS = 8  # in one page
_PLAIN, _RLE, _ZSTD, _BYTE_ARRAY = 0, 3, 6, 6
_MAGIC = b"PAR1"
_LENGTH = struct.Struct("<I")
# What ends every header: how values and levels are encoded; there are no levels, since no value is null.
_SAME = b"".join(bytes([0x15]) + varint(zigzag(kind)) for kind in (_PLAIN, _RLE, _RLE)) + b"\0\0"
# An index of pages: its first field is a list, of structs, its length follows.
_LOCATIONS = bytes([1 << 4 | LIST, 0xF0 | STRUCT])


@dataclass(slots=True)
class _Group:
    """What one row group holds of the column."""

    first_page: int
    rows: int = 0
    plain_bytes: int = 0  # with headers, as the packed ones
    packed_bytes: int = 0


@dataclass(slots=True)
class PagePlaces:
    """Where the compressed values of each page lie, and their checksums."""

    begins: "array[int]" = field(default_factory=lambda: array("Q"))
    sizes: "array[int]" = field(default_factory=lambda: array("I"))
    checksums: "array[int]" = field(default_factory=lambda: array("I"))

    def add(self, begin: int, size: int, checksum: int) -> None:
        """One more page."""
        self.begins.append(begin)
        self.sizes.append(size)
        self.checksums.append(checksum & 0xFFFFFFFF)


class PagedColumn:
    """Writes its pages between those of Arrow, then itself into the file's footer."""

    def __init__(self, sink: pa.NativeFile, name: str, places: PagePlaces) -> None:
        self._sink = sink
        self._name = name
        self._places = places
        self._compress = zstandard.ZstdCompressor(compression_params=QUICK).compress
        self._groups = [_Group(0)]
        self._headers = bytearray()  # their lengths

    def add(self, column: pa.Array) -> None:
        """More values of the group: a multiple of ROWS, unless they are the last of the file."""
        group = self._groups[-1]
        at = self._sink.tell()
        written: list[bytes] = []
        for rows, plain in _pages(column):
            packed = self._compress(plain)
            checksum = crc32(packed)
            header = _header(rows, len(plain), len(packed), checksum)
            written += (header, packed)
            self._headers.append(len(header))
            self._places.add(at + len(header), len(packed), checksum)
            at += len(header) + len(packed)
            group.plain_bytes += len(header) + len(plain)
            group.packed_bytes += len(header) + len(packed)
        group.rows += len(column)
        self._sink.write(b"".join(written))

    def end_group(self) -> None:
        """What follows is of the next row group."""
        self._groups.append(_Group(len(self._headers)))

    def join(self, path: Path, place: int) -> None:
        """Makes this the column at that place of a file whose writer has finished."""
        with path.open("r+b") as file:
            file.seek(-8, os.SEEK_END)
            length, magic = struct.unpack("<I4s", file.read())
            if magic != _MAGIC:
                raise ThriftError("no footer")
            at = file.seek(-8 - length, os.SEEK_END)
            footer = read_struct(file.read(length))
            file.seek(at)
            self._enter(footer, place, [self._write_index(file, n) for n in range(len(footer[4].values))])
            packed = struct_bytes(footer)
            file.write(packed + struct.pack("<I4s", len(packed), _MAGIC))
            file.truncate()

    def _write_index(self, file: BinaryIO, number: int) -> tuple[int, int]:
        """Where the pages of one row group lie: begin and length of that list."""
        group, ends = self._groups[number], [later.first_page for later in self._groups[number + 1 :]]
        pages = range(group.first_page, ends[0] if ends else len(self._headers))
        places = b"".join([self._location(page, (page - group.first_page) * ROWS) for page in pages])
        packed = _LOCATIONS + varint(len(pages)) + places + b"\0"
        at = file.tell()
        file.write(packed)
        return at, len(packed)

    def _location(self, page: int, first_row: int) -> bytes:
        size = self._headers[page] + self._places.sizes[page]
        begin = varint(2 * self._begin(page))
        return b"\x16" + begin + b"\x15" + varint(2 * size) + b"\x16" + varint(2 * first_row) + b"\0"

    def _enter(self, footer: Struct, place: int, indexes: Sequence[tuple[int, int]]) -> None:
        schema, orders = footer[2].values, footer[7].values
        element = deepcopy(next(e for e in schema[1:] if e[1] == _BYTE_ARRAY))
        element.change(4, self._name.encode())
        schema.insert(1 + place, element)
        schema[0].change(5, schema[0][5] + 1)
        orders.insert(place, deepcopy(orders[0]))
        for group, row_group, index in zip(self._groups, footer[4].values, indexes, strict=False):
            row_group[1].values.insert(place, self._chunk(group, index))
            row_group.change(2, row_group[2] + group.plain_bytes)
            row_group.change(6, row_group[6] + group.packed_bytes)

    def _begin(self, page: int) -> int:
        return self._places.begins[page] - self._headers[page]

    def _chunk(self, group: _Group, index: tuple[int, int]) -> Struct:
        facts = {
            1: (I32, _BYTE_ARRAY),
            2: (LIST, Items(I32, [_PLAIN, _RLE])),
            3: (LIST, Items(BINARY, [self._name.encode()])),
            4: (I32, _ZSTD),
            5: (I64, group.rows),
            6: (I64, group.plain_bytes),
            7: (I64, group.packed_bytes),
            9: (I64, self._begin(group.first_page)),
        }
        return Struct({2: (I64, 0), 3: (STRUCT, Struct(facts)), 4: (I64, index[0]), 5: (I32, index[1])})


def _pages(column: pa.Array) -> Iterator[tuple[int, bytes]]:
    """Number of values, and the values with their lengths before them."""
    _, ends, values = column.buffers()
    ends = memoryview(ends).cast("i")[column.offset : column.offset + len(column) + 1]
    text = memoryview(values if values is not None else b"")
    pack = _LENGTH.pack
    for start in range(0, len(column), ROWS):
        parts: list[bytes | memoryview] = []
        for first, last in pairwise(ends[start : start + ROWS + 1].tolist()):
            parts += (pack(last - first), text[first:last])
        yield len(parts) // 2, b"".join(parts)


def _header(rows: int, plain_bytes: int, packed_bytes: int, checksum: int) -> bytes:
    signed = zigzag(checksum - (1 << 32) if checksum >> 31 else checksum)
    sizes = b"\x15" + varint(2 * plain_bytes) + b"\x15" + varint(2 * packed_bytes)
    return b"\x15\0" + sizes + b"\x15" + varint(signed) + b"\x1c\x15" + varint(2 * rows) + _SAME


def in_pages(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of whole pages, the last one aside."""
    rest: pa.RecordBatch | None = None
    for batch in batches:
        rows = batch if rest is None else pa.concat_batches([rest, batch])
        whole = rows.num_rows // ROWS * ROWS
        rest = rows.slice(whole) if whole < rows.num_rows else None
        if whole:
            yield rows.slice(0, whole)
    if rest is not None:
        yield rest
