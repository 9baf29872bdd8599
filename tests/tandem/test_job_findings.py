"""What `doctor --job` says of one job."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from tandem.__main__ import enter
from tests.tandem.progress.mosquitto import Access, Mosquitto


def _findings(
    folder: Path, capsys: pytest.CaptureFixture[str], **job: Any
) -> tuple[int, dict[str, list[dict[str, str]]]]:
    path = folder / "job.yaml"
    path.write_text(json.dumps({"name": "a", "seeds": ["http://a.test/"], **job}))
    ending = enter(["doctor", "--workspace", str(folder / "ws"), "--job", str(path), "--json"])
    found: dict[str, list[dict[str, str]]] = {}
    for line in capsys.readouterr().out.splitlines():
        finding = json.loads(line)
        found.setdefault(finding["subject"], []).append(finding)
    return ending, found


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TANDEM_BROKER", raising=False)
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:1")
    monkeypatch.setenv("TANDEM_BROWSER", "/nowhere/chromium")  # looked at elsewhere


def test_a_plain_job_can_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ending, found = _findings(tmp_path, capsys, scope={"max_bytes": "1MB"})
    assert ending == 0
    assert found["job"][0]["found"] == "no problems, 1 seeds"
    assert [found[name][0]["health"] for name in ("its room", "its broker")] == ["good", "good"]
    assert "a proxy" not in found
    assert "its PDF" not in found


def test_limits_that_the_disk_cannot_hold_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ending, found = _findings(tmp_path, capsys, scope={"max_bytes": "900TB"})
    assert ending == 0
    [room] = found["its room"]
    assert room["health"] == "limited"
    assert "exit 3" in room["cost"]
    assert "scope.max_bytes" in room["remedy"]


def test_seeds_that_cannot_be_read_are_broken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ending, found = _findings(tmp_path, capsys, seeds=[{"file": "missing.txt"}])
    assert ending == 2
    assert "missing.txt cannot be read" in found["job"][0]["found"]


@pytest.mark.broker
def test_a_broker_must_let_us_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROKER_PASSWORD", "hunter2")
    with Mosquitto(tmp_path, Access("me", "hunter2")) as mosquitto:
        broker = f"mqtt://me@127.0.0.1:{mosquitto.url.port}"
        progress = {"broker": broker, "password": {"env": "BROKER_PASSWORD"}}
        _, found = _findings(tmp_path, capsys, progress=progress)
        assert found["its broker"][0]["health"] == "good"
        monkeypatch.setenv("BROKER_PASSWORD", "wrong")
        ending, found = _findings(tmp_path, capsys, progress=progress)
    assert ending == 0
    assert found["its broker"][0]["health"] == "limited"
    assert "wrong" not in json.dumps(found)
    assert "progress is not published" in found["its broker"][0]["cost"]


def test_every_proxy_is_tried_and_none_is_told_with_its_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        there = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        monkeypatch.setenv("MY_PROXY", "http://me:hunter2@127.0.0.1:1")
        proxies = {"list": [there], "per_host": {"a.test": {"env": "MY_PROXY"}, "b.test": "direct"}}
        _, found = _findings(tmp_path, capsys, crawl={"proxies": proxies})
    told = {one["found"]: one["health"] for one in found["a proxy"]}
    assert told == {f"{there} answers": "good", "the one in MY_PROXY does not answer": "limited"}
    assert "hunter2" not in json.dumps(found)


def test_a_report_as_pdf_is_tried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, found = _findings(tmp_path, capsys, analysis={"formats": ["pdf"]})
    [finding] = found["its PDF"]
    assert finding["health"] in {"good", "limited"}
    assert (finding["health"] == "limited") == bool(finding["remedy"])
