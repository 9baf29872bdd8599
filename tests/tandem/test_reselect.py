"""Other fields are read from stored pages: from all, whenever the process died, and nothing stays behind."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from storage.store import Store
from tandem.__main__ import enter
from tandem.job_file import load_job
from tandem.reselect import Reselected, Wish, reselect

from .small_site import SmallSite, answered

PAGES = 40  # more than are read together
FIRST = {"record": "seat", "match": "/*", "fields": {"row": "text", "price": "money"}}


class Died(Exception):
    """The process died here."""


class Seats(SmallSite):
    """One record on a page."""

    def _page(self, path: str) -> bytes:
        number = path.removeprefix("/")
        if not number.isdecimal():
            return super()._page(path)
        facts = {"Row": f"R{number}", "Hall": f"H{number}", "Price": f"{number},50 €"}
        rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts.items())
        head = f"<!doctype html><title>Seat {number}</title><h1>Seat {number}</h1>"
        return answered(f"{head}<dl>{rows}</dl>".encode())


def _job(folder: Path, site: Seats, *select: dict[str, Any]) -> Path:
    path = folder / "job.yaml"
    crawl = {"delay": 0, "allow_private_hosts": ["127.0.0.1"], "content": False}
    job = {"name": "seats", "seeds": [site.url], "crawl": crawl, "progress": {"broker": "off"}}
    path.write_text(json.dumps({**job, "select": select}))
    return path


@pytest.fixture
def crawled(tmp_path: Path) -> Seats:
    with Seats(pages=PAGES) as site:
        job = _job(tmp_path, site, FIRST)
        assert enter(["run", str(job), "--workspace", str(tmp_path / "data"), "--no-analysis"]) == 0
        return site


def _records(workspace: Path) -> dict[str, set[tuple[str, ...]]]:
    """Which fields the records of each kind have."""
    found: dict[str, set[tuple[str, ...]]] = {}
    with Store(workspace) as store, store.query("SELECT record, json_keys(data) FROM records") as answer:
        for batch in answer:
            for record, fields in zip(*batch.to_pydict().values(), strict=True):
                found.setdefault(record, set()).add(tuple(sorted(fields)))
    return found


def _reselect(workspace: Path, job: Path, *, dies: bool = False) -> Reselected:
    def told(pages: int) -> None:
        if dies and pages:
            raise Died

    with Store(workspace) as store:
        run = store.runs()[0]
    return asyncio.run(reselect(workspace, Wish(run, load_job(str(job)).job), told))


def test_after_a_death_in_the_middle_the_same_command_reads_the_rest(tmp_path: Path, crawled: Seats) -> None:
    workspace = tmp_path / "data"
    assert {field for fields in _records(workspace)["seat"] for field in fields} == {"row", "price"}
    other = _job(tmp_path, crawled, {**FIRST, "fields": {"hall": "text"}})
    with pytest.raises(Died):
        _reselect(workspace, other, dies=True)
    assert len(_records(workspace)["seat"]) > 1  # of some pages the one, of some the other
    assert _reselect(workspace, other).looked >= PAGES
    assert _records(workspace) == {"seat": {("hall",)}}
    assert _reselect(workspace, other).looked == 0


def test_records_of_kinds_and_pages_that_are_wished_no_longer_go(tmp_path: Path, crawled: Seats) -> None:
    workspace = tmp_path / "data"
    _reselect(workspace, _job(tmp_path, crawled, {**FIRST, "match": "/1*"}))
    with Store(workspace) as store, store.query("SELECT count(*) FROM records") as answer:
        assert next(iter(answer)).column(0).to_pylist() == [11]
    _reselect(workspace, _job(tmp_path, crawled, {**FIRST, "record": "place"}))
    assert _records(workspace).keys() == {"place"}
