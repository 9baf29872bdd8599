"""Packs records into small compressed blocks, and unpacks them: what waits in the ledger to be sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgpack
import zstandard

from storage.record_row import Decision, RecordRow

BLOCK_ROWS = 32  # a look-up unpacks one block: fewer rows are found faster, more compress better
BLOCKS_IN_BATCH = 1 << 16
KEY_PREFIX_BYTES = 8
LEVEL = 1  # a frame lives only until it is sealed

Columns = Sequence[Sequence[Any]]


class Claim(NamedTuple):
    """How much of one decision is stored."""

    visit: int
    record: str
    decision: int
    ordinals: int  # the next ordinal that is new
    rows: int


@dataclass(frozen=True, slots=True)
class PackedRecords:
    """What one commit takes, and the rows again for when some of them are known already."""

    rows: Sequence[RecordRow]
    nothing: Sequence[Decision]
    claims: Sequence[Claim] | None  # None when the rows disagree among themselves
    size: int  # bytes before compression
    keys: bytes
    blocks: Sequence[bytes]


def pack(rows: Sequence[RecordRow], nothing: Sequence[Decision] = ()) -> PackedRecords:
    """Packs the rows of one commit; `nothing` are decisions that found no record."""
    if len(rows) > BLOCK_ROWS * BLOCKS_IN_BATCH:
        raise ValueError(f"{len(rows):,} records are too many for one commit")
    compress = zstandard.ZstdCompressor(level=LEVEL).compress
    columns = tuple(zip(*rows, strict=True))
    blocks, size = [], 0
    for start in range(0, len(rows), BLOCK_ROWS):
        packed: bytes = msgpack.packb([column[start : start + BLOCK_ROWS] for column in columns])
        size += len(packed)
        blocks.append(compress(packed))
    keys = b"".join([row.key[:KEY_PREFIX_BYTES] for row in rows])
    return PackedRecords(rows, nothing, None if nothing else _claims(rows), size, keys, blocks)


def unpack(frame: bytes) -> Columns:
    """The columns of one block."""
    columns: Columns = msgpack.unpackb(zstandard.ZstdDecompressor().decompress(frame))
    return columns


def _claims(rows: Sequence[RecordRow]) -> Sequence[Claim] | None:
    names = {(row.visit, row.record) for row in rows}
    if len(names) == len(rows):  # most pages have one record of a type; Claim would triple the time
        return [(row.visit, row.record, row.decision, row.ordinal + 1, 1) for row in rows]  # type: ignore[misc]
    claims: dict[tuple[int, str], Claim] = {}
    for row in rows:
        name = (row.visit, row.record)
        claim = claims.get(name)
        if claim is not None and (claim.decision != row.decision or row.ordinal < claim.ordinals):
            return None
        claims[name] = Claim(*name, row.decision, row.ordinal + 1, 1 if claim is None else claim.rows + 1)
    return list(claims.values())
