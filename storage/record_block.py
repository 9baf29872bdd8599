"""The layout of a few records as bytes: column by column, so that Arrow can take whole columns over.

A mark; the number of rows; of each text column the number of bytes. Then visits, decisions, moments (8 bytes
each), keys (16), ordinals (4), the lengths of all texts (4), the texts. Numbers are little-endian.
"""

import struct
from collections.abc import Sequence
from typing import Any

import msgpack

from storage.record_row import RecordRow

MAGIC = b"rec2"
KEY_BYTES = 16
LONGS = ("visit", "decision", "decided_at")
FIXED = (*((name, 8) for name in LONGS), ("key", KEY_BYTES), ("ordinal", 4))  # in their order, with widths
TEXTS = ("host", "url", "run", "record", "sources", "data")
FIXED_BYTES = sum(width for _, width in FIXED)
_LONG, _INT = struct.Struct("<q"), struct.Struct("<i")
HEAD = struct.Struct(f"<4sI{len(TEXTS)}I")

Columns = Sequence[Sequence[Any]]

_PLACE = {name: place for place, name in enumerate(RecordRow._fields)}
_LONG_PLACES = tuple(_PLACE[name] for name in LONGS)
_TEXT_PLACES = tuple(_PLACE[name] for name in TEXTS)
_KEY, _ORDINAL = _PLACE["key"], _PLACE["ordinal"]
_KEYS_AT, _ORDINALS_AT = 8 * len(LONGS), 8 * len(LONGS) + KEY_BYTES
_OLD_FIRST_BYTES = b"\x9b"  # of blocks that were msgpack: an array of eleven columns


def laid_out(columns: Columns) -> bytes:
    """The rows of one block, given as the columns of RecordRow."""
    rows = len(columns[0])
    keys = b"".join(columns[_KEY])
    if len(keys) != rows * KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes")
    lengths: list[int] = []
    texts = []
    for place in _TEXT_PLACES:
        values = columns[place]
        joined = "".join(values)
        text = joined.encode()
        texts.append(text)
        lengths += map(len, values) if len(text) == len(joined) else [len(value.encode()) for value in values]
    longs = [value for place in _LONG_PLACES for value in columns[place]]
    return b"".join(
        (
            HEAD.pack(MAGIC, rows, *map(len, texts)),
            struct.pack(f"<{len(longs)}q", *longs),
            keys,
            struct.pack(f"<{rows}i", *columns[_ORDINAL]),
            struct.pack(f"<{len(lengths)}I", *lengths),
            *texts,
        )
    )


def current(block: bytes) -> bytes:
    """The block in this layout, whatever version of Tandem made it."""
    if block.startswith(MAGIC):
        return block
    if not block.startswith(_OLD_FIRST_BYTES):
        raise ValueError("this is no block of records")
    return laid_out(msgpack.unpackb(block))


class Block:
    """One block, to be read row by row."""

    __slots__ = ("_bytes", "_sizes", "rows")

    def __init__(self, block: bytes) -> None:
        self._bytes = block
        _, self.rows, *self._sizes = HEAD.unpack_from(block)

    def key(self, place: int) -> bytes:
        """The key of one row."""
        at = HEAD.size + _KEYS_AT * self.rows + KEY_BYTES * place
        return self._bytes[at : at + KEY_BYTES]

    def row(self, place: int, data: str | None = None) -> RecordRow:
        """One row; its data may lie elsewhere."""
        block, rows = self._bytes, self.rows
        at = HEAD.size + 8 * place
        visit, decision, decided_at = (
            _LONG.unpack_from(block, longs)[0] for longs in (at, at + 8 * rows, at + 16 * rows)
        )
        ordinal = _INT.unpack_from(block, HEAD.size + _ORDINALS_AT * rows + 4 * place)[0]
        host, url, run, record, sources, own = self._texts(place)
        return RecordRow(
            *(host, url, visit, run, self.key(place), record, ordinal, decision, decided_at),
            own if data is None else data,
            sources,
        )

    def _texts(self, place: int) -> list[str]:
        block, rows = self._bytes, self.rows
        at = HEAD.size + FIXED_BYTES * rows
        lengths = struct.unpack_from(f"<{len(TEXTS) * rows}I", block, at)
        at += 4 * len(lengths)
        found = []
        for size, first in zip(self._sizes, range(0, len(lengths), rows), strict=True):
            start = at + sum(lengths[first : first + place])
            found.append(block[start : start + lengths[first + place]].decode())
            at += size
        return found
