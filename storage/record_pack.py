"""Packs records into small compressed blocks, and unpacks them: what waits in the ledger to be sealed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import zstandard

from storage.quick_frames import QUICK
from storage.record_block import Block, current, laid_out
from storage.record_row import Decision, RecordRow

BLOCK_ROWS = 32  # a look-up unpacks one block: fewer rows are found faster, more compress better
BLOCKS_IN_BATCH = 1 << 16
KEY_PREFIX_BYTES = 8
# One sealing takes whole batches: a larger call becomes several of them, in one commit.
BATCH_ROWS = 10_000
BATCH_BYTES = 16 << 20


class Claim(NamedTuple):
    """How much of one decision is stored."""

    visit: int
    record: str
    decision: int
    ordinals: int  # the next ordinal that is new
    rows: int


class Batch(NamedTuple):
    """Rows that are sealed together."""

    rows: int
    size: int  # bytes before compression
    keys: bytes
    blocks: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class PackedRecords:
    """What one commit takes, and the rows again for when some of them are known already."""

    rows: Sequence[RecordRow]
    nothing: Sequence[Decision]
    claims: Sequence[Claim] | None  # None when the rows disagree among themselves
    batches: Sequence[Batch]


def pack(rows: Sequence[RecordRow], nothing: Sequence[Decision] = ()) -> PackedRecords:
    """Packs the rows of one commit; `nothing` are decisions that found no record."""
    return PackedRecords(rows, nothing, None if nothing else _claims(rows), list(_batches(rows)))


def _batches(rows: Sequence[RecordRow]) -> Iterator[Batch]:
    compress = zstandard.ZstdCompressor(compression_params=QUICK).compress
    columns = tuple(zip(*rows, strict=True))
    keys = columns[RecordRow._fields.index("key")] if columns else ()
    blocks: list[bytes] = []
    first = size = 0
    for start in range(0, len(rows), BLOCK_ROWS):
        end = min(start + BLOCK_ROWS, len(rows))
        block = laid_out([column[start:end] for column in columns])
        size += len(block)
        blocks.append(compress(block))
        if end == len(rows) or end - first >= BATCH_ROWS or size >= BATCH_BYTES:
            prefixes = b"".join([key[:KEY_PREFIX_BYTES] for key in keys[first:end]])
            yield Batch(end - first, size, prefixes, blocks)
            blocks, first, size = [], end, 0


def unpack(frame: bytes) -> Block:
    """One block."""
    return Block(current(zstandard.ZstdDecompressor().decompress(frame)))


def rows(frame: bytes) -> list[RecordRow]:
    """All rows of one block."""
    block = unpack(frame)
    return [block.row(place) for place in range(block.rows)]


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
