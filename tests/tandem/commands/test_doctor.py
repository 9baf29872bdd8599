import json
import socket
from pathlib import Path

import pytest

from tandem.__main__ import enter


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TANDEM_BROKER", "OLLAMA_HOST", "TANDEM_BROWSER", "TANDEM_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:1")


def findings(text: str) -> dict[str, dict[str, str]]:
    return {finding["subject"]: finding for finding in map(json.loads, text.splitlines())}


def test_a_machine_that_can_run_a_job_is_healthy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["doctor", "--workspace", str(tmp_path / "new"), "--json"]) == 0
    found = findings(capsys.readouterr().out)
    assert {found[name]["health"] for name in ("python", "libraries", "sqlite", "workspace")} == {"good"}
    assert found["models"]["health"] == "limited"
    assert "built-in engine" in found["models"]["cost"]
    assert not (tmp_path / "new").exists()


def test_a_workspace_that_cannot_be_written_is_code_three(capsys: pytest.CaptureFixture[str]) -> None:
    assert enter(["doctor", "--workspace", "/proc/nowhere"]) == 3
    out = capsys.readouterr().out
    assert "FAIL  workspace" in out
    assert "to mend it: name another with --workspace" in out


def test_a_broker_that_answers_and_one_that_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("TANDEM_BROKER", f"mqtt://me:hunter2@127.0.0.1:{server.getsockname()[1]}")
        enter(["doctor", "--workspace", str(tmp_path), "--json"])
        out = capsys.readouterr().out
        assert findings(out)["broker"]["health"] == "good"
        assert "hunter2" not in out
    enter(["doctor", "--workspace", str(tmp_path), "--json"])
    assert findings(capsys.readouterr().out)["broker"]["health"] == "limited"


def test_what_a_job_needs_is_looked_at_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    job = tmp_path / "job.yaml"
    job.write_text("name: a\nseeds: ['http://a.test/']\ncrawl: {cookies: {sid: {env: NOT_SET}}}\n")
    assert enter(["doctor", "--workspace", str(tmp_path), "--job", str(job)]) == 2
    assert "export NOT_SET=…;" in capsys.readouterr().out


@pytest.mark.browser
def test_a_browser_whose_sandbox_works_is_good(
    tmp_path: Path,
    sandboxed_browser: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TANDEM_BROWSER", str(sandboxed_browser))
    enter(["doctor", "--workspace", str(tmp_path), "--json"])
    found = findings(capsys.readouterr().out)["browser"]
    assert (found["health"], found["found"]) == ("good", f"{sandboxed_browser}, its sandbox works")


def test_a_browser_that_does_not_work_or_is_not_there_costs_only_rendering(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for program, words in (("/bin/false", "it does not work"), ("/nowhere/chromium", "is no program")):
        monkeypatch.setenv("TANDEM_BROWSER", program)
        assert enter(["doctor", "--workspace", str(tmp_path), "--json"]) == 0
        found = findings(capsys.readouterr().out)["browser"]
        assert found["health"] == "limited"
        assert words in found["found"]
        assert found["remedy"]


def test_the_browser_of_a_job_is_looked_at_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    job = tmp_path / "job.yaml"
    job.write_text("name: a\nseeds: ['http://a.test/']\nbrowser: {executable: /bin/true, sandbox: off}\n")
    assert enter(["doctor", "--workspace", str(tmp_path), "--job", str(job), "--json"]) == 0
    found = findings(capsys.readouterr().out)["its browser"]
    assert found["health"] == "limited"
    assert "browser.sandbox is off" in found["cost"]
