"""Search with an embed tier."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tandem.__main__ import enter
from tests.tandem.inference.script import Plan
from tests.tandem.inference.scripted_server import ScriptedServer
from tests.tandem.searched import page, workspace_of

PAGES = {f"/{n}": page(f"Page {n}", f"It says number{n} and nothing else.") for n in range(40)}


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as server:
        yield server


@pytest.fixture(autouse=True)
def lanes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANDEM_LANES", str(tmp_path / "lanes"))


async def _workspace(path: Path, server: ScriptedServer) -> Path:
    return await workspace_of(path / "ws", PAGES, {"embed": {"url": server.url, "model": "tiny"}})


async def _found(workspace: Path, capsys: pytest.CaptureFixture[str], words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert await asyncio.to_thread(enter, ["search", words, "--json", "--workspace", str(workspace)]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["pages"]
    return found


def _embedded(server: ScriptedServer) -> list[int]:
    """How many texts each request had."""
    return [len(call["input"]) for call in server.script.calls if "input" in call]


async def test_every_chunk_gets_its_vector_once(
    tmp_path: Path, server: ScriptedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = await _workspace(tmp_path, server)
    found = await _found(workspace, capsys, "number7")
    assert found[0]["url"] == "http://a.test/7"
    assert _embedded(server)[-4:] == [16, 16, 8, 1]
    server.script.calls.clear()
    await _found(workspace, capsys, "number8")
    assert _embedded(server)[-1:] == [1]
    assert sum(_embedded(server)) <= 2, "the question, and a word to learn whether the server is there"


async def test_what_is_meant_alike_is_found_without_the_words(
    tmp_path: Path, server: ScriptedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = await _workspace(tmp_path, server)
    meant = next(iter(PAGES))
    server.script.vector = lambda text: [1.0, 0.0] if "zebra" in text or "number0 " in text else [0.0, 1.0]  # type: ignore[method-assign]
    found = await _found(workspace, capsys, "zebra")
    assert found[0]["url"] == f"http://a.test{meant}"


async def test_without_its_server_words_are_enough(
    tmp_path: Path, server: ScriptedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.script.plan = Plan(status=500, error="broken")
    workspace = await _workspace(tmp_path, server)
    found = await _found(workspace, capsys, "number7")
    assert [one["url"] for one in found] == ["http://a.test/7"]
