"""Whole runs whose fast tier names the types of pages that the engine is unsure of."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.store import Store
from tandem.crawl_session import open_session
from tandem.exit_codes import ExitCode
from tandem.job_file import load_job
from tandem.job_run import RunOptions, run_job
from tandem.show_progress import Style
from tests.tandem.changing_site import ChangingSite, Content, listing
from tests.tandem.inference.script import Script
from tests.tandem.inference.scripted_server import ScriptedServer

PAGES = 12
NAMED = "forum"


def _seat(number: int) -> Content:
    text = f"""<!doctype html><title>Seat {number}</title><h1>Seat {number} in the hall</h1>
        <p>Our seats are made of oak and stand in the great hall of town {number}.</p>
        <p>They were restored by hand in {1900 + number}. Ask us for a visit at any time of the year.</p>"""
    return Content(text.encode())


@pytest.fixture
def hall() -> Iterator[ChangingSite]:
    with ChangingSite() as site:
        site.pages = {f"/seats/{number}": _seat(number) for number in range(PAGES)}
        site.pages["/"] = listing(*site.pages)
        yield site


def _says_forum(request: dict[str, Any]) -> str:
    if "format" not in request:
        return "ok"
    lines = request["messages"][-1]["content"].split("\n")
    number = next((int(line[0]) for line in lines if f": {NAMED} - " in line), 1)
    return json.dumps({"a": number})


@pytest.fixture
async def tier() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer(Script(answer=_says_forum)) as server:
        yield server


async def _types(folder: Path, site: ChangingSite, fast: str) -> tuple[ExitCode, list[str]]:
    job = {
        "name": "hall",
        "seeds": [site.url],
        "crawl": {"delay": 0, "per_host": 1, "allow_private_hosts": ["127.0.0.1"]},
        "models": {"fast": {"url": fast, "model": "tiny"}},
        "progress": {"broker": "off"},
    }
    path = folder / "job.yaml"
    path.write_text(json.dumps(job))
    options = RunOptions(
        folder / "ws", analyse=False, style=Style.SILENT, variables={"TANDEM_LANES": str(folder)}
    )
    result = await run_job(load_job(str(path)), options, open_session)
    with (
        Store(folder / "ws") as store,
        store.query("SELECT url, page_type FROM pages ORDER BY url") as answer,
    ):
        rows = [row for batch in answer for row in batch.to_pylist()]
    return result.verdict.code, [row["page_type"] for row in rows if "/seats/" in row["url"]]


async def test_pages_in_doubt_have_the_type_that_the_model_named(
    tmp_path: Path, hall: ChangingSite, tier: ScriptedServer
) -> None:
    code, types = await _types(tmp_path, hall, tier.url)
    assert code == ExitCode.OK
    assert types == [NAMED] * PAGES
    questions = [call for call in tier.script.calls if "format" in call]
    assert 1 <= len(questions) <= 2  # one for the seats, one at most for the list of them


async def test_a_model_that_is_away_costs_no_type_and_no_exit_status(
    tmp_path: Path, hall: ChangingSite
) -> None:
    code, types = await _types(tmp_path, hall, "http://127.0.0.1:9")
    assert code == ExitCode.OK
    assert len(types) == PAGES
    assert all(types)
