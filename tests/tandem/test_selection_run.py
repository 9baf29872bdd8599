"""Whole runs that select records with a fast tier: one that points, one that is away, one of chance."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.store import Store
from tandem.crawl_session import open_session
from tandem.exit_codes import ExitCode
from tandem.job_file import load_job
from tandem.job_run import RunOptions, RunResult, run_job
from tandem.show_progress import Style
from tests.tandem.inference.llama_server import llama_server
from tests.tandem.inference.script import Script
from tests.tandem.inference.scripted_server import ScriptedServer
from tests.tandem.small_site import SmallSite, answered

pytestmark = pytest.mark.slow
PAGES = 14
PATIENCE = 4.0  # seconds, in place of sixty
TANDEM = Path(sys.executable).with_name("tandem")


class Tickets(SmallSite):
    """Two prices on every page, which only a class tells apart."""

    def _page(self, path: str) -> bytes:
        number = path.removeprefix("/")
        if not number.isdecimal() or int(number) >= self.pages:
            return super()._page(path)
        seat = int(number)
        return answered(
            f"<!doctype html><title>Seat {seat}</title><h1>Seat {seat} in the hall</h1>"
            f"<table><tr><th>Row</th><td>R{seat % 5}</td></tr></table>"
            f"<div><b class=north>{20 + seat},00 €</b> <b class=south>{30 + seat},00 €</b></div>".encode()
        )


@pytest.fixture
def tickets() -> Iterator[Tickets]:
    with Tickets(pages=PAGES) as site:
        yield site


def job(folder: Path, site: Tickets, fast: dict[str, Any]) -> Path:
    path = folder / "job.yaml"
    wanted = {"record": "ticket", "match": "/*", "fields": {"row": "text", "price": "money"}}
    written = {
        "name": "tickets",
        "seeds": [site.url],
        "crawl": {"delay": 0, "per_host": 4, "allow_private_hosts": ["127.0.0.1"], "content": False},
        "select": [wanted | {"match": [f"/{number}" for number in range(PAGES)]}],
        "models": {"fast": fast},
        "progress": {"broker": "off"},
    }
    path.write_text(json.dumps(written))
    return path


async def run(path: Path, workspace: Path) -> RunResult:
    options = RunOptions(
        workspace,
        analyse=False,
        style=Style.SILENT,
        variables={"TANDEM_LANES": str(path.parent)},
        model_patience=PATIENCE,
    )
    return await run_job(load_job(str(path)), options, open_session)


def prices(workspace: Path) -> dict[int, str | None]:
    sql = "SELECT url, data ->> '$.price.amount' FROM records"
    with Store(workspace) as store, store.query(sql) as answer:
        rows = [row for batch in answer for row in zip(*batch.to_pydict().values(), strict=True)]
    return {int(url.rpartition("/")[2]): amount for url, amount in rows}


def south(request: dict[str, Any]) -> str:
    if "format" not in request:
        return "ok"
    lines = request["messages"][-1]["content"].split("\n")
    right = next((int(line.split("|")[0]) for line in lines if "south" in line), 0)
    fields = request["format"]["properties"].items()
    return json.dumps({name: right if right in one["enum"] else 0 for name, one in fields})


@pytest.fixture
async def pointing() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer(Script(answer=south)) as server:
        yield server


async def test_a_model_that_points_makes_every_price_right(
    tmp_path: Path, tickets: Tickets, pointing: ScriptedServer
) -> None:
    path = job(tmp_path, tickets, {"url": pointing.url, "model": "tiny"})
    result = await run(path, tmp_path / "data")
    assert result.verdict.code == ExitCode.OK
    assert result.crawled.records == {"ticket": PAGES}
    assert prices(tmp_path / "data") == {number: f"{30 + number}.00" for number in range(PAGES)}
    questions = [call for call in pointing.script.calls if "format" in call]
    assert 3 <= len(questions) <= 6


async def test_a_run_whose_model_is_away_ends_incomplete_and_select_goes_on(
    tmp_path: Path, tickets: Tickets, pointing: ScriptedServer
) -> None:
    path = job(tmp_path, tickets, {"url": "http://127.0.0.1:9", "model": "tiny"})
    result = await run(path, tmp_path / "data")
    assert result.verdict.code == ExitCode.INCOMPLETE
    assert "tandem select" in result.verdict.note
    assert len(prices(tmp_path / "data")) == PAGES
    command = [str(TANDEM), "select", "--workspace", str(tmp_path / "data")]
    other = job(tmp_path, tickets, {"url": pointing.url, "model": "tiny"})
    done = await asyncio.create_subprocess_exec(*command, "--job", str(other), stdout=DEVNULL)
    assert await done.wait() == ExitCode.OK
    assert prices(tmp_path / "data")[5] == "35.00"
    assert sum(tickets.asked.values()) == PAGES + 1


async def test_a_real_server_with_random_weights_can_do_no_harm(tmp_path: Path, tickets: Tickets) -> None:
    pytest.importorskip("xllamacpp", reason="no wheel of llama.cpp for this platform")
    from tests.tandem.inference.tiny_model import write_model

    write_model(tmp_path / "tiny.gguf")
    with llama_server(tmp_path / "tiny.gguf", context=2048) as url:
        fast = {"url": url, "model": "tiny", "backend": "openai", "context": 2048}
        result = await run(job(tmp_path, tickets, fast), tmp_path / "data")
    assert result.verdict.code == ExitCode.OK
    found = prices(tmp_path / "data")
    assert found.keys() == set(range(PAGES))
    assert all(amount in {None, f"{20 + number}.00", f"{30 + number}.00"} for number, amount in found.items())
