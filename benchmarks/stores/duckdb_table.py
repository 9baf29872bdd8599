"""DuckDB's own file with an index on the URL: Arrow batches, a transaction each."""

import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.stores.measured import run
from benchmarks.stores.workload import Record

COLUMNS = (
    "host VARCHAR, url VARCHAR PRIMARY KEY, visit BIGINT, run VARCHAR, key BLOB, record VARCHAR,"
    " ordinal BIGINT, decision BIGINT, decided_at BIGINT, data VARCHAR, sources VARCHAR"
)


class DuckdbTable:
    """One table."""

    def __init__(self, folder: Path) -> None:
        self._db = duckdb.connect(str(folder / "records.duckdb"))
        self._db.execute(f"CREATE TABLE records ({COLUMNS})")

    def load(self, batches: Sequence[Sequence[Record]]) -> tuple[float, float]:
        """An insert per batch."""
        for batch in batches:
            columns = dict(zip(Record._fields, zip(*batch, strict=True), strict=True))
            self._db.register("batch", pa.table({name: pa.array(values) for name, values in columns.items()}))
            self._db.execute("INSERT INTO records SELECT * FROM batch")
        return time.perf_counter(), time.perf_counter()

    def find(self, url: str) -> str:
        """The data of one record."""
        row = self._db.execute("SELECT data FROM records WHERE url = ?", [url]).fetchone()
        return str(row[0]) if row else ""


if __name__ == "__main__":
    run(DuckdbTable)
