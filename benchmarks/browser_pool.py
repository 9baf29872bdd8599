"""Trivial pages of scripts on two cores: Tandem's pool beside bare loops over Playwright."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.browser_loop import WAYS
from benchmarks.crawl import HOME
from benchmarks.serving import serving
from tests.browser import command

CORES = "0,1"
WANTED_RATE, WANTED_MB, WANTED_GROWTH = 14.0, 1024.0, 1.2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one way came to."""

    way: str
    pages: int
    wrong: int
    rate: float  # pages per second once it is warm
    cpu_seconds: float  # per page, the start shared among them
    first_mb: float  # proportional shares of all processes, warm
    last_mb: float
    highest_mb: float
    load: float  # of the machine, meanwhile


def shown(way: str, url: str, pages: int, executable: Path) -> Outcome:
    """Shows the pages in a process of its own."""
    loop = [sys.executable, "-m", "benchmarks.browser_loop", way, url, str(pages), str(executable)]
    pinned = ["taskset", "--cpu-list", CORES, *loop]
    done = subprocess.run(pinned, cwd=HOME, check=True, stdout=subprocess.PIPE, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    return Outcome(
        way,
        told["pages"],
        told["wrong"],
        told["pages_per_second"],
        told["cpu_seconds"] / told["pages"],
        told["first_mb"],
        told["last_mb"],
        told["highest_mb"],
        os.getloadavg()[0],
    )


def report(outcomes: list[Outcome]) -> Iterator[str]:
    """A table."""
    yield (
        f"{'way':7} {'pages':>6} {'wrong':>6} {'pages/s':>8} {'CPU ms':>7}"
        f" {'MB warm':>8} {'MB last':>8} {'highest':>8} {'load':>5}"
    )
    for one in outcomes:
        yield (
            f"{one.way:7} {one.pages:6} {one.wrong:6} {one.rate:8.1f} {one.cpu_seconds * 1000:7.0f}"
            f" {one.first_mb:8.0f} {one.last_mb:8.0f} {one.highest_mb:8.0f} {one.load:5.1f}"
        )


def is_as_wanted(one: Outcome) -> bool:
    """Whether the pool is fast, small and does not grow."""
    return (
        one.wrong == 0
        and one.rate >= WANTED_RATE
        and one.first_mb <= WANTED_MB
        and one.last_mb <= WANTED_GROWTH * one.first_mb
    )


def run(pages: int, peer_pages: int, ways: tuple[str, ...] = WAYS) -> int:
    """Prints what each way came to; 1 where the pool is not as wanted."""
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="tandem-pool-") as name, serving("benchmarks.script_site") as url:
        folder = Path(name)
        folder.chmod(0o755)  # the browser may run as another user
        executable = command(folder)
        if executable is None:
            sys.exit("no browser is installed")
        for way in ways:
            print(f"showing pages in the way `{way}` …", file=sys.stderr, flush=True)
            outcomes.append(shown(way, url, pages if way == "tandem" else peer_pages, executable))
    for line in report(outcomes):
        print(line)
    return 0 if all(is_as_wanted(one) for one in outcomes if one.way == "tandem") else 1
