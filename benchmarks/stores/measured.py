"""Puts the workload into one store and looks records up in it; prints the figures as JSON."""

import json
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.stores.workload import BATCH, Record, records

WARM_UP = 2_000


class ClosedStore(Protocol):
    """What one contender is asked to do."""

    def load(self, batches: Sequence[Sequence[Record]]) -> tuple[float, float]:
        """Stores all batches, each durable before the next.

        The moments when the last was acknowledged, and when all lay in their final place.
        """

    def find(self, url: str) -> str:
        """The data of one record."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one store did."""

    records: int
    acknowledged_seconds: float
    seconds: float
    cpu_seconds: float
    bytes: int
    lookups_ms: tuple[float, float]  # p50, p99


def cpu_seconds() -> float:
    """Processor time of this process and of the children that ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def percentiles(ask: Callable[[str], object], urls: Sequence[str]) -> tuple[float, float]:
    """p50 and p99 in milliseconds."""
    taken = []
    for url in urls:
        start = time.perf_counter()
        ask(url)
        taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[len(taken) * 99 // 100]


def run(make: Callable[[Path], ClosedStore]) -> None:
    """Reads FOLDER RECORDS LOOKUPS from the command line."""
    folder, count, lookups = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    rows = records(count)
    batches = [rows[start : start + BATCH] for start in range(0, count, BATCH)]
    store = make(folder)
    cpu, start = cpu_seconds(), time.perf_counter()
    acknowledged, stored = store.load(batches)
    cpu = cpu_seconds() - cpu
    dice = random.Random(11)
    asked = [rows[dice.randrange(count)] for _ in range(lookups + WARM_UP)]
    for row in asked[:WARM_UP]:
        if store.find(row.url) != row.data:
            sys.exit(f"{row.url} came back changed")
    found = percentiles(store.find, [row.url for row in asked[WARM_UP:]])
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(json.dumps(asdict(Figures(count, acknowledged - start, stored - start, cpu, size, found))))
