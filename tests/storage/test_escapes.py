"""What a hostile query may try: to write, to read other files, to reach a network, to take all memory."""

import hashlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.catalog import Catalog, Limits, Source
from storage.query import QueryError, run_query
from storage.segment import write_segment

from .rows import page

LIMITS = Limits(seconds=15, memory_bytes=512 << 20)
CANARY = "canary-of-a-foreign-file"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A workspace with one listed file, one file beside it that is not listed, and a secret outside."""
    (tmp_path / "pages").mkdir()
    write_segment(tmp_path / "pages" / "listed.parquet", "pages", [page(n) for n in range(20)])
    write_segment(tmp_path / "pages" / "unlisted.parquet", "pages", [page(99, CANARY.encode())])
    (tmp_path / "secret.csv").write_text(f"a,b\n{CANARY},1\n")
    (tmp_path / "secret.json").write_text(f'{{"a": "{CANARY}"}}')
    return tmp_path


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A port on loopback and what came to it."""
    hits: list[str] = []
    server = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                hits.append(str(server.accept()[1]))
            except OSError:
                return

    thread = threading.Thread(target=accept)
    thread.start()
    yield server.getsockname()[1], hits
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


def attack(query: str, house: Path) -> str:
    """Everything the attacker gets to see: rows, or the reason and the message."""
    catalog = Catalog({"pages": Source((house / "pages" / "listed.parquet",))})
    try:
        with run_query(query, catalog, LIMITS) as result:
            return repr([batch.to_pylist() for batch in result])
    except QueryError as error:
        return f"{error.reason}: {error}"


def snapshot(house: Path) -> dict[str, str]:
    return {
        str(path.relative_to(house)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(house.rglob("*"))
        if path.is_file()
    }


READS = [
    "SELECT * FROM read_csv('{house}/secret.csv')",
    "SELECT * FROM read_csv_auto('{house}/pages/../secret.csv')",
    "SELECT * FROM '{house}/secret.csv'",
    "SELECT * FROM '{house}/secret.json'",
    "SELECT * FROM read_json('{house}/secret.json')",
    "SELECT * FROM read_json_objects('{house}/*.json')",
    "SELECT * FROM read_text('{house}/secret.csv')",
    "SELECT * FROM read_blob('{house}/secret.csv')",
    "SELECT * FROM read_parquet('{house}/pages/unlisted.parquet')",
    "SELECT * FROM read_parquet('{house}/pages/*.parquet')",
    "SELECT * FROM '{house}/pages/unlisted.parquet'",
    "SELECT * FROM parquet_metadata('{house}/pages/unlisted.parquet')",
    "SELECT * FROM parquet_kv_metadata('{house}/pages/unlisted.parquet')",
    "SELECT * FROM sniff_csv('{house}/secret.csv')",
    "SELECT * FROM glob('{house}/*')",
    "SELECT * FROM glob('{house}/pages/*')",
    "SELECT * FROM read_text('/proc/self/environ')",
    "SELECT * FROM read_text('/proc/self/maps')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM query('SELECT * FROM read_text(''{house}/secret.csv'')')",
    "SELECT * FROM query_table('{house}/secret.csv')",
    "SELECT getenv('HOME')",
    "WITH x AS (FROM read_csv('{house}/secret.csv')) FROM x",
    "SELECT (SELECT content FROM read_text('{house}/secret.csv'))",
]

WRITES = [
    "COPY (SELECT 1) TO '{house}/new.csv'",
    "COPY (SELECT 1) TO '{house}/pages/listed.parquet' (FORMAT parquet, USE_TMP_FILE false)",
    "COPY (SELECT 1) TO '{house}/pages/listed.parquet' (FORMAT csv, USE_TMP_FILE false)",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{house}/pages/listed.parquet' (USE_TMP_FILE false)",
    "EXPORT DATABASE '{house}/export'",
    "ATTACH '{house}/new.duckdb'",
    "ATTACH '{house}/pages/listed.parquet' AS x",
    "CREATE TABLE stored.x AS SELECT 1",
    "CREATE VIEW pages AS SELECT 1",
    "INSERT INTO stored.pages SELECT * FROM stored.pages",
    "DELETE FROM stored.pages",
    "UPDATE stored.pages SET url = 'x'",
    "DROP VIEW stored.pages",
    "TRUNCATE stored.pages",
    "SET memory_limit = '100GB'",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "SET log_query_path = '{house}/log'",
    "SET profiling_output = '{house}/profile'",
    "SET temp_directory = '{house}/temp'",
    "SET VARIABLE x = 1",
    "PRAGMA enable_profiling",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '{house}/evil.duckdb_extension'",
    "FORCE INSTALL spatial FROM community",
    "PREPARE x AS SELECT 1",
    "EXECUTE x",
    "CHECKPOINT",
    "VACUUM",
    "USE stored",
    "BEGIN",
    "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "CREATE PERSISTENT SECRET s (TYPE s3)",
    "CREATE MACRO m() AS 1",
    "SELECT 1; COPY (SELECT 1) TO '{house}/new.csv'",
    "SELECT 1; DROP VIEW stored.pages; SELECT 2",
    "PIVOT stored.pages ON host USING count(*)",
]

NETWORK = [
    "SELECT * FROM read_parquet('http://127.0.0.1:{port}/x.parquet')",
    "SELECT * FROM read_csv('https://127.0.0.1:{port}/x.csv')",
    "SELECT * FROM 'http://127.0.0.1:{port}/x.csv'",
    "SELECT * FROM read_text('s3://127.0.0.1:{port}/x')",
    "SELECT * FROM read_json('hf://datasets/x/y.json')",
    "ATTACH 'http://127.0.0.1:{port}/x.duckdb'",
    "INSTALL httpfs FROM 'http://127.0.0.1:{port}'",
]

BOMBS = [
    "SELECT repeat('x', 2000000000) AS x",
    "SELECT length(repeat(repeat('x', 1000000), 20000)) AS x",
    "SELECT string_agg(repeat('x', 1000000), '') FROM range(100000)",
    "SELECT list(range) FROM range(10000000000)",
    "SELECT array_agg(i) OVER (ORDER BY i) FROM range(100000) t(i)",
    "SELECT * FROM range(100000000) a ORDER BY hash(a.range)",
    "SELECT count(*) FROM (SELECT DISTINCT hash(range) FROM range(1000000000))",
    "SELECT lpad('x', 2000000000, 'y')",
    "WITH RECURSIVE t AS (SELECT 'x' AS a UNION ALL SELECT a || a FROM t) SELECT max(length(a)) FROM t",
    "SELECT histogram(range) FROM range(1000000000)",
    "SELECT range(1000000000)",
    "SELECT format('{:>2000000000}', 'x')",
]


@pytest.mark.parametrize("query", READS)
def test_no_foreign_file_is_read(house: Path, query: str) -> None:
    seen = attack(query.format(house=house), house)
    assert CANARY not in seen
    assert "root:" not in seen
    assert "unlisted.parquet'}" not in seen
    assert seen.startswith("sql: "), seen


@pytest.mark.parametrize("query", WRITES)
def test_nothing_is_written(house: Path, query: str) -> None:
    before = snapshot(house)
    seen = attack(query.format(house=house), house)
    assert snapshot(house) == before
    assert seen.startswith(("not_one_select: ", "sql: ")), seen


@pytest.mark.parametrize("query", NETWORK)
def test_no_network_is_reached(house: Path, listener: tuple[int, list[str]], query: str) -> None:
    port, hits = listener
    seen = attack(query.format(port=port), house)
    assert seen.startswith(("not_one_select: ", "sql: ")), seen
    assert hits == []


@pytest.mark.parametrize("query", BOMBS)
def test_no_query_outgrows_its_memory_or_its_time(house: Path, query: str) -> None:
    start = time.monotonic()
    catalog = Catalog({"pages": Source((house / "pages" / "listed.parquet",))})
    limits = Limits(seconds=4, memory_bytes=256 << 20)
    peak = 0
    with pytest.raises(QueryError) as caught:  # noqa: PT012
        watch = _Peak()
        with watch, run_query(query, catalog, limits) as result:
            for _ in result:
                pass
    peak = watch.peak
    assert caught.value.reason in {"memory", "time", "sql"}, caught.value
    assert time.monotonic() - start < 6
    assert peak < (256 + 400) << 20


class _Peak:
    """The most resident memory that any child of this process had."""

    def __init__(self) -> None:
        self.peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        children = Path(f"/proc/{os.getpid()}/task")
        while not self._done.wait(0.02):
            for path in children.glob("*/children"):
                for pid in path.read_text().split():
                    self.peak = max(self.peak, _resident(pid))


def _resident(pid: str) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return 0


def test_python_values_of_the_process_are_no_tables(house: Path) -> None:
    for name in ("sys", "os", "request", "files", "engine", "rows"):
        assert attack(f"FROM {name}", house).startswith("sql: "), name


def test_a_write_hidden_in_a_select_changes_nothing_on_disk(house: Path) -> None:
    before = snapshot(house)
    attack("WITH x AS (DELETE FROM stored.pages RETURNING *) SELECT count(*) FROM x", house)
    assert snapshot(house) == before


def test_the_environment_of_the_caller_is_not_handed_on(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANDEM_PASSWORD", CANARY)
    assert CANARY not in attack("SELECT * FROM duckdb_settings()", house)
