"""A question to a real llama.cpp server, whose model of random weights can prove nothing."""

import asyncio
import json
from pathlib import Path

import pytest

from tandem.__main__ import enter
from tests.tandem.inference.llama_server import llama_server
from tests.tandem.searched import page, workspace_of

PAGES = {"/": page("Red jacket", "The red wool jacket costs 40 euros.", "It is made in Portugal.")}


async def test_what_a_random_model_says_is_never_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("xllamacpp", reason="no wheel of llama.cpp for this platform")
    from tests.tandem.inference.tiny_model import write_model  # its libraries come with that wheel

    write_model(tmp_path / "tiny.gguf")
    monkeypatch.setenv("TANDEM_LANES", str(tmp_path / "lanes"))
    with llama_server(tmp_path / "tiny.gguf", context=4096) as url:
        endpoint = {"url": f"{url}/v1", "model": "tiny", "backend": "openai", "context": 2048}
        workspace = await workspace_of(tmp_path / "ws", PAGES, {"deep": endpoint})
        arguments = ["ask", "What does the red jacket cost?", "--json", "--workspace", str(workspace)]
        assert await asyncio.to_thread(enter, arguments) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert "asking" in err
    assert all(one["text"] == told["citations"][0]["words"] for one in told["claims"])
    assert told["writer"] in {"extractive", "deep"}
    assert told["writer"] == "extractive" or not told["claims"]
