"""Where the records of a key lie in a sealed file, and all of them but their data: kept beside the file.

It is made from the file and can be made again. The layout: counts; where each range of keys begins; the first
bytes of all keys as numbers, sorted; the row of each; numbers, column by column; where the pages of the data
lie; blocks of a few URLs; the other texts, each once.
"""

import mmap
import struct
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import msgpack
import zstandard

from storage.record_row import RecordRow

URLS = 32  # in one block
PREFIX_BITS = 64
LONGS = ("visit", "decision", "decided_at")
REPEATED = ("host", "run", "record", "sources")
MAGIC = b"heads-2\n"
CHECKED_FROM = 12


class Counts(NamedTuple):
    """How long each part is."""

    rows: int
    bits: int  # of a key that name its range
    rows_in_page: int  # of the data; 0: they are found by the file's own index
    pages: int
    blocks: int
    block_bytes: int
    codes: int  # the type codes of the numbers that stand for repeated texts

    def packed(self) -> bytes:
        """As they are written."""
        return _COUNTS.pack(*self)

    def parts(self) -> tuple[tuple[str, int], ...]:
        """Type code and length of every part, in their order."""
        codes = [chr(byte) for byte in self.codes.to_bytes(len(REPEATED), "little")]
        return (
            *(("I", (1 << self.bits) + 1), ("Q", self.rows), ("I", self.rows)),
            *(("q", self.rows) for _ in LONGS),
            ("i", self.rows),
            *((code, self.rows) for code in codes),
            *(("Q", self.pages), ("I", self.pages), ("I", self.pages)),
            *(("I", self.blocks + 1), ("B", self.block_bytes)),
        )


_HEAD = struct.Struct("<8sI")  # magic, checksum of what follows it
_COUNTS = struct.Struct("<IIIIIII")
_SIZES = {"B": 1, "H": 2, "I": 4, "i": 4, "Q": 8, "q": 8}


def key_prefix(key: bytes) -> int:
    """The number that a key is found by."""
    return int.from_bytes(key[:8], "little")


def sealed_up(counts: Counts, parts: Sequence[bytes | bytearray | memoryview]) -> bytes:
    """The whole of the heads."""
    body = counts.packed() + b"".join(parts)
    return _HEAD.pack(MAGIC, crc32(body)) + body


class Heads:
    """The heads of one sealed file, mapped; read by key prefix."""

    def __init__(self, packed: bytes | mmap.mmap) -> None:
        self._packed = packed
        counts = Counts._make(_COUNTS.unpack_from(packed, _HEAD.size))
        self.rows_in_page = counts.rows_in_page
        self.shift = PREFIX_BITS - counts.bits
        view = memoryview(packed)[_HEAD.size + _COUNTS.size :]
        layout = counts.parts()
        ends = list(accumulate((_SIZES[code] * length for code, length in layout), initial=0))
        parts = [
            view[first:last].cast(code)  # type: ignore[call-overload]
            for (code, _), (first, last) in zip(layout, pairwise(ends), strict=True)
        ]
        self.begins, self.prefixes, self._rows, *self._numbers = parts[: -5 - len(REPEATED)]
        self._codes = parts[-5 - len(REPEATED) : -5]
        self.page_begins, self.page_sizes, self.page_checksums, self._offsets, self._blocks = parts[-5:]
        self._decompress = zstandard.ZstdDecompressor().decompress
        self._texts = msgpack.unpackb(self._decompress(view[ends[-1] :]))

    def places(self, prefix: int) -> Sequence[int]:
        """The rows of every key that begins so."""
        of_range = prefix >> self.shift
        last = self.begins[of_range + 1]
        place = bisect_left(self.prefixes, prefix, self.begins[of_range], last)
        found = []
        while place < last and self.prefixes[place] == prefix:
            found.append(self._rows[place])
            place += 1
        return found

    def record(self, row: int, key: bytes, data: str) -> RecordRow:
        """One row, whose key and data are known."""
        visit, decision, decided_at, ordinal = [column[row] for column in self._numbers]
        host, run, record, sources = [
            texts[codes[row]] for texts, codes in zip(self._texts, self._codes, strict=True)
        ]
        url = self._url(row)
        return RecordRow(host, url, visit, run, key, record, ordinal, decision, decided_at, data, sources)

    def _url(self, row: int) -> str:
        number, place = divmod(row, URLS)
        frame = self._blocks[self._offsets[number] : self._offsets[number + 1]]
        return str(msgpack.unpackb(self._decompress(frame))[place])


def whole_heads(path: Path) -> Heads | None:
    """The heads in a file; None when there are none, or torn ones, or of an older layout."""
    try:
        with path.open("rb") as file:
            packed = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (FileNotFoundError, ValueError):  # an empty file cannot be mapped
        return None
    with memoryview(packed) as view:
        is_whole = len(view) >= _HEAD.size + _COUNTS.size and view[:8] == MAGIC
        is_whole = is_whole and crc32(view[CHECKED_FROM:]) == int.from_bytes(view[8:12], "little")
    return Heads(packed) if is_whole else None
