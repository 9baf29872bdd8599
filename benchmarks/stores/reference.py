"""The reference design's bulk load: a SQLite table with five secondary indexes, one executemany, one commit.

Nothing is durable before the end. Settings are SQLite's own, as in the design that it stands for.
"""

import sqlite3
import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from benchmarks.stores.measured import run
from benchmarks.stores.workload import Record

TABLE = """
CREATE TABLE fingerprints (
    domain TEXT, timestamp INTEGER, url TEXT, visit INTEGER, run TEXT, kind TEXT, sources TEXT, data TEXT,
    PRIMARY KEY (domain, timestamp)
)
"""
INDEXES = ("domain", "timestamp", "url", "run", "kind")


class Reference:
    """One table, five indexes."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "reference.sqlite")
        self._db.execute(TABLE)
        for name in INDEXES:
            self._db.execute(f"CREATE INDEX by_{name} ON fingerprints ({name})")
        self._db.commit()

    def load(self, batches: Sequence[Sequence[Record]]) -> tuple[float, float]:
        """One executemany."""
        rows = (
            (r.host, r.decided_at, r.url, r.visit, r.run, r.record, r.sources, r.data)
            for r in chain.from_iterable(batches)
        )
        self._db.executemany("INSERT INTO fingerprints VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._db.commit()
        return time.perf_counter(), time.perf_counter()

    def find(self, url: str) -> str:
        """The data of one record."""
        return str(self._db.execute("SELECT data FROM fingerprints WHERE url = ?", (url,)).fetchone()[0])


if __name__ == "__main__":
    run(Reference)
