"""Reports by the command line, with a model in another process, killed and gone on with."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from analysis.write import read_report
from storage.call_ledger import NAME
from storage.connection import connect
from tandem.__main__ import enter
from tests.tandem.changing_site import ChangingSite, Content, listing
from tests.tandem.progress.described import problems
from tests.tandem.progress.mosquitto import Mosquitto

NAMES = ("Heron", "Otter", "Badger", "Falcon", "Marten", "Beaver", "Curlew", "Plover", "Kestrel", "Dipper")
DETAILS = ("sauna", "boat", "garden", "library", "cellar", "terrace", "stable", "kitchen", "chapel", "tower")


def _lodge(number: int) -> Content:
    name = f"{NAMES[number % len(NAMES)]} Lodge"
    more = "".join(
        f"<p>The {detail} of {name} was built by hand in the year {1800 + number * 10 + n}.</p>"
        for n, detail in enumerate(DETAILS[number % 3 :])
    )
    text = f"<p>{name} has {number + 11} rooms.</p>{more}"
    return Content(f"<html lang=en><title>{name}</title><main><h1>{name}</h1>{text}</main>".encode())


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("analyze") / "ws"
    options = [
        *(
            "--workspace",
            str(folder),
            "--no-analysis",
            "--set",
            "name=lodges",
            "--set",
            "progress.broker=off",
        ),
        *("--set", "crawl.allow_private_hosts=[127.0.0.1]", "--set", "crawl.delay=0"),
    ]
    paths = [f"/{number}" for number in range(len(NAMES))]
    pages = {path: _lodge(number) for number, path in enumerate(paths)}
    with ChangingSite() as site:
        site.pages = {"/": listing(*paths), **pages}
        assert enter(["run", site.url, *options]) == 0
    return folder


@contextmanager
def _model(folder: Path, seconds: float = 0.0) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.analysis.deep.reading_server"]
    command += ["--log", str(folder / "asked.log"), "--seconds", str(seconds), "--context", "1024"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def _job(folder: Path, url: str, broker: str = "off") -> str:
    path = folder / "job.yaml"
    job = {
        "name": "lodges",
        "seeds": ["http://a.test/"],
        "models": {"deep": {"url": url, "model": "tiny", "context": 1024}},
        "progress": {"broker": broker},
    }
    path.write_text(json.dumps(job))
    return str(path)


def _ended(workspace: Path) -> set[str]:
    if not (workspace / NAME).exists():
        return set()
    connection = connect(workspace / NAME)
    keys = {row[0] for row in connection.execute("SELECT key FROM calls WHERE state = 'ended'")}
    connection.close()
    return keys


def test_a_report_that_is_killed_again_and_again_asks_nothing_twice(workspace: Path, tmp_path: Path) -> None:
    log = tmp_path / "asked.log"
    log.touch()
    with _model(tmp_path, seconds=0.15) as url:
        command = [sys.executable, "-m", "tandem", "analyze", "--workspace", str(workspace), "--json"]
        command += ["--job", _job(tmp_path, url)]
        environment = {**os.environ, "TANDEM_LANES": str(tmp_path / "lanes")}
        repeated = 0
        for kills in range(20):
            known, before = _ended(workspace), len(log.read_text().splitlines())
            with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
                end = time.monotonic() + 60
                while process.poll() is None and time.monotonic() < end:
                    if len(log.read_text().splitlines()) >= before + 2 + kills % 2:
                        process.send_signal(signal.SIGKILL)
                        break
                    time.sleep(0.01)  # until the model has been asked
                output = process.communicate()[0]
            repeated += sum(name in known for name in log.read_text().splitlines()[before:])
            if process.returncode == 0:
                break
        assert process.returncode == 0
    assert kills >= 2
    assert repeated == 0
    told = json.loads(output)
    report = read_report(workspace / told["files"][-1]) if told["files"][-1].endswith("json") else None
    assert report is not None
    assert {section.writer for section in report.sections} == {"deep"}
    assert (
        report.coverage.read == report.coverage.eligible - report.coverage.clustered - report.coverage.empty
    )
    assert max(Counter(_tries(workspace)).values()) == 1


def _tries(workspace: Path) -> list[str]:
    connection = connect(workspace / NAME)
    keys = [row[0] for row in connection.execute("SELECT key FROM tries WHERE kind = 'answered'")]
    connection.close()
    return keys


def test_without_a_model_the_pages_speak_for_themselves(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    question = "How many rooms does Otter Lodge have?"
    assert enter(["analyze", "lodges", "--workspace", str(workspace), "--question", question, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    report = read_report(workspace / "reports" / told["run"] / "report.json")
    assert {section.writer for section in report.sections} == {"extractive"}
    assert report.sections[0].question == question


def test_forgetting_a_page_takes_along_what_a_model_said_about_it(workspace: Path, tmp_path: Path) -> None:
    with _model(tmp_path) as url:
        os.environ["TANDEM_LANES"] = str(tmp_path / "lanes")
        assert enter(["analyze", "--workspace", str(workspace), "--job", _job(tmp_path, url)]) == 0
        del os.environ["TANDEM_LANES"]
    assert b"Otter Lodge" in b"".join(path.read_bytes() for path in workspace.glob(f"{NAME}*"))
    asked = connect(workspace / NAME)
    (page,) = asked.execute("SELECT DISTINCT url FROM call_pages WHERE url LIKE '%/1'").fetchone()
    asked.close()
    assert enter(["forget", str(page), "--workspace", str(workspace)]) == 0
    left = b"".join(path.read_bytes() for path in workspace.glob(f"{NAME}*"))
    assert b"Otter Lodge" not in left


def test_a_crawl_ends_with_a_report_of_its_models_and_tells_when_they_were_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANDEM_LANES", str(tmp_path / "lanes"))
    folder = tmp_path / "ws"
    with ChangingSite() as site, _model(tmp_path) as url:
        site.pages = {"/": listing("/1", "/2"), "/1": _lodge(1), "/2": _lodge(2)}
        options = ["--workspace", str(folder), "--set", "progress.broker=off", "--set", "crawl.delay=0"]
        options += ["--set", "crawl.allow_private_hosts=[127.0.0.1]", "--set", "models.deep.model=tiny"]
        options += ["--set", "models.deep.context=2048", "--set", "name=lodges"]
        assert enter(["run", site.url, *options, "--set", f"models.deep.url={url}"]) == 0
        assert enter(["run", site.url, *options, "--set", "models.deep.url=http://127.0.0.1:9"]) == 6
    written, away = sorted((folder / "reports").glob("*/report.json"))
    assert read_report(written).sections[0].writer == "deep"
    assert read_report(away).sections[0].writer == "extractive"
    assert "deep model was away" in read_report(away).sections[0].note


@contextmanager
def _hearing(broker: str) -> Iterator[list[dict[str, Any]]]:
    """The messages that a stranger hears of runs; each must be as described."""
    heard: list[dict[str, Any]] = []

    def take(_client: Client, _context: object, message: MQTTMessage) -> None:
        heard.append(
            json.loads(message.payload) | {"problems": problems(message.topic, bytes(message.payload))}
        )

    ready = threading.Event()
    client = Client(CallbackAPIVersion.VERSION2)
    client.on_connect = lambda client, *_: client.subscribe("tandem/v1/run/#", qos=1)
    client.on_subscribe = lambda *_: ready.set()
    client.on_message = take
    address = urlsplit(broker)
    client.connect(str(address.hostname), address.port or 1883)
    client.loop_start()
    assert ready.wait(30)
    yield heard
    client.disconnect()
    client.loop_stop()


def _states(heard: list[dict[str, Any]]) -> list[str]:
    return [one["data"]["state"] for one in heard if one["type"].endswith("run.state.v1")]


def _until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happened() and time.monotonic() < end:
        time.sleep(0.02)
    assert happened()


@pytest.mark.broker
def test_how_far_a_later_report_is_gets_published_and_a_kill_leaves_the_run_as_it_ended(
    workspace: Path, tmp_path: Path, mosquitto: Mosquitto
) -> None:
    environment = {**os.environ, "TANDEM_LANES": str(tmp_path / "lanes")}
    (tmp_path / "asked.log").touch()
    broker = str(mosquitto.url)
    with _hearing(broker) as heard, _model(tmp_path, seconds=0.1) as url:
        command = [sys.executable, "-m", "tandem", "analyze", "--workspace", str(workspace), "--json"]
        command += ["--job", _job(tmp_path, url, broker), "--question", "Which lodge has a sauna?"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
            _until(lambda: "analysing" in _states(heard))
            process.send_signal(signal.SIGKILL)
        _until(lambda: _states(heard)[-1] == "done")
        assert subprocess.run(command, capture_output=True, check=False, env=environment).returncode == 0
        _until(lambda: any(one["type"].endswith("report.v1") for one in heard))
        _until(lambda: _states(heard)[-1] == "done")
    figures = [one["data"] for one in heard if "batches_done" in one["data"]]
    assert figures
    assert figures[-1]["calls"] + figures[-1]["calls_reused"] > 1
    assert not [problem for one in heard for problem in one["problems"]]
