import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from storage.catalog import Catalog, Limits, Source
from storage.columns import PAGES, RECORDS, PageRow, RecordRow
from storage.query import QueryError, QueryResult, run_query
from storage.segment import write_segment
from storage.views import base_views, record_views

from .rows import html, page, record

RUNS = pa.table({"run": ["books-1"], "job": ["books"]})
QUICK = Limits(seconds=20, memory_bytes=512 << 20)


def waiting(rows: list[PageRow] | list[RecordRow]) -> pa.Table:
    schema = PAGES.schema if isinstance(rows[0], PageRow) else RECORDS.schema
    columns = [
        pa.array(values, kind) for values, kind in zip(zip(*rows, strict=True), schema.types, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """Two sealed files and waiting rows of pages and of records."""
    write_segment(tmp_path / "p1.parquet", "pages", [page(n) for n in range(10)])
    write_segment(tmp_path / "p2.parquet", "pages", [page(n) for n in range(10, 15)])
    write_segment(tmp_path / "r1.parquet", "records", [record(n) for n in range(10)])
    again = page(20)._replace(body_visit=3, body=b"", outcome="unchanged", reason="not_modified")
    sources = {
        "pages": Source((tmp_path / "p1.parquet", tmp_path / "p2.parquet"), waiting([page(16), again])),
        "records": Source((tmp_path / "r1.parquet",), waiting([record(16, price="5")])),
        "links": Source(),
        "content": Source(),
        "runs": Source(pending=RUNS),
    }
    views = base_views(False) | record_views({"product": {"title": "text", "price": "money"}}, False)
    return Catalog(sources, views)


def answer(query: str, catalog: Catalog, limits: Limits = QUICK) -> list[dict[str, object]]:
    with run_query(query, catalog, limits) as result:
        return [row for batch in result for row in batch.to_pylist()]


def refusal(query: str, catalog: Catalog, limits: Limits = QUICK) -> str:
    with pytest.raises(QueryError) as caught:
        answer(query, catalog, limits)
    return caught.value.reason


def test_sealed_and_waiting_rows_are_one_table(catalog: Catalog) -> None:
    assert answer("SELECT count(*) AS n, max(visit) AS last FROM pages", catalog) == [{"n": 17, "last": 20}]
    assert answer("SELECT count(*) AS n FROM records", catalog) == [{"n": 11}]


def test_bodies_are_read_from_files_and_from_waiting_rows(catalog: Catalog) -> None:
    rows = answer("SELECT visit, body FROM pages WHERE visit IN (2, 16) ORDER BY visit", catalog)
    assert [row["body"] for row in rows] == [html(2), html(16)]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT max(octet_length(body)) > 1000 AS whole FROM pages WHERE visit = 16",
        "SELECT pages.body[1:6] = '<html>'::BLOB AS whole FROM pages WHERE visit = 16",
        "SELECT p['body'][1:6] = '<html>'::BLOB AS whole FROM (SELECT p FROM pages p) WHERE p.visit = 16",
        "SELECT b[1:6] = '<html>'::BLOB AS whole FROM"
        " (SELECT visit, COLUMNS('bod.') AS b FROM pages) WHERE visit = 16",
        "WITH x AS MATERIALIZED (FROM pages)"
        " SELECT body[1:6] = '<html>'::BLOB AS whole FROM x WHERE visit = 16",
        "SELECT (SELECT body FROM stored.pages WHERE visit = 16)[1:6] = '<html>'::BLOB AS whole",
    ],
)
def test_a_waiting_body_is_decoded_however_it_is_asked_for(catalog: Catalog, query: str) -> None:
    assert answer(query, catalog) == [{"whole": True}]


def test_columns_of_json_are_known(catalog: Catalog) -> None:
    with run_query("SELECT url, data, sources FROM records", catalog, QUICK) as result:
        assert result.json_columns == {"data", "sources"}


def test_an_unchanged_page_has_the_body_that_is_stored_elsewhere(catalog: Catalog) -> None:
    [row] = answer("SELECT * FROM pages WHERE visit = 20", catalog)
    assert row["body"] == html(3)
    assert row["outcome"] == "unchanged"


def test_values_have_useful_types(catalog: Catalog) -> None:
    [row] = answer(
        "SELECT key, digest, fetched_at, headers ->> '$[0][1]' AS t FROM pages WHERE visit = 0", catalog
    )
    assert row["key"] == "0" * 32
    assert len(str(row["digest"])) == 64
    assert row["t"] == "text/html"
    assert str(row["fetched_at"]) == "2023-11-14 22:13:20+00:00"


def test_a_record_type_is_a_view_with_typed_columns(catalog: Catalog) -> None:
    query = "SELECT title, price, price_currency FROM product WHERE price < 10"
    [row] = answer(query, catalog)
    assert (row["title"], float(str(row["price"])), row["price_currency"]) == ("Book 16", 5.0, "EUR")


def test_a_later_decision_replaces_the_records_of_an_earlier_one(catalog: Catalog) -> None:
    superseded = pa.table({"visit": [2], "record": ["product"], "decision": [1]})
    sources = {**catalog.sources, "superseded": Source(pending=superseded)}
    decided = Catalog(sources, base_views(True) | record_views({"product": {"title": "text"}}, True))
    assert answer("SELECT count(*) AS n FROM records", decided) == [{"n": 10}]
    assert answer("SELECT count(*) AS n FROM product", decided) == [{"n": 10}]


def test_hidden_rows_are_in_no_answer(catalog: Catalog) -> None:
    pages = catalog.sources["pages"]
    hidden = Source(pages.files, pages.pending, "visit NOT IN (2, 16)")
    assert answer(
        "SELECT count(*) AS n FROM pages", Catalog({**catalog.sources, "pages": hidden}, catalog.views)
    ) == [{"n": 15}]


def test_an_empty_workspace_has_all_views(tmp_path: Path) -> None:
    sources = {name: Source() for name in ("pages", "content", "links", "records")}
    empty = Catalog({**sources, "runs": Source(pending=RUNS.slice(0, 0))}, base_views(False))
    for view in base_views(False):
        assert answer(f"FROM {view}", empty) == []


@pytest.mark.parametrize(
    "query",
    [
        "VALUES (1)",
        "FROM pages",
        "TABLE pages",
        "DESCRIBE pages",
        "SHOW TABLES",
        "WITH x AS (SELECT 1) FROM x",
    ],
)
def test_every_way_to_write_a_select_is_answered(catalog: Catalog, query: str) -> None:
    assert answer(query, catalog)


def test_columns_of_one_name_are_told_apart(catalog: Catalog) -> None:
    with run_query("SELECT 1 AS a, 2 AS a, 3 AS a", catalog, QUICK) as result:
        assert result.columns == ["a", "a_2", "a_3"]
        assert [batch.to_pylist() for batch in result] == [[{"a": 1, "a_2": 2, "a_3": 3}]]


def test_an_empty_answer_still_has_columns(catalog: Catalog) -> None:
    with run_query("SELECT url, status FROM pages WHERE false", catalog, QUICK) as result:
        assert result.columns == ["url", "status"]
        assert list(result) == []


@pytest.mark.parametrize(
    ("query", "reason", "words"),
    [
        ("", "not_one_select", "0 statements"),
        ("SELECT 1; SELECT 2", "not_one_select", "2 statements"),
        ("COPY (SELECT 1) TO 'x'", "not_one_select", "COPY"),
        ("SELEC 1", "sql", "syntax error"),
        ("SELECT nothing FROM pages", "sql", "nothing"),
        ("SELECT CAST('x' AS INTEGER)", "sql", "Could not convert"),
        ("SELECT error('stop')", "sql", "stop"),
    ],
)
def test_a_query_without_an_answer_says_why(catalog: Catalog, query: str, reason: str, words: str) -> None:
    with pytest.raises(QueryError, match=words) as caught:
        answer(query, catalog)
    assert caught.value.reason == reason


def test_an_error_after_the_first_rows_is_not_taken_for_the_end(catalog: Catalog) -> None:
    query = "SELECT CASE WHEN i < 500000 THEN i ELSE error('late') END AS n FROM range(1000000) t(i)"
    with run_query(query, catalog, QUICK) as result, pytest.raises(QueryError, match="late"):
        assert sum(batch.num_rows for batch in result) < 0


def test_rows_are_cut_and_the_ending_says_so(catalog: Catalog) -> None:
    with run_query("FROM range(100000000)", catalog, Limits(rows=5000)) as result:
        assert sum(batch.num_rows for batch in result) == 5000
        assert result.ending is not None
        assert result.ending.reason == "rows"


def test_bytes_are_cut_and_the_ending_says_so(catalog: Catalog) -> None:
    with run_query("FROM range(100000000)", catalog, Limits(result_bytes=1 << 20)) as result:
        assert sum(batch.nbytes for batch in result) <= 1 << 20
        assert result.ending is not None
        assert result.ending.is_cut


def test_exactly_as_many_rows_as_allowed_are_not_cut(catalog: Catalog) -> None:
    with run_query("FROM range(1000)", catalog, Limits(rows=1000)) as result:
        assert sum(batch.num_rows for batch in result) == 1000
        assert result.ending is not None
        assert result.ending.reason == "ok"


def test_a_long_query_is_killed_in_time(catalog: Catalog) -> None:
    start = time.monotonic()
    query = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range = 7"
    assert refusal(query, catalog, Limits(seconds=1.5)) == "time"
    assert time.monotonic() - start < 3


def test_the_first_rows_come_before_the_last_are_known(catalog: Catalog) -> None:
    with run_query("FROM range(100000000000)", catalog, QUICK) as result:
        assert next(iter(result)).num_rows > 0


def test_closing_an_unread_answer_ends_its_process(catalog: Catalog) -> None:
    result: QueryResult = run_query("FROM range(100000000000)", catalog, QUICK)
    with result:
        pid = result._child._process.pid
    assert not Path(f"/proc/{pid}").exists()


def test_a_killed_process_is_reported(catalog: Catalog) -> None:
    def batches(result: QueryResult) -> Iterator[int]:
        for batch in result:
            result._child._process.send_signal(signal.SIGKILL)
            yield batch.num_rows

    with (
        run_query("FROM range(100000000000)", catalog, QUICK) as result,
        pytest.raises(QueryError, match="ended with -9") as caught,
    ):
        sum(batches(result))
    assert caught.value.reason == "died"


def test_headers_are_json(catalog: Catalog) -> None:
    [row] = answer("SELECT headers FROM pages WHERE visit = 1", catalog)
    assert json.loads(str(row["headers"]))[0] == ["Content-Type", "text/html"]
