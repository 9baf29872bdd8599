"""A job with a topic: whole crawls over a magazine in which one article of ten is about it."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.relevance import Harvest, crawl
from benchmarks.serving import serving
from benchmarks.tandem_run import Pace, run_command, write_job
from benchmarks.topic_site import SECTIONS, SHELVES, TOPIC, articles, relevant_paths
from storage.store import Store

PAGES = 1 + len(SECTIONS) * (1 + SHELVES) + len(articles())
ENOUGH, BUDGET = 0.8, 0.3  # this share of the relevant pages within this share of the requests


def harvest(folder: Path, topic: str) -> Harvest:
    return crawl(folder, topic, 8, content=False)


@pytest.mark.slow
def test_best_first_finds_the_topic_early_and_breadth_first_does_not(tmp_path: Path) -> None:
    (tmp_path / "best").mkdir()
    (tmp_path / "broad").mkdir()
    best, broad = harvest(tmp_path / "best", TOPIC), harvest(tmp_path / "broad", "")
    assert len(set(best.paths)) == len(best.paths) == len(broad.paths) == PAGES
    assert best.found_after(round(BUDGET * PAGES)) >= ENOUGH
    assert broad.found_after(round(BUDGET * PAGES)) < ENOUGH / 2


@dataclass(frozen=True)
class Ran:
    """A run that followed relevant pages only."""

    workspace: Path
    url: str

    def rows(self, query: str) -> list[dict[str, object]]:
        with Store(self.workspace) as store, store.query(query) as answer:
            return [row for batch in answer for row in batch.to_pylist()]


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("chosen")
    with serving("benchmarks.topic_site") as url:
        job = topic_job(folder, url, topic="violin strings repair", min_relevance=0.15)
        subprocess.run(run_command(job, folder / "ws"), check=True, stdout=subprocess.DEVNULL)
        yield Ran(folder / "ws", url)


def topic_job(folder: Path, url: str, **scope: object) -> Path:
    path = write_job(folder / "job.yaml", url, 10_000, Pace(8, content=True))
    job = json.loads(path.read_text())
    job["scope"] |= scope
    path.write_text(json.dumps(job))
    return path


def test_pages_off_the_topic_are_stored_and_not_followed(chosen: Ran) -> None:
    pages = chosen.rows("SELECT url, outcome, reason, relevance, body IS NOT NULL AS stored FROM pages")
    off = [page for page in pages if page["reason"] == "off_topic"]
    assert len(pages) < PAGES / 2
    assert off
    assert all(page["outcome"] == "fetched" and page["stored"] for page in pages)
    assert all(float(str(page["relevance"])) < 0.15 for page in off)
    followed = [page for page in pages if page["reason"] == "ok" and page["url"] != chosen.url]
    assert all(float(str(page["relevance"])) >= 0.15 for page in followed)


def test_the_topic_is_found_all_the_same(chosen: Ran) -> None:
    found = {str(row["url"]).replace(chosen.url, "/") for row in chosen.rows("SELECT url FROM pages")}
    assert len(found & relevant_paths()) >= 0.8 * len(relevant_paths())


def test_relevance_tells_articles_apart(chosen: Ran) -> None:
    rows = chosen.rows("SELECT url, relevance FROM pages WHERE url LIKE '%/articles/%'")
    on: list[float] = []
    off: list[float] = []
    for row in rows:
        is_on = str(row["url"]).replace(chosen.url, "/") in relevant_paths()
        (on if is_on else off).append(float(str(row["relevance"])))
    assert sorted(on)[len(on) // 20] > sorted(off)[-len(off) // 50]


@pytest.mark.slow
def test_kills_lose_no_page_and_double_none(tmp_path: Path) -> None:
    workspace, log = tmp_path / "ws", tmp_path / "requests.log"
    with serving("benchmarks.topic_site", "--log", str(log)) as url:
        job = topic_job(tmp_path, url, topic=TOPIC)
        for requests in (150, 500):
            kill_after(run_command(job, workspace), log, requests)
        subprocess.run(run_command(job, workspace), check=True, stdout=subprocess.DEVNULL)
        pages = Ran(workspace, url).rows("SELECT url, relevance FROM pages")
    assert len(pages) == len({page["url"] for page in pages}) == PAGES
    assert all(page["relevance"] is not None for page in pages)
    asked = [line.split()[3] for line in log.read_text().splitlines()]
    assert relevant_paths() <= set(asked)
    assert (
        len(asked) <= PAGES + 2 * 8 + 3
    )  # what was in flight is asked again, and robots.txt by each process


def kill_after(command: list[str], log: Path, requests: int) -> None:
    """Kills the run and all it started once so many requests have come."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    until = time.monotonic() + 60
    while not log.exists() or log.read_bytes().count(b"\n") < requests:
        assert process.poll() is None, "it ended too early"
        assert time.monotonic() < until
        time.sleep(0.01)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
