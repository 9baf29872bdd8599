"""Blocks of records give back what was put into them, whoever laid them out."""

import msgpack
import pytest
import zstandard

from storage.record_block import Block, current, laid_out
from storage.record_columns import Gathering
from storage.record_pack import BATCH_ROWS, pack, unpack
from storage.record_row import RecordRow

from .rows import record

ROWS = [record(n)._replace(url=f"http://a.example/{'é' * n}", ordinal=n, decision=-n) for n in range(5)]


def columns(rows: list[RecordRow]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def test_every_row_comes_back() -> None:
    block = Block(laid_out(columns(ROWS)))
    assert [block.row(place) for place in range(block.rows)] == ROWS
    assert [block.key(place) for place in range(block.rows)] == [row.key for row in ROWS]


def test_blocks_of_an_older_version_are_read() -> None:
    frame = zstandard.ZstdCompressor().compress(msgpack.packb(columns(ROWS)))
    block = unpack(frame)
    assert [block.row(place) for place in range(block.rows)] == ROWS


def test_other_bytes_are_no_block() -> None:
    with pytest.raises(ValueError, match="no block"):
        current(b"something else")


@pytest.mark.parametrize("key", [b"", b"x" * 15, b"x" * 17])
def test_a_key_of_another_length_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        laid_out(columns([record(1)._replace(key=key)]))


def test_blocks_become_columns_and_room_is_used_again() -> None:
    gathering = Gathering()
    for _ in range(2):
        rows = gathering.gathered(laid_out(columns(ROWS[n : n + 2])) for n in (0, 2)).to_pylist()
        assert [(row["url"], row["key"], row["decision"], row["data"]) for row in rows] == [
            (row.url, row.key, row.decision, row.data) for row in ROWS[:4]
        ]
    assert gathering.gathered([]).num_rows == 0


def test_a_large_call_is_sealed_in_parts() -> None:
    packed = pack([record(n) for n in range(BATCH_ROWS + 40)])
    assert [batch.rows for batch in packed.batches][-1] < BATCH_ROWS
    assert sum(batch.rows for batch in packed.batches) == BATCH_ROWS + 40
    assert all(len(batch.keys) == 8 * batch.rows for batch in packed.batches)
