"""What queries cost the crawl that they look into: python -m benchmarks.store_queries [PAGES]

The same crawl goes on core 0 alone, then with queries on another core, one after the other without a pause,
round after round. CPU seconds are those of the crawl and of what it started, not of the queries.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from benchmarks.crawl import measured_run
from benchmarks.measure import Measured
from benchmarks.serving import served, serving
from benchmarks.tandem_run import TANDEM, Pace, run_command, write_job

ROUNDS = 3
QUERY = "SELECT host, outcome, count(*) AS pages, sum(body_bytes) AS bytes FROM pages GROUP BY ALL"


@dataclass(frozen=True, slots=True)
class Queried:
    """The medians of all rounds."""

    pages: int
    alone_ms: float  # CPU per page
    queried_ms: float
    queries: int  # in all rounds

    @property
    def more_per_cent(self) -> float:
        """How much more CPU a page cost."""
        return 100 * (self.queried_ms / self.alone_ms - 1)

    def __str__(self) -> str:
        return (
            f"a crawl of {self.pages:,} pages at full speed: {self.alone_ms:.3f} CPU ms per page alone,"
            f" {self.queried_ms:.3f} with queries\nin an endless row ({self.queries} in {ROUNDS} crawls):"
            f" {self.more_per_cent:+.1f} %"
        )


class _Queries:
    """Queries a workspace until it is told to stop."""

    def __init__(self, workspace: Path, core: int) -> None:
        query = [str(TANDEM), "query", QUERY, "--workspace", str(workspace), "--format", "json"]
        self._command = ["taskset", "--cpu-list", str(core), *query]
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._ask, name="queries")
        self.answered = 0

    def __enter__(self) -> "_Queries":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._is_over.is_set():
            done = subprocess.run(self._command, capture_output=True, check=False)
            self.answered += done.returncode == 0  # before the first commit there is no workspace


def _crawl(url: str, pages: int, core: int, queries_on: int | None) -> tuple[Measured, int]:
    with tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder:
        workspace = Path(folder, "workspace")
        job = write_job(Path(folder, "job.yaml"), url, pages, Pace())
        before, queries = served(url), 0
        if queries_on is None:
            measured = measured_run(run_command(job, workspace), core)
        else:
            with _Queries(workspace, queries_on) as asking:
                measured = measured_run(run_command(job, workspace), core)
            queries = asking.answered
        if measured.status or served(url) - before < pages:
            sys.exit(f"the crawl ended with {measured.status}\n{measured.output}")
    return measured, queries


def crawl_and_query(pages: int) -> Queried:
    """Crawls alone and with queries, in turns."""
    cores = sorted(os.sched_getaffinity(0))
    alone, queried, queries = [], [], 0
    with serving("benchmarks.site", "--pages", str(pages), core=cores[-1]) as url:
        for _ in range(ROUNDS):
            alone.append(_crawl(url, pages, cores[0], None)[0].cpu_seconds / pages * 1000)
            measured, answered = _crawl(url, pages, cores[0], cores[-1])
            queried.append(measured.cpu_seconds / pages * 1000)
            queries += answered
    return Queried(pages, statistics.median(alone), statistics.median(queried), queries)


if __name__ == "__main__":
    sys.stdout.write(f"{crawl_and_query(int(sys.argv[1]) if sys.argv[1:] else 6_000)}\n")
