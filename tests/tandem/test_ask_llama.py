"""Questions to a real llama.cpp server, whose model of random weights can prove nothing."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tandem.inference.models import Models
from tandem.inference.words import ChatRequest, Dialect, Endpoint, Lane, Message, Role, Tier
from tests.tandem.inference.llama_server import llama_server
from tests.tandem.searched import page, workspace_of

PAGES = {"/": page("Red jacket", "The red wool jacket costs 40 euros.", "It is made in Portugal.")}
CONTEXT = 2048
LONG_WORK = 250  # requests: more than the server can answer while the other process starts


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("xllamacpp", reason="no wheel of llama.cpp for this platform")
    from tests.tandem.inference.tiny_model import write_model  # its libraries come with that wheel

    path = tmp_path_factory.mktemp("model") / "tiny.gguf"
    write_model(path)
    with llama_server(path, slots=1, context=CONTEXT) as url:
        yield f"{url}/v1"


@pytest.fixture
async def workspace(tmp_path: Path, llama: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TANDEM_LANES", str(tmp_path / "lanes"))
    endpoint = {"url": llama, "model": "tiny", "backend": "openai", "context": CONTEXT}
    return await workspace_of(tmp_path / "ws", PAGES, {"deep": endpoint})


async def _ask(workspace: Path) -> tuple[dict[str, Any], str]:
    """The answer to another process, and what it said meanwhile."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tandem", "ask", "What does the red jacket cost?", "--json"),
        *("--workspace", str(workspace)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0
    return json.loads(out), err.decode()


def _is_proved(told: dict[str, Any]) -> bool:
    """Whether nothing is printed but the words of the pages."""
    return all(one["text"] in {cited["words"] for cited in told["citations"]} for one in told["claims"])


async def test_what_a_random_model_says_is_never_printed(workspace: Path) -> None:
    told, err = await _ask(workspace)
    assert '{"asking": "tiny"}' in err
    assert _is_proved(told)


async def test_a_question_does_not_wait_for_the_batch_lane(workspace: Path, llama: str) -> None:
    endpoint = Endpoint(llama, "tiny", Dialect.OPENAI, context=CONTEXT, slots=1)
    work = ChatRequest(messages=(Message(Role.USER, "Write."),), lane=Lane.BATCH, max_tokens=1_000)
    async with Models({Tier.DEEP: endpoint}, workspace.parent / "lanes") as models:
        model = models.get(Tier.DEEP)
        assert model is not None
        batch = [asyncio.create_task(model.ask(work)) for _ in range(LONG_WORK)]
        told, err = await _ask(workspace)
        left = sum(not task.done() for task in batch)
        for task in batch:
            task.cancel()
        await asyncio.gather(*batch, return_exceptions=True)
    assert "unavailable" not in err
    assert "timed out" not in err
    assert _is_proved(told)
    assert left > 0, "the lane was full, and the question went before the rest of it"
