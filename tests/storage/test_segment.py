import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from storage.columns import ROWS, TABLES, ContentRow, LinkRow, PageRow, RecordRow, Row
from storage.segment import SegmentError, iter_rows, verify_segment, write_segment

from .rows import html, page, record

LINK = LinkRow(
    "a.example", "http://a.example/1", 1, "books-1", 0, "http://b.example/", "over there", "nofollow"
)
CONTENT = ContentRow(
    "a.example", "http://a.example/1", bytes(32), 1, "article", "T", "en", None, "text", "# T"
)


@pytest.mark.parametrize("name", TABLES)
def test_rows_have_the_columns_of_their_table_in_the_same_order(name: str) -> None:
    assert list(ROWS[name]._fields) == TABLES[name].schema.names
    assert set(TABLES[name].values) <= set(TABLES[name].schema.names)


@pytest.mark.parametrize(
    ("name", "row"), [("pages", page(1)), ("records", record(1)), ("links", LINK), ("content", CONTENT)]
)
def test_a_row_comes_back_as_it_was_written(tmp_path: Path, name: str, row: Row) -> None:
    write_segment(tmp_path / "s.parquet", name, [row])
    [batch] = iter_rows(tmp_path / "s.parquet", name)
    back = batch.to_pylist()[0]
    expected = row._asdict()
    if isinstance(row, PageRow):
        expected["body"] = html(1)
    for moment in ("fetched_at", "decided_at"):
        if moment in back:
            back[moment] = round(back[moment].timestamp() * 1e6)
    assert back == expected
    assert verify_segment(tmp_path / "s.parquet", name) is None


def test_the_facts_describe_the_file(tmp_path: Path) -> None:
    path = tmp_path / "s.parquet"
    facts = write_segment(path, "pages", [page(n) for n in range(300)])
    assert (facts.name, facts.table, facts.rows, facts.bytes) == (
        "s.parquet",
        "pages",
        300,
        path.stat().st_size,
    )
    assert facts.first == ("a.example", "http://a.example/000000")
    assert facts.last == ("a.example", "http://a.example/000299")
    assert facts.raw_bytes > 300 * 2000


def test_values_are_plain_never_null_and_packed_in_few_row_groups(tmp_path: Path) -> None:
    write_segment(tmp_path / "s.parquet", "pages", [page(n) for n in range(300)])
    metadata = pq.ParquetFile(tmp_path / "s.parquet").metadata
    body = metadata.row_group(0).column(TABLES["pages"].schema.names.index("body"))
    assert metadata.num_row_groups == 1
    assert body.compression == "ZSTD"
    assert "PLAIN" in body.encodings
    assert not body.has_dictionary_page
    assert body.has_offset_index


def test_rows_out_of_order_are_refused_and_leave_no_file(tmp_path: Path) -> None:
    with pytest.raises(SegmentError, match="comes after"):
        write_segment(tmp_path / "s.parquet", "pages", [page(2), page(1)])
    assert list(tmp_path.iterdir()) == []


def test_a_source_that_fails_leaves_no_file(tmp_path: Path) -> None:
    def rows() -> Iterator[RecordRow]:
        yield record(1)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        write_segment(tmp_path / "s.parquet", "records", rows())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda data: data[: len(data) // 2], "torn"),
        (lambda data: b"", "torn"),
        (lambda data: data[:2000] + bytes([data[2000] ^ 0xFF]) + data[2001:], "torn"),
        (lambda data: data[:-12] + b"\xff" * 4 + data[-8:], "torn"),
    ],
    ids=["cut in the middle", "empty", "one byte changed in a page", "footer damaged"],
)
def test_a_damaged_file_is_recognised(tmp_path: Path, damage: object, reason: str) -> None:
    path = tmp_path / "s.parquet"
    write_segment(path, "pages", [page(n, os.urandom(4000)) for n in range(10)])
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert verify_segment(path, "pages") == reason


def test_a_file_of_another_table_and_a_missing_file_are_recognised(tmp_path: Path) -> None:
    write_segment(tmp_path / "s.parquet", "records", [record(1)])
    assert verify_segment(tmp_path / "s.parquet", "pages") == "foreign_schema"
    assert verify_segment(tmp_path / "t.parquet", "pages") == "missing"


def test_some_columns_can_be_read_alone(tmp_path: Path) -> None:
    write_segment(tmp_path / "s.parquet", "pages", [page(n) for n in range(3)])
    [batch] = iter_rows(tmp_path / "s.parquet", "pages", ["url", "status"])
    assert batch.schema.names == ["url", "status"]
    assert batch.num_rows == 3


WRITE_FROM_A_STREAM = """
import resource, sys
from pathlib import Path
from tests.storage.rows import page
from storage.segment import write_segment, iter_rows
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
path = Path(sys.argv[1])
write_segment(path, "pages", (page(n, b"%d" % n * 20_000) for n in range(3000)))
assert sum(b.num_rows for b in iter_rows(path, "pages")) == 3000
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.slow
def test_memory_is_bounded_while_a_stream_of_240_megabytes_is_written(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITE_FROM_A_STREAM, str(tmp_path / "s.parquet")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert int(done.stdout) < 160
