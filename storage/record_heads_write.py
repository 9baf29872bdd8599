"""Makes the heads of a sealed file of records, from its rows as they pass by or from the file."""

import os
from array import array
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import msgpack
import pyarrow as pa
import pyarrow.compute as pc
import zstandard

from storage import paged_column
from storage.columns import RECORDS
from storage.durable import TEMPORARY
from storage.heads_path import heads_path
from storage.locator import Locator
from storage.paged_column import PagePlaces
from storage.record_heads import LONGS, PREFIX_BITS, REPEATED, URLS, Counts, Heads, sealed_up, whole_heads
from storage.segment import iter_rows

KEY_BYTES = 16
_FIXED = (("key", KEY_BYTES), *((name, 8) for name in LONGS), ("ordinal", 4))
_NARROW = [name for name in RECORDS.schema.names if name != RECORDS.paged]
_U64, _U32 = pa.uint64(), pa.uint32()
_CODES = ((1 << 8, "B", pa.uint8()), (1 << 16, "H", pa.uint16()), (1 << 32, "I", _U32))


class HeadsWriter:
    """Gathers heads while the rows of a file pass by."""

    def __init__(self) -> None:
        self.places: PagePlaces | None = PagePlaces()  # of the data, to be filled by whoever writes the file
        self._fixed = {name: bytearray() for name, _ in _FIXED}
        self._repeated: dict[str, list[pa.DictionaryArray]] = {name: [] for name in REPEATED}
        self._urls = _UrlBlocks()

    def add(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        """More rows of the file, in its order; gives them back."""
        for name, width in _FIXED:
            column = rows.column(name)
            values = memoryview(column.buffers()[1])
            self._fixed[name] += values[column.offset * width : (column.offset + len(column)) * width]
        for name, chunks in self._repeated.items():
            chunks.append(rows.column(name).dictionary_encode())
        self._urls.add(rows.column("url"))
        return rows

    def write(self, segment: Path) -> bytes:
        """Puts the heads beside their file; a torn one is noticed when it is opened."""
        path, packed = heads_path(segment), self.packed()
        temporary = path.with_name(f"{path.name}.{os.getpid()}{TEMPORARY}")
        with suppress(OSError):  # a reader may not be allowed to write; then it keeps them in memory
            path.parent.mkdir(exist_ok=True)
            try:
                temporary.write_bytes(packed)
                temporary.rename(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
        return packed

    def packed(self) -> bytes:
        """The whole of the heads."""
        rows = len(self._fixed["key"]) // KEY_BYTES
        bits = rows.bit_length()
        codes, columns, texts = [], [], []
        for chunks in self._repeated.values():
            code, numbers, values = _numbered(chunks)
            codes.append(ord(code))
            columns.append(numbers)
            texts.append(values)
        blocks, offsets = self._urls.finished()
        places = self.places or PagePlaces()
        page_rows = paged_column.ROWS if self.places is not None else 0
        kinds = int.from_bytes(bytes(codes), "little")
        counts = Counts(rows, bits, page_rows, len(places.sizes), len(offsets) - 1, len(blocks), kinds)
        compress = zstandard.ZstdCompressor(level=1).compress
        return sealed_up(
            counts,
            [
                *_index(self._fixed["key"], rows, bits),
                *(self._fixed[name] for name in (*LONGS, "ordinal")),
                *columns,
                *(part.tobytes() for part in (places.begins, places.sizes, places.checksums, offsets)),
                blocks,
                compress(msgpack.packb(texts)),
            ],
        )


class _UrlBlocks:
    """URLs, a few to a block."""

    def __init__(self) -> None:
        self._compress = zstandard.ZstdCompressor(level=1).compress
        self._open: list[str] = []
        self._blocks = bytearray()
        self._offsets = array("I", [0])

    def add(self, urls: pa.Array) -> None:
        self._open += urls.to_pylist()
        whole = len(self._open) // URLS * URLS
        for start in range(0, whole, URLS):
            self._close(self._open[start : start + URLS])
        del self._open[:whole]

    def _close(self, urls: list[str]) -> None:
        self._blocks += self._compress(msgpack.packb(urls))
        self._offsets.append(len(self._blocks))

    def finished(self) -> tuple[bytearray, "array[int]"]:
        if self._open:
            self._close(self._open)
            self._open = []
        return self._blocks, self._offsets


def _numbered(chunks: list[pa.DictionaryArray]) -> tuple[str, memoryview, list[str]]:
    """Type code, numbers and texts of a column that repeats itself."""
    whole = pa.chunked_array(chunks).unify_dictionaries()
    texts = whole.chunk(0).dictionary.to_pylist()
    code, kind = next((code, kind) for most, code, kind in _CODES if len(texts) <= most)
    return code, _buffer(pa.concat_arrays([chunk.indices for chunk in whole.chunks]).cast(kind)), texts


def _index(keys: bytearray, rows: int, bits: int) -> tuple[bytes | memoryview, ...]:
    """Begins of ranges and the end of the last, sorted prefixes, and their rows."""
    halves = pa.Array.from_buffers(_U64, 2 * rows, [None, pa.py_buffer(keys)])
    prefixes = halves.take(pa.array(range(0, 2 * rows, 2), _U32))
    order = pc.sort_indices(prefixes)
    prefixes = prefixes.take(order)
    begins = pc.search_sorted(prefixes, _ranges(bits)).cast(_U32)
    end = rows.to_bytes(4, "little")
    return _buffer(begins), end, _buffer(prefixes), _buffer(order.cast(_U32))


@lru_cache(maxsize=1)
def _ranges(bits: int) -> pa.Array:
    return pa.array(range(0, 1 << PREFIX_BITS, 1 << (PREFIX_BITS - bits)), _U64)


def _buffer(column: pa.Array) -> memoryview:
    width = column.type.byte_width
    return memoryview(column.buffers()[1])[column.offset * width : (column.offset + len(column)) * width]


def heads_of(segment: Path) -> Heads:
    """The heads of a sealed file, made again when they are lost, torn or of an older layout."""
    found = whole_heads(heads_path(segment))
    if found is not None:
        return found
    writer = HeadsWriter()
    for batch in iter_rows(segment, RECORDS.name, _NARROW):
        writer.add(batch)
    with Locator(segment, RECORDS) as locator:
        writer.places = locator.places(RECORDS.paged, paged_column.ROWS)
    return Heads(writer.write(segment))
