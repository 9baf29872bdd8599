"""A report by a real llama.cpp server, whose model of random weights can prove nothing."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.write import read_report
from storage.store import Store
from tandem.__main__ import enter
from tandem.report_check import faults
from tests.tandem.inference.llama_server import llama_server
from tests.tandem.searched import page, workspace_of

CONTEXT = 2048
SUBJECTS = ("jacket", "chair", "lamp", "table", "carpet", "mirror")


def _sentences(subject: str, number: int) -> list[str]:
    return [
        f"The {subject} number {number} costs {40 + number} euros.",
        f"It was made in {1990 + number} by the {subject} makers of Porto, who still repair it.",
    ]


PAGES = {
    f"/{number}": page(f"The {subject}", *_sentences(subject, number))
    for number, subject in enumerate(SUBJECTS)
}


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("xllamacpp", reason="no wheel of llama.cpp for this platform")
    from tests.tandem.inference.tiny_model import write_model  # its libraries come with that wheel

    path = tmp_path_factory.mktemp("model") / "tiny.gguf"
    write_model(path)
    with llama_server(path, slots=1, context=CONTEXT) as url:
        yield f"{url}/v1"


async def _stored(folder: Path, llama: str) -> Path:
    endpoint = {"url": llama, "model": "tiny", "backend": "openai", "context": CONTEXT}
    return await workspace_of(folder / "ws", PAGES, {"deep": endpoint})


@pytest.mark.slow
async def test_every_page_is_read_and_nothing_that_is_made_up_is_published(
    tmp_path: Path, llama: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TANDEM_LANES", str(tmp_path / "lanes"))
    workspace = await _stored(tmp_path, llama)
    ending = await asyncio.to_thread(enter, ["analyze", "--workspace", str(workspace), "--json"])
    told = json.loads(capsys.readouterr().out)
    report = read_report(workspace / "reports" / told["run"] / "report.json")
    seen = report.coverage
    assert seen.eligible == seen.read + seen.clustered + seen.empty + seen.failed + seen.never_read
    assert seen.read >= len(PAGES) or seen.failed
    [used] = report.methods.models
    assert used.name == "tiny"
    assert used.calls >= 1
    assert used.prompt_tokens > 200
    claims = [claim.text for _, claim in report.claims()]
    assert all(any(claim in body for body in PAGES.values()) for claim in claims)
    with Store(workspace) as store:
        assert list(faults(store, report)) == []
    assert ending in (0, 6)
    assert (ending == 6) == bool(told["incomplete"])
