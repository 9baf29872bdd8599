"""How much of a topic a crawl finds for its requests: best-first beside breadth-first.

    python -m benchmarks.relevance

One article in ten of a generated magazine is about the topic. Printed is the share of these that each crawl
had asked for after so many of its requests, the share of all requests after which it had four fifths of them,
and the processor time of the whole crawl.
"""

import argparse
import json
import resource
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving import serving
from benchmarks.tandem_run import Pace, run_command, write_job
from benchmarks.topic_site import TOPIC, articles, relevant_paths

ENOUGH = 0.8  # of the relevant pages
SHARES = (0.1, 0.2, 0.3, 0.5, 1.0)  # of the requests


@dataclass(frozen=True, slots=True)
class Harvest:
    """The requests of one crawl for pages, in order."""

    paths: tuple[str, ...]
    cpu_seconds: float = 0.0

    def found_after(self, requests: int) -> float:
        """Gives the share of the relevant pages that was asked for by then."""
        return len(relevant_paths().intersection(self.paths[:requests])) / len(relevant_paths())

    @property
    def requests_for_enough(self) -> int:
        """Gives how many requests it took to find most of the relevant pages; all and one if it never did."""
        left = round(len(relevant_paths()) * ENOUGH)
        for number, path in enumerate(self.paths, start=1):
            left -= path in relevant_paths()
            if left <= 0:
                return number
        return len(self.paths) + 1


def crawl(folder: Path, topic: str, concurrency: int, *, content: bool = True) -> Harvest:
    """Crawls the site to its end and gives what it was asked for."""
    log = folder / "requests.log"
    with serving("benchmarks.topic_site", "--log", str(log)) as url:
        path = write_job(folder / "job.yaml", url, 10_000, Pace(concurrency, content=content))
        job = json.loads(path.read_text())
        job["scope"] |= {"topic": topic} if topic else {}
        path.write_text(json.dumps(job))
        before = _cpu_seconds()
        subprocess.run(run_command(path, folder / "workspace"), check=True, stdout=subprocess.DEVNULL)
        used = _cpu_seconds() - before
    asked = (line.split()[3] for line in log.read_text().splitlines())
    return Harvest(tuple(path for path in asked if path != "/robots.txt"), used)


def _cpu_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def lines(harvests: Sequence[tuple[str, Harvest]]) -> list[str]:
    """Gives the table that is printed."""
    total = max(len(harvest.paths) for _, harvest in harvests)
    head = "".join(f"{f'{share:.0%}':>8}" for share in SHARES)
    found = [
        f"relevant pages found after a share of {total:,} requests",
        f"{'':<16}{head}  80 % after  CPU s",
    ]
    for name, harvest in harvests:
        shares = "".join(f"{harvest.found_after(round(share * total)):>8.0%}" for share in SHARES)
        needed = f"{harvest.requests_for_enough / total:>11.0%}"
        found.append(f"{name:<16}{shares}{needed}{harvest.cpu_seconds:>7.1f}")
    return found


def main() -> None:
    """Crawls twice and prints the comparison."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relevance")
    parser.add_argument("--concurrency", type=int, default=8, help="requests in flight")
    options = parser.parse_args()
    print(f"topic: {TOPIC} {len(relevant_paths())} of {len(articles())} articles are about it")
    harvests = []
    for name, topic, content in (
        ("breadth-first", "", True),
        ("best-first", TOPIC, True),
        ("  without content", TOPIC, False),
    ):
        with tempfile.TemporaryDirectory(prefix="tandem-relevance-") as folder:
            harvests.append((name, crawl(Path(folder), topic, options.concurrency, content=content)))
    print("\n".join(lines(harvests)))


if __name__ == "__main__":
    main()
