"""LMDB, the URL as key and the record as JSON: a synced transaction per batch."""

import json
import time
from collections.abc import Sequence
from pathlib import Path

import lmdb

from benchmarks.stores.measured import run
from benchmarks.stores.workload import Record


class LmdbTree:
    """One tree."""

    def __init__(self, folder: Path) -> None:
        self._db = lmdb.open(str(folder), map_size=16 << 30)

    def load(self, batches: Sequence[Sequence[Record]]) -> tuple[float, float]:
        """A transaction per batch."""
        for batch in batches:
            with self._db.begin(write=True) as transaction:
                for row in batch:
                    value = json.dumps((*row[:4], row.key.hex(), *row[5:])).encode()
                    transaction.put(row.url.encode(), value)
        return time.perf_counter(), time.perf_counter()

    def find(self, url: str) -> str:
        """The data of one record."""
        with self._db.begin() as transaction:
            return str(json.loads(transaction.get(url.encode()))[9])


if __name__ == "__main__":
    run(LmdbTree)
