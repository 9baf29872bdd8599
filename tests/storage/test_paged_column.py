"""Files with a column whose pages are packed here are plain Parquet to everybody."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storage.columns import RECORDS
from storage.locator import Locator
from storage.paged_column import ROWS, PagePlaces
from storage.record_row import RecordRow
from storage.segment import iter_rows, publish, row_batches, verify_segment

from .rows import record

GROUP = RECORDS.group_rows


def rows(count: int) -> list[RecordRow]:
    return [
        record(n)._replace(data=f'{{"n": {n}, "é": "{"x" * (n % 90)}"}}' if n % 7 else "")
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, ROWS, ROWS + 1, 5 * ROWS - 3, 1_000, GROUP + 2 * ROWS + 5])
def test_every_value_comes_back_by_everybody_who_reads(tmp_path: Path, count: int) -> None:
    path, put = tmp_path / "r.parquet", rows(count)
    places = PagePlaces()
    facts = publish(path, RECORDS, row_batches(RECORDS, put), 1, places)
    wanted = [row.data for row in put]
    assert facts.rows == count
    assert pq.read_schema(path).equals(RECORDS.schema)
    assert pq.read_table(path, page_checksum_verification=True).column("data").to_pylist() == wanted
    assert [row[0] for row in duckdb.read_parquet(str(path)).project("data").fetchall()] == wanted
    assert verify_segment(path, "records") is None
    with Locator(path, RECORDS) as locator:
        assert locator.places("data", ROWS) == places
        for n in {0, count // 2, count - 1}:
            assert locator.read_value(n, "data").decode() == wanted[n]


def test_batches_of_any_size_make_whole_pages(tmp_path: Path) -> None:
    path, put = tmp_path / "r.parquet", rows(300)
    whole = pa.Table.from_batches(list(row_batches(RECORDS, put))).combine_chunks()
    sizes, batches, start = (1, 3, 50, 0, 7, 100, 139), [], 0
    for size in sizes:
        batches += whole.slice(start, size).to_batches()
        start += size
    publish(path, RECORDS, batches, 1)
    assert [r["data"] for batch in iter_rows(path, "records") for r in batch.to_pylist()] == [
        r.data for r in put
    ]
    with Locator(path, RECORDS) as locator:
        assert locator.places("data", ROWS) is not None


def test_a_file_without_rows_is_whole(tmp_path: Path) -> None:
    publish(tmp_path / "r.parquet", RECORDS, [], 1)
    assert verify_segment(tmp_path / "r.parquet", "records") is None


def test_one_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "r.parquet"
    places = PagePlaces()
    publish(path, RECORDS, row_batches(RECORDS, rows(100)), 1, places)
    harmed = bytearray(path.read_bytes())
    harmed[places.begins[3] + 20] ^= 1
    path.write_bytes(harmed)
    assert verify_segment(path, "records") == "torn"
