"""Kills crawls or stores, at random or at the N-th write: python -m benchmarks.kill [--store] [--inject]

Each crawl has a fresh workspace and a site that is known beforehand. It is killed with everything it started,
run again by the same command, and so on until it ends by itself; then it is compared with the truth.
A store commits, seals and merges without a crawl; after every kill it is compared with what it acknowledged.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks import store_kill
from benchmarks.inject import SYSCALLS, kill_points, run_with_kill
from benchmarks.kill_site import missing, truth
from benchmarks.serving import serving
from benchmarks.survival import Verdict, judge, read_log
from benchmarks.tandem_run import Pace, has_ended_well, run_command, stored, write_job

CONCURRENCY = 16
SHORTEST_SECONDS, LONGEST_SECONDS = 0.05, 3.0
# A run that ends by itself may need a second start: what it lost to a killed worker is tried again.
MOST_STARTS = 10


@dataclass(frozen=True, slots=True)
class Crawl:
    """One crawl of a fresh workspace, and the site's log of it."""

    command: list[str]
    workspace: Path
    log: Path
    pages: int

    def verdict(self, kills: list[float]) -> Verdict:
        """Compares what is stored with the truth."""
        requests = read_log(self.log)
        return judge(stored(self.workspace), truth(self.pages), missing(self.pages), requests, kills)


def fresh_crawls(pages: int) -> Iterator[Crawl]:
    """Gives crawls without end, each served for as long as it is in use."""
    while True:
        with tempfile.TemporaryDirectory(prefix="tandem-kill-") as name:
            folder = Path(name)
            log, workspace = folder / "requests.log", folder / "workspace"
            with serving("benchmarks.kill_site", "--pages", str(pages), "--log", str(log)) as url:
                job = write_job(folder / "job.yaml", url, pages * 2, Pace(CONCURRENCY, retries=4))
                yield Crawl(run_command(job, workspace), workspace, log, pages)


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """Starts a command in a process group of its own, which a kill can take as a whole."""
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kills a process with everything it started."""
    with suppress(ProcessLookupError):  # all of it may have ended meanwhile
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_until_done(crawl: Crawl, random: Random) -> list[float]:
    """Runs one crawl to its end and gives the moments at which it was killed."""
    kills = []
    while True:
        process = start(crawl.command)
        try:
            status = process.wait(random.uniform(SHORTEST_SECONDS, LONGEST_SECONDS))
        except subprocess.TimeoutExpired:
            kill_group(process)
            kills.append(time.monotonic())
            if has_ended_well(crawl.workspace):
                return kills
            continue
        if status:
            sys.exit(f"the crawl ended with {status}: {' '.join(crawl.command)}")
        return kills


def finish(crawl: Crawl) -> None:
    """Runs a crawl again until it ends with 0."""
    for _ in range(MOST_STARTS):
        process = start(crawl.command)
        if process.wait() == 0:
            return
    sys.exit(f"the crawl did not end well in {MOST_STARTS} starts")


def random_kills(wanted: int, pages: int, seed: int) -> bool:
    """Kills crawl after crawl until there were enough kills; says whether all came out right."""
    random = Random(seed)
    crawls, total, clean = 0, 0, True
    for crawl in fresh_crawls(pages):
        kills = kill_until_done(crawl, random)
        verdict = crawl.verdict(kills)
        crawls, total, clean = crawls + 1, total + len(kills), clean and verdict.is_clean(CONCURRENCY)
        print(f"crawl {crawls}: {len(kills)} kills, {total} in all, {verdict}", flush=True)
        if total >= wanted or not clean:
            break
    print(
        f"{'passed' if clean else 'FAILED'}: {total} kills in {crawls} crawls of {pages} pages, seed {seed}"
    )
    return clean


def injected_kills(points: int | None, pages: int, part: int = 0, parts: int = 1) -> bool:
    """Kills a short crawl at its N-th call of each kind, N after N; says whether all came out right.

    Of several parts, each takes its share of the same points.
    """
    crawls = fresh_crawls(pages)
    chosen = kill_points(next(crawls).command, points)[part::parts]
    hit, clean = 0, True
    for syscall, number in chosen:
        crawl = next(crawls)
        was_hit, ended_well = run_with_kill(crawl.command, syscall, number)
        kills = [time.monotonic()]
        # One that dies after the last word of its run has ended: the same command would begin another.
        if not ended_well and not has_ended_well(crawl.workspace):
            finish(crawl)
        verdict = crawl.verdict(kills)
        hit, clean = hit + was_hit, clean and verdict.is_clean(CONCURRENCY)
        if not verdict.is_clean(CONCURRENCY):
            print(f"{syscall} {number}: {verdict}", flush=True)
    print(f"{'passed' if clean else 'FAILED'}: {hit} kills at {len(chosen)} points of {', '.join(SYSCALLS)}")
    return clean


def _store(options: argparse.Namespace) -> bool:
    print(f"seed {options.seed}", flush=True)
    return store_kill.random_kills(options.kills, options.seed)


def _store_injected(options: argparse.Namespace) -> bool:
    merges_right = store_kill.merge_kills()
    return store_kill.injected_kills(options.points) and merges_right


def main() -> None:
    """Ends with 1 when a page was lost, doubled or changed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kill", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="random kills to reach")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--inject", action="store_true", help="kill at the N-th write instead, by strace")
    parser.add_argument("--points", type=int, help="this many N, evenly spread, instead of every one")
    parser.add_argument("--store", action="store_true", help="kill a store that seals and merges instead")
    parser.add_argument("--pages", type=int, help="size of the site: 2000, or 20 with --inject")
    options = parser.parse_args()
    if options.store:
        clean = _store_injected(options) if options.inject else _store(options)
    elif options.inject:
        clean = injected_kills(options.points, options.pages or 20)
    else:
        print(f"seed {options.seed}", flush=True)
        clean = random_kills(options.kills, options.pages or 2000, options.seed)
    sys.exit(not clean)


if __name__ == "__main__":
    main()
