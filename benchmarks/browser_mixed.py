"""A shop of which one page in ten needs scripts, crawled three ways: how many facts, how many renderings."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.crawl import HOME
from benchmarks.measure import Measured
from benchmarks.mixed_site import FIELDS, Plan, kind_of, truth
from benchmarks.serving import serving
from benchmarks.tandem_run import TANDEM, run_command

MODES = ("auto", "always", "never")
WANTED_FACTS, WANTED_RENDERED = 0.99, 0.15


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one crawl came to."""

    mode: str
    facts: int  # that are right
    all_facts: int
    pages: int
    all_pages: int
    rendered: int  # pages that a browser was asked for, whatever came of it
    measured: Measured
    missing: dict[str, int]  # facts, by what makes their pages

    @property
    def fact_share(self) -> float:
        return self.facts / self.all_facts

    @property
    def rendered_share(self) -> float:
        return self.rendered / self.all_pages


def job(url: str, mode: str, pages: int) -> dict[str, Any]:
    """A job that crawls the shop without pauses."""
    return {
        "name": "mixed",
        "seeds": [url],
        "scope": {"within": "host", "max_pages": pages + 100, "max_depth": 20, "max_minutes": 600},
        "crawl": {
            "concurrency": 32,
            "per_host": 16,
            "delay": 0,
            "sitemaps": False,
            "render": mode,
            "allow_private_hosts": [urlsplit(url).hostname],
        },
        # The pages are our own; for root there is no sandbox.
        "browser": {"sandbox": "off" if os.geteuid() == 0 else "on"},
        "select": [{"record": "thing", "match": "/item/*", "fields": FIELDS}],
        "models": {"profile": "none"},
        "progress": {"broker": "off"},
    }


def crawl(url: str, mode: str, pages: int, folder: Path) -> Outcome:
    """Crawls the shop of this URL, and compares with what it says."""
    job_file = folder / f"{mode}.yaml"
    job_file.write_text(json.dumps(job(url, mode, pages)))  # JSON is YAML
    workspace = folder / mode
    line = [sys.executable, "-m", "benchmarks.measure", "-", *run_command(job_file, workspace)]
    done = subprocess.run(line, cwd=HOME, check=True, stdout=subprocess.PIPE, text=True)
    measured = Measured(**json.loads(done.stdout.splitlines()[-1]))
    if measured.status:
        sys.exit(f"render: {mode} ended with {measured.status}\n{measured.output}")
    return compared(mode, pages, workspace, measured)


def compared(mode: str, pages: int, workspace: Path, measured: Measured) -> Outcome:
    """Counts what is right in a workspace."""
    plan = Plan(pages)
    found = {
        int(row["url"].rpartition("/")[2]): json.loads(row["data"])
        for row in _rows(workspace, "SELECT url, data::VARCHAR AS data FROM records")
    }
    missing: dict[str, int] = {}
    right = 0
    for number in range(plan.items):
        told = truth(number)
        hits = sum(found.get(number, {}).get(name) == value for name, value in told.items())
        right += hits
        if hits < len(told):
            missing[kind_of(number)] = missing.get(kind_of(number), 0) + len(told) - hits
    (count,) = _rows(
        workspace,
        "SELECT (SELECT count(*) FROM pages WHERE outcome = 'fetched') AS pages,"
        " (SELECT count(*) FROM renderings WHERE why <> 'answered') AS renderings",
    )
    return Outcome(
        mode,
        right,
        plan.items * len(FIELDS),
        count["pages"],
        pages,
        count["renderings"],
        measured,
        missing,
    )


def _rows(workspace: Path, sql: str) -> Iterator[dict[str, Any]]:
    command = [str(TANDEM), "query", sql, "--workspace", str(workspace), "--format", "jsonl"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return map(json.loads, done.stdout.splitlines())


def report(outcomes: list[Outcome]) -> Iterator[str]:
    """A table, and what of it is as wanted."""
    yield f"{'render':8} {'facts':>8} {'pages':>12} {'rendered':>9} {'CPU s':>8} {'wall s':>8} {'peak MB':>8}"
    for one in outcomes:
        figures = one.measured
        yield (
            f"{one.mode:8} {one.fact_share:8.2%} {one.pages:5}/{one.all_pages:<6} {one.rendered_share:9.1%}"
            f" {figures.cpu_seconds:8.1f} {figures.wall_seconds:8.1f} {figures.peak_pss_mb:8.0f}"
        )
        if one.missing:
            yield "         missing: " + ", ".join(
                f"{n} of {kind}" for kind, n in sorted(one.missing.items())
            )


def is_as_wanted(outcomes: list[Outcome]) -> bool:
    """Whether `auto` finds nearly everything with few renderings."""
    auto = next((one for one in outcomes if one.mode == "auto"), None)
    return auto is None or (auto.fact_share >= WANTED_FACTS and auto.rendered_share <= WANTED_RENDERED)


def run(pages: int, modes: tuple[str, ...] = MODES) -> int:
    """Crawls in each way and prints what came of it; 1 where `auto` is not as wanted."""
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="tandem-mixed-") as folder:
        for mode in modes:
            with serving("benchmarks.mixed_site", "--pages", str(pages)) as url:
                print(f"crawling {pages} pages with render: {mode} …", file=sys.stderr, flush=True)
                outcomes.append(crawl(url, mode, pages, Path(folder)))
    for line in report(outcomes):
        print(line)
    return 0 if is_as_wanted(outcomes) else 1
