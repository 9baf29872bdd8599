"""What a run that selects records with a model tells a stranger's client on a real broker."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tandem.crawl_session import open_session
from tandem.job_file import load_job
from tandem.job_run import RunOptions, run_job
from tandem.show_progress import Style
from tests.tandem.inference.script import Script
from tests.tandem.inference.scripted_server import ScriptedServer
from tests.tandem.progress.described import problems
from tests.tandem.progress.mosquitto import Mosquitto
from tests.tandem.test_published import Stranger
from tests.tandem.test_selection_run import PAGES, Tickets, job, south

pytestmark = [pytest.mark.slow, pytest.mark.broker]


@pytest.fixture
def tickets() -> Iterator[Tickets]:
    with Tickets(pages=PAGES) as site:
        yield site


@pytest.fixture
async def pointing() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer(Script(answer=south)) as server:
        yield server


def told(stranger: Stranger, run: str, leaf: str) -> list[dict[str, Any]]:
    """The data of everything that was said on one of the run's topics."""
    topic = f"tandem/v1/run/{run}/{leaf}"
    return [json.loads(payload)["data"] for name, payload in stranger.heard if name == topic]


async def test_records_and_models_are_published_as_they_are_described(
    tmp_path: Path, tickets: Tickets, pointing: ScriptedServer, mosquitto: Mosquitto
) -> None:
    path = job(tmp_path, tickets, {"url": pointing.url, "model": "tiny"})
    loaded = load_job(str(path), [f"progress.broker={mosquitto.url}"])
    options = RunOptions(
        tmp_path / "data", analyse=False, style=Style.SILENT, variables={"TANDEM_LANES": str(tmp_path)}
    )
    stranger = Stranger()
    with stranger.listening(mosquitto.url):
        result = await run_job(loaded, options, open_session)
        assert await asyncio.to_thread(stranger.ended.wait, 20)
    assert [problem for message in stranger.heard for problem in problems(*message)] == []
    batches = told(stranger, result.name.id, "event/record")
    notes = Counter(note["url"] for batch in batches for note in batch["records"])
    assert set(notes) == {f"{tickets.url}{number}" for number in range(PAGES)}
    assert {note["record"] for batch in batches for note in batch["records"]} == {"ticket"}
    figures = told(stranger, result.name.id, "model/fast")
    assert figures[-1]["model"] == "tiny"
    questions = sum("format" in call for call in pointing.script.calls)
    assert figures[-1]["answers"] >= questions > 0
    assert figures[-1]["in_flight"] == 0
