"""`tandem report` and `tandem verify` on a workspace that a run has left."""

import hashlib
import json
from pathlib import Path

import pytest

from storage.frontier import SqliteFrontier
from storage.ledger import Ledger
from storage.runs import end_run
from storage.words import Lease, Outcome, Page, Visit
from storage.workspace import ledger_path, prepare
from tandem.__main__ import enter
from tests.analysis import pdf_engine
from tests.storage.crawled import FRAME, NOON, begin, link

TEXTS = {
    1: "The Valdor hut stands at 2,314 metres and has 48 beds for guests in summer.",
    2: "Water from the spring below the pass runs dry in most Septembers of late.",
}
JOB = {
    "name": "huts",
    "seeds": ["http://a.test/1"],
    "analysis": {"questions": ["How many beds has the Valdor hut?"]},
}


def _visit(lease: Lease) -> Visit:
    number = int(lease.link.url.rpartition("/")[2])
    body = f"<html><title>Page {number}</title><p>{TEXTS[number]}</p>".encode()
    page = Page(
        body=FRAME.compress(body),
        body_bytes=len(body),
        digest=hashlib.sha256(body).digest(),
        content_type="text/html",
        charset="utf-8",
        title=f"Page {number}",
    )
    return Visit(lease, Outcome.FETCHED, "ok", NOON + number, 200, page=page)


@pytest.fixture
async def workspace(tmp_path: Path) -> Path:
    prepare(tmp_path)
    async with Ledger(ledger_path(tmp_path)) as ledger:
        run = await begin(ledger, "huts", json.dumps(JOB))
        frontier = SqliteFrontier(ledger, run.run, slots=2)
        await frontier.add([link(number) for number in TEXTS])
        leases = await frontier.claim(2, 60, 1)
        assert await frontier.commit([_visit(lease) for lease in leases]) == []
        await frontier.close()
        await ledger.write(lambda c: end_run(c, run.run, 0, ""))
    return tmp_path


def made(workspace: Path) -> Path:
    [path] = (workspace / "reports").glob("*/report.json")
    return path


def test_a_run_without_a_report_gets_one_and_it_holds(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--workspace", str(workspace)]
    assert enter(["report", "huts/1", *at]) == 0
    told = capsys.readouterr()
    assert "2,314 metres and has 48 beds" in told.out
    assert "made a report without a model" in told.err
    assert {path.suffix for path in made(workspace).parent.iterdir()} == {".md", ".html", ".json"}
    assert enter(["report", *at, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(made(workspace).read_text())
    assert enter(["verify", str(made(workspace)), *at]) == 0
    assert capsys.readouterr().out.endswith("all hold\n")


def test_a_report_is_rendered_from_its_json(workspace: Path, tmp_path: Path) -> None:
    at = ["--workspace", str(workspace)]
    assert enter(["report", *at]) == 0
    path = made(workspace)
    path.write_text(path.read_text().replace('"ending": "complete"', '"ending": "told otherwise"'))
    out = tmp_path / "out.html"
    assert enter(["report", *at, "--format", "html", "-o", str(out)]) == 0
    assert "told otherwise" in out.read_text()
    assert enter(["report", *at, "--fresh", "--format", "html", "-o", str(out)]) == 0
    assert "told otherwise" not in out.read_text()


@pytest.mark.parametrize(
    ("old", "new", "flaw"),
    [
        ("48 beds", "84 beds", "words differ"),
        ('"body_digest": "', '"body_digest": "00', "page gone"),
        ('"engine": "', '"engine": "x', "page gone"),
        ('"engine": "plain-1"', '"engine": "content-99999999999999999999"', "page gone"),
        ('"engine": "plain-1"', '"engine": "content-²"', "page gone"),
        ('"url": "http://a.test/', '"url": "http://[/', "page gone"),
    ],
)
def test_a_citation_that_does_not_hold_is_listed_with_exit_6(
    old: str, new: str, flaw: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--workspace", str(workspace)]
    assert enter(["report", *at]) == 0
    path = made(workspace)
    path.write_text(path.read_text().replace(old, new))
    capsys.readouterr()
    assert enter(["verify", str(path), *at]) == 6
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{flaw}: http://")
    assert lines[-1].endswith("do not hold")
    assert enter(["verify", str(path), *at, "--json"]) == 6
    told = json.loads(capsys.readouterr().out)
    assert len(told["failed"]) == len(lines) - 1
    assert told["failed"][0]["flaw"] == flaw.replace(" ", "_")


def test_claims_are_a_table(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--workspace", str(workspace)]
    query = ["query", "SELECT status, url, quote, last - first AS n FROM Claims ORDER BY url", *at, "--json"]
    assert enter(query) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert enter(["report", *at]) == 0
    (workspace / "reports" / "damaged").mkdir()
    (workspace / "reports" / "damaged" / "report.json").write_text('{"schema_version": 2, "run": 5}')
    capsys.readouterr()
    assert enter(query) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["url"] for row in rows] == ["http://a.test/1", "http://a.test/2"]
    assert all(row["status"] == "verified" and len(row["quote"]) == row["n"] for row in rows)


def test_a_forgotten_page_is_no_proof(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--workspace", str(workspace)]
    assert enter(["report", *at]) == 0
    assert enter(["forget", "http://a.test/1", *at]) == 0
    assert enter(["verify", str(made(workspace)), *at]) == 6
    assert "page gone: http://a.test/1" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["report", "verify"])
def test_a_report_of_another_version_is_refused_in_one_line(
    command: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--workspace", str(workspace)]
    assert enter(["report", *at]) == 0
    made(workspace).write_text('{"schema_version": 1}')
    capsys.readouterr()
    named = [str(made(workspace))] if command == "verify" else []
    assert enter([command, *named, *at]) == 2
    told = capsys.readouterr().err
    assert "is a report of version 1" in told
    assert "--fresh" in told
    assert told.count("\n") == 1


def test_pdf_is_made_where_its_extra_is_installed(workspace: Path, tmp_path: Path) -> None:
    pdf_engine.needed()
    out = tmp_path / "report.pdf"
    assert enter(["report", "--workspace", str(workspace), "--format", "pdf", "-o", str(out)]) == 0
    assert out.read_bytes().startswith(b"%PDF-")
