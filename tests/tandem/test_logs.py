"""Logs as JSON lines, for machines."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from storage.store import Store
from tandem.__main__ import enter
from tandem.logs import LogFormat, logging_as
from tests.tandem.changing_site import ChangingSite, Content, listing


def _entries(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def _run(site: ChangingSite, workspace: Path, *more: str) -> int:
    options = ["--workspace", str(workspace), "--no-analysis", "--set", "progress.broker=off"]
    options += ["--set", "crawl.allow_private_hosts=[127.0.0.1]", "--set", "crawl.delay=0"]
    return enter(["run", site.url, *options, *more])


def test_one_id_leads_from_the_log_to_the_ledger(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with ChangingSite() as site:
        site.pages = {"/": listing("/a", "/gone"), "/a": Content(b"<title>A</title><p>Some words.")}
        assert _run(site, tmp_path, "--log-format", "json") == 0
    told = capfd.readouterr()
    assert "pages" in told.out  # the summary is for people, and no log
    entries = _entries(told.err)
    assert all({"timestamp", "level", "event"} <= entry.keys() for entry in entries)
    pages = [entry for entry in entries if entry["event"] == "page"]
    with Store(tmp_path) as store:
        [run] = store.runs()
        stored = {(page.visit, page.url): str(page.outcome) for page in store.pages(run)}
    assert {(one["visit"], one["url"]): one["outcome"] for one in pages} == stored
    assert {one["run"] for one in pages} == {run.id}
    assert [one["level"] for one in pages if one["url"].endswith("/gone")] == ["warning"]
    states = [entry["state"] for entry in entries if entry["event"] == "run.state"]
    assert (states[0], states[-1]) == ("running", "done")


def test_whoever_else_writes_to_stderr_writes_objects_too(capfd: pytest.CaptureFixture[str]) -> None:
    with logging_as(LogFormat.JSON):
        sys.stderr.write('a "note"\n')
        sys.stderr.write("half a ")
        sys.stderr.write("line\n\n")
        sys.stderr.write("without an end")
    entries = _entries(capfd.readouterr().err)
    assert [one["message"] for one in entries] == ['a "note"', "half a line", "without an end"]


def test_a_wrong_job_is_one_object_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TANDEM_LOG_FORMAT", "json")
    wanted = {
        "name": "a",
        "seeds": ["http://127.0.0.1:9/"],
        "crawl": {"headers": {"X": {"env": "NOT_SET_X"}}},
    }
    job = tmp_path / "job.yaml"
    job.write_text(json.dumps(wanted))
    before = sys.stderr
    assert enter(["run", str(job), "--workspace", str(tmp_path / "ws")]) == 2
    assert sys.stderr is before
    [entry] = _entries(capfd.readouterr().err)
    assert entry["level"] == "error"
    assert "NOT_SET_X" in entry["message"]


def test_a_format_that_nobody_knows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TANDEM_LOG_FORMAT", "xml")
    assert enter(["run", "http://127.0.0.1:9/", "--workspace", str(tmp_path)]) == 2
    assert "TANDEM_LOG_FORMAT: 'xml' is neither text nor json" in capfd.readouterr().err


def test_text_leaves_stderr_alone() -> None:
    before = sys.stderr
    with logging_as(LogFormat.TEXT) as log:
        assert log is None
        assert sys.stderr is before
