"""`tandem forget` on a workspace that a run has left."""

import json
from pathlib import Path

import pytest

from storage.bodies import Bodies
from storage.ledger import Ledger
from storage.store import open_store
from storage.workspace import hold, ledger_path, prepare
from tandem.__main__ import enter
from tests.storage.crawled import begin, crawl

PAGE = "http://a.test/3"


@pytest.fixture
async def workspace(tmp_path: Path) -> Path:
    prepare(tmp_path)
    async with Ledger(ledger_path(tmp_path)) as ledger:
        run = await begin(ledger, job_file=json.dumps({"name": "job", "seeds": ["http://a.test/"]}))
        await crawl(ledger, run, range(10))
    report = tmp_path / "reports" / run.id
    report.mkdir(parents=True)
    (report / "report.md").write_text(f"As [it says]({PAGE}).")
    (report / "report.json").write_text(json.dumps({"source": "http://a.test/33"}))
    return tmp_path


def _forget(workspace: Path, *arguments: str) -> int:
    return enter(["forget", *arguments, "--workspace", str(workspace)])


def test_a_page_is_gone_and_reports_that_quote_it_are_listed(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _forget(workspace, "http://A.test/3?utm_source=x#top", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["visits"], told["urls"], told["complete"]) == (1, [PAGE], True)
    assert [Path(name).name for name in told["quoted_in"]] == ["report.md"]
    with open_store(workspace) as store:
        assert store.get(PAGE) is None
        assert len(list(store.pages(store.runs()[0]))) == 9
    assert PAGE.encode() not in ledger_path(workspace).read_bytes()


def test_a_host_is_gone(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _forget(workspace, "--host", "A.test") == 0
    assert "forgot 10 visits" in capsys.readouterr().out
    with open_store(workspace) as store:
        assert list(store.pages(store.runs()[0])) == []


def test_a_run_is_gone_and_its_reports_are_listed(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _forget(workspace, "--run", "job/1") == 0
    assert capsys.readouterr().out.count("quoted in") == 2
    with open_store(workspace) as store:
        assert store.runs() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "name one thing"),
        ([PAGE, "--host", "a.test"], "name one thing"),
        (["http://a.test/nowhere"], "nothing was forgotten"),
        (["http://["], "is no URL"),
        (["--run", "other"], "no run 'other'"),
    ],
)
def test_what_cannot_be_forgotten_is_said(
    workspace: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _forget(workspace, *arguments) == 2
    assert said in capsys.readouterr().err


def test_a_workspace_that_someone_writes_is_left_alone(workspace: Path) -> None:
    with hold(workspace):
        assert _forget(workspace, PAGE) == 21
    with open_store(workspace) as store, Bodies(workspace):
        assert store.get(PAGE) is not None
