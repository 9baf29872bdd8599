import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storage.columns import PAGES, RECORDS
from storage.locator import Locator
from storage.segment import SegmentError, publish, row_batches, write_segment

from .rows import FRAME, html, page, record


def open_descriptors() -> set[Path]:
    folder = Path("/proc/self/fd")
    return set(folder.iterdir()) if folder.exists() else set()


@pytest.mark.parametrize("column", ["body", "dom"])
def test_documents_are_found_as_quickly_as_bodies(tmp_path: Path, column: str) -> None:
    doms = [b"" if n % 3 else html(n + 1000) for n in range(300)]
    rows = [page(n)._replace(dom=FRAME.compress(dom) if dom else b"") for n, dom in enumerate(doms)]
    write_segment(tmp_path / "p.parquet", "pages", rows)
    with Locator(tmp_path / "p.parquet", PAGES) as locator:
        assert len(locator._pages[column].offsets) > 0  # else every value takes a scan
        expected = doms if column == "dom" else [html(n) for n in range(300)]
        assert [locator.read_value(n, column) for n in range(300)] == expected


def test_every_body_is_found_by_its_row(tmp_path: Path) -> None:
    path = tmp_path / "s.parquet"
    write_segment(path, "pages", [page(n) for n in range(3000)])
    with Locator(path, PAGES) as locator:
        assert locator.rows == 3000
        assert all(locator.read_value(n, "body") == html(n) for n in range(3000))


def test_bodies_of_every_size_are_found_across_pages_and_row_groups(tmp_path: Path) -> None:
    sizes = [0, 1, 5_000_000, 0, 2_097_152, 3, 9_000_000, 9_000_000, 9_000_000, 9_000_000, 0, 7]
    bodies = [bytes([n]) * size for n, size in enumerate(sizes)]
    path = tmp_path / "s.parquet"
    write_segment(path, "pages", [page(n, body) for n, body in enumerate(bodies)])
    assert pq.ParquetFile(path).num_row_groups > 1
    with Locator(path, PAGES) as locator:
        assert [locator.read_value(n, "body") for n in range(len(bodies))] == bodies


def test_every_value_column_of_records_is_found(tmp_path: Path) -> None:
    rows = [record(n) for n in range(70_000)]
    path = tmp_path / "s.parquet"
    write_segment(path, "records", rows)
    with Locator(path, RECORDS) as locator:
        for n in (0, 1, 15, 16, 17, 4095, 65_535, 65_536, 69_999):
            assert locator.read_value(n, "data") == rows[n].data.encode()
            assert locator.read_value(n, "sources") == rows[n].sources.encode()


def test_a_file_packed_by_another_writer_is_read_too(tmp_path: Path) -> None:
    batch = next(row_batches(RECORDS, [record(n) for n in range(100)]))
    path = tmp_path / "s.parquet"
    pq.write_table(pa.Table.from_batches([batch]), path, row_group_size=30, compression="snappy")
    with Locator(path, RECORDS) as locator:
        assert locator.read_value(75, "data") == record(75).data.encode()


@pytest.mark.parametrize("row", [-1, 3])
def test_a_row_that_is_not_there_is_an_index_error(tmp_path: Path, row: int) -> None:
    path = tmp_path / "s.parquet"
    write_segment(path, "pages", [page(n) for n in range(3)])
    with Locator(path, PAGES) as locator, pytest.raises(IndexError, match="3 rows"):
        locator.read_value(row, "body")


def test_one_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "s.parquet"
    publish(path, PAGES, row_batches(PAGES, [page(1, os.urandom(50_000))]), 3)
    data = bytearray(path.read_bytes())
    with Locator(path, PAGES) as locator:
        place = locator._pages["body"].offsets[0] + 25_000
    data[place] ^= 1
    path.write_bytes(data)
    with Locator(path, PAGES) as locator, pytest.raises(SegmentError, match="damaged"):
        locator.read_value(0, "body")


@pytest.mark.parametrize("keep", [0, 3, 100, -9])
def test_a_cut_file_is_an_error_and_no_descriptor_stays_open(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "s.parquet"
    write_segment(path, "pages", [page(n) for n in range(3)])
    path.write_bytes(path.read_bytes()[:keep])
    before = open_descriptors()
    with pytest.raises(SegmentError, match="footer"):
        Locator(path, PAGES)
    assert before == open_descriptors()
