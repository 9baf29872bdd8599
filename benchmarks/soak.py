"""Memory, descriptors, threads and ledger over a long crawl: python -m benchmarks.soak

The site is computed, not stored. Every few seconds the whole process tree is sampled; the slope of memory
over pages is taken from the samples after the first tenth, when caches are warm, and from the processes that
last as long as the crawl: those that seal and merge come and go, and are told apart.
"""

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median

from benchmarks.measure import descendants, pss_kb
from benchmarks.serving import served, serving
from benchmarks.tandem_run import Pace, run_command, write_job

WARM_UP_SHARE = 0.1
WANTED_MB_PER_100K, WANTED_LEDGER_BYTES = 10, 150


@dataclass(frozen=True, slots=True)
class Sample:
    """The process tree at one moment."""

    pages: int
    lasting_mb: float  # of the crawl and its parse workers
    pss_mb: float  # of all
    descriptors: int
    threads: int
    ledger_mb: float


def _count(pid: int, kind: str) -> int:
    try:
        return sum(1 for _ in Path(f"/proc/{pid}/{kind}").iterdir())
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return 0


def _is_lasting(pid: int) -> bool:
    """Whether a process stays until the crawl ends: what seals and merges does not."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return b"\0storage." not in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _ledger_bytes(workspace: Path) -> int:
    return sum(path.stat().st_size for path in workspace.glob("ledger.sqlite*"))


def _used_ledger_bytes(workspace: Path) -> int:
    """Gives the size of what the ledger holds; pages that sealing has freed are used again."""
    with closing(sqlite3.connect(f"file:{workspace / 'ledger.sqlite'}?mode=ro", uri=True)) as ledger:
        names = ("page_count", "freelist_count", "page_size")
        pages, free, size = (ledger.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
    return int((pages - free) * size)


def sample(root: int, url: str, workspace: Path) -> Sample:
    """Looks at a process and everything it started."""
    tree = [root, *descendants(root)]
    return Sample(
        pages=served(url),
        lasting_mb=sum(pss_kb(pid) for pid in tree if _is_lasting(pid)) / 1024,
        pss_mb=sum(map(pss_kb, tree)) / 1024,
        descriptors=sum(_count(pid, "fd") for pid in tree),
        threads=sum(_count(pid, "task") for pid in tree),
        ledger_mb=_ledger_bytes(workspace) / 1e6,
    )


def samples(command: list[str], url: str, workspace: Path, every_seconds: float) -> Iterator[Sample]:
    """Runs the command and gives samples until it ends."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            while process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(every_seconds)
                    break
                yield sample(process.pid, url, workspace)
        finally:
            process.terminate()
    if process.returncode:
        sys.exit(f"the crawl ended with {process.returncode}")


def growth_per_100k(seen: list[Sample], value: str) -> float:
    """Gives by how much a value grows over 100,000 pages, warm-up left off.

    It is the median of the slopes between all pairs, which the short life of a sealing process does not bend.
    """
    warm = [one for one in seen if one.pages >= WARM_UP_SHARE * seen[-1].pages]
    slopes = [
        (getattr(later, value) - getattr(earlier, value)) / (later.pages - earlier.pages)
        for earlier, later in combinations(warm, 2)
        if later.pages > earlier.pages
    ]
    return median(slopes) * 100_000 if slopes else 0.0


def report(seen: list[Sample], pages: int, workspace: Path) -> bool:
    """Prints what grew, and says whether memory and ledger stayed within the goals."""
    for value in ("lasting_mb", "pss_mb", "descriptors", "threads"):
        first, last = getattr(seen[0], value), getattr(seen[-1], value)
        highest = max(getattr(one, value) for one in seen)
        growth = f"{growth_per_100k(seen, value):+,.1f} per 100,000 pages"
        print(f"{value:12} first {first:,.0f}, last {last:,.0f}, highest {highest:,.0f}, {growth}")
    per_url = _used_ledger_bytes(workspace) / pages
    file_mb = _ledger_bytes(workspace) / 1e6
    print(f"ledger       {per_url:,.0f} bytes per known URL at the end, in a file of {file_mb:,.1f} MB")
    return growth_per_100k(seen, "lasting_mb") <= WANTED_MB_PER_100K and per_url <= WANTED_LEDGER_BYTES


def main() -> None:
    """Ends with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--every", type=float, default=2.0, help="seconds between samples")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="tandem-soak-") as folder,
        serving("benchmarks.site", "--pages", str(options.pages), "--compute") as url,
    ):
        workspace = Path(folder, "workspace")
        job = write_job(Path(folder, "job.yaml"), url, options.pages, Pace(concurrency=64))
        started, seen = time.monotonic(), []
        for one in samples(run_command(job, workspace), url, workspace, options.every):
            seen.append(one)
            print(one, file=sys.stderr, flush=True)
        fetched = served(url)
        seconds = time.monotonic() - started
        print(f"{fetched:,} of {options.pages:,} pages in {seconds:,.0f} s, {len(seen)} samples")
        good = report(seen, options.pages, workspace)
    sys.exit(not (good and fetched == options.pages))


if __name__ == "__main__":
    main()
