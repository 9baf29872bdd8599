"""SQLite, a row per record and the URL unique: WAL, synchronous=FULL, a transaction per batch."""

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.stores.measured import run
from benchmarks.stores.workload import Record

COLUMNS = "host, url, visit, run, key, record, ordinal, decision, decided_at, data, sources"


class SqliteRows:
    """One table."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "rows.sqlite", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA cache_size = -64000")
        self._db.execute(f"CREATE TABLE records ({COLUMNS}, UNIQUE (url))")

    def load(self, batches: Sequence[Sequence[Record]]) -> tuple[float, float]:
        """A commit per batch."""
        for batch in batches:
            self._db.execute("BEGIN")
            self._db.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", batch)
            self._db.execute("COMMIT")
        return time.perf_counter(), time.perf_counter()

    def find(self, url: str) -> str:
        """The data of one record."""
        return str(self._db.execute("SELECT data FROM records WHERE url = ?", (url,)).fetchone()[0])


if __name__ == "__main__":
    run(SqliteRows)
