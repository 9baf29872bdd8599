"""Tandem: put_many in batches, sealing beside it; the clock stops when everything lies in sealed files."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import storage
from benchmarks.stores.measured import run
from benchmarks.stores.workload import Record
from storage.store import Store


class Tandem:
    """One workspace."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store: Store | None = None

    def load(self, batches: Sequence[Sequence[Record]]) -> tuple[float, float]:
        """Puts and seals; merges when the store is closed, off the clock."""
        return asyncio.run(self._load(batches))

    async def _load(self, batches: Sequence[Sequence[Record]]) -> tuple[float, float]:
        async with storage.open(self._folder) as store:
            for batch in batches:
                await store.put_many(batch)
            acknowledged = time.perf_counter()
            await store.flush()
            return acknowledged, time.perf_counter()

    def find(self, url: str) -> str:
        """The data of one record."""
        if self._store is None:
            self._store = Store(self._folder)
        [row] = self._store.get_records(url)
        return row.data


if __name__ == "__main__":
    run(Tandem)
