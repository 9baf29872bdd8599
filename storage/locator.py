"""Finds one value of a sealed file by its row: one read, one decompression, no scan."""

from __future__ import annotations

import os
import struct
from array import array
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self
from zlib import crc32

import pyarrow.parquet as pq
import zstandard

from storage.columns import Table
from storage.paged_column import PagePlaces
from storage.plain_values import plain_value
from storage.segment import SegmentError
from storage.thrift import CompactReader, ThriftError

MAGIC = b"PAR1"
PLAIN, ZSTD, DATA_PAGE, REQUIRED = 0, 6, 0, 0
# kind, sizes, checksum: each the next field, a 32-bit number; then a struct: number of values, encoding
_STRUCT_TAG = 0x1C
_LONGEST_HEADER = 64
_HEADER_TAGS = (0x15, 0x15, 0x15, 0x15, _STRUCT_TAG, 0x15, 0x15)


@dataclass(frozen=True, slots=True)
class ColumnPages:
    """Where the pages of one column lie; page i holds the rows from first_rows[i] on."""

    offsets: array[int]
    sizes: array[int]  # header and compressed values
    first_rows: array[int]


class Locator:
    """One open file whose values can be read by row; holds one descriptor until it is closed."""

    def __init__(self, path: Path, table: Table) -> None:
        self._path = path
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            footer = _footer(self._file)
            self.rows = int(footer[3])
            self._pages: Mapping[str, ColumnPages] = MappingProxyType(
                {name: pages for name in table.values if (pages := _pages(self._file, footer, name))}
            )
        except (ThriftError, KeyError, IndexError, struct.error) as error:
            self.close()
            raise SegmentError(f"{path.name} has no readable footer") from error
        self._decoder = zstandard.ZstdDecompressor()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the descriptor back; reading after this is a bug."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def places(self, column: str, rows_in_page: int) -> PagePlaces | None:
        """The places of all pages of a column; None when they do not hold that many rows each."""
        pages = self._pages.get(column)
        if pages is None or any(first != n * rows_in_page for n, first in enumerate(pages.first_rows)):
            return None
        places = PagePlaces()
        for offset, size in zip(pages.offsets, pages.sizes, strict=True):
            header = os.pread(self._file, min(size, _LONGEST_HEADER), offset)
            _, _, packed_bytes, checksum, _ = _header(header)
            places.add(offset + size - packed_bytes, packed_bytes, checksum)
        return places

    def read_value(self, row: int, column: str) -> bytes:
        """The stored bytes of one value."""
        if not 0 <= row < self.rows:
            raise IndexError(f"{self._path.name} has {self.rows} rows, not a row {row}")
        pages = self._pages.get(column)
        if pages is None:
            return self._scan(row, column)
        index = bisect_right(pages.first_rows, row) - 1
        block = os.pread(self._file, pages.sizes[index], pages.offsets[index])
        return self._value(block, row - pages.first_rows[index])

    def _value(self, block: bytes, ordinal: int) -> bytes:
        try:
            kind, plain_bytes, packed_bytes, checksum, encoding = _header(block)
        except (ThriftError, IndexError) as error:
            raise SegmentError(f"{self._path.name} is damaged") from error
        values = memoryview(block)[len(block) - packed_bytes :]
        if crc32(values) != checksum & 0xFFFFFFFF:
            raise SegmentError(f"{self._path.name} is damaged")
        if kind != DATA_PAGE or encoding != PLAIN:
            raise SegmentError(f"{self._path.name} is not packed as its footer says")
        plain = self._decoder.decompress(values, max_output_size=plain_bytes)
        return plain_value(plain, ordinal)

    def _scan(self, row: int, column: str) -> bytes:
        # for files that another writer packed: correct, and slow
        with pq.ParquetFile(self._path) as source:
            for group in range(source.num_row_groups):
                rows = source.metadata.row_group(group).num_rows
                if row < rows:
                    value = source.read_row_group(group, [column]).column(0)[row].as_py()
                    return value.encode() if isinstance(value, str) else value
                row -= rows
        raise SegmentError(f"{self._path.name} has fewer rows than its footer says")


def _header(block: bytes) -> tuple[int, int, int, int, int]:
    """Kind, sizes, checksum and encoding of the page whose header and values these are.

    Read field by field, as every writer puts them, since a look-up takes microseconds in all.
    """
    numbers, at = [], 0
    for tag in _HEADER_TAGS:
        if block[at] != tag:
            raise ThriftError("this is no page of ours")
        shift, number = 0, 0
        at += 1
        if tag == _STRUCT_TAG:
            continue
        while (byte := block[at]) & 0x80:
            number |= (byte & 0x7F) << shift
            shift += 7
            at += 1
        number |= byte << shift
        numbers.append((number >> 1) ^ -(number & 1))
        at += 1
    kind, plain_bytes, packed_bytes, checksum, _, encoding = numbers
    return kind, plain_bytes, packed_bytes, checksum, encoding


def _footer(file: int) -> Any:
    size = os.fstat(file).st_size
    tail = os.pread(file, 8, max(size - 8, 0))
    if tail[4:] != MAGIC:
        raise ThriftError("no footer")
    length = int(struct.unpack("<I", tail[:4])[0])
    return CompactReader(os.pread(file, length, size - 8 - length)).struct()


def _pages(file: int, footer: Any, name: str) -> ColumnPages | None:
    """The pages of a column over all row groups, or None when they are not packed as we pack them."""
    element = next((e for e in footer[2][1:] if e[4] == name.encode()), None)
    if element is None or element.get(3) != REQUIRED:
        return None
    place = next(i for i, e in enumerate(footer[2][1:]) if e is element)
    pages = ColumnPages(array("Q"), array("I"), array("Q"))
    start = 0
    for group in footer[4]:
        chunk = group[1][place]
        facts = chunk[3]
        if 4 not in chunk or facts[4] != ZSTD or facts.get(11) is not None:
            return None
        index: Any = CompactReader(os.pread(file, chunk[5], chunk[4])).struct()
        for location in index[1]:
            pages.offsets.append(location[1])
            pages.sizes.append(location[2])
            pages.first_rows.append(start + location[3])
        start += group[3]
    return pages
