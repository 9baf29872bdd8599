"""A run on a broker is followed, paused, paced, resumed and stopped by commands."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from tests.tandem.progress.mosquitto import Mosquitto
from tests.tandem.small_site import SmallSite

TANDEM = Path(sys.executable).parent / "tandem"
SECONDS = 90


@pytest.fixture
def site() -> Iterator[SmallSite]:
    with SmallSite(pages=400, seconds=0.05) as served:
        yield served


class Desk:
    """A workspace, and commands in it."""

    def __init__(self, folder: Path, site: SmallSite, broker: str, control: str = "auto") -> None:
        self.workspace = folder / "work"
        self._job = folder / "job.yaml"
        job = {
            "name": "small",
            "seeds": [site.url],
            "crawl": {
                "allow_private_hosts": ["127.0.0.1"],
                "delay": 0.02,
                "per_host": 4,
                "sitemaps": False,
                "robots": False,
            },
            "progress": {"broker": broker, "control": control},
        }
        self._job.write_text(json.dumps(job))

    def start(self) -> "subprocess.Popen[str]":
        command = [TANDEM, "run", self._job, "--workspace", self.workspace, "--no-analysis", "--json"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def do(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [TANDEM, *words, "--workspace", self.workspace],
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
            env=os.environ | {"TANDEM_BROKER": ""},
        )


def states(output: str) -> list[str]:
    messages = map(json.loads, output.splitlines())
    return [message["data"]["state"] for message in messages if message["type"] == "tandem.run.state.v1"]


@pytest.mark.slow
def test_a_run_on_its_own_broker_is_steered_and_watched(tmp_path: Path, site: SmallSite) -> None:
    desk = Desk(tmp_path, site, "embedded")
    watching = subprocess.Popen(
        [TANDEM, "watch", "small", "--json", "--workspace", desk.workspace],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TANDEM_BROKER": ""},
    )
    run = desk.start()
    site.wait_until_asked(3, SECONDS)
    for verb, said in (("pause", "it is paused"), ("resume", "it goes on"), ("stop", "it finishes")):
        done = desk.do(verb, "small/1")
        assert (done.returncode, done.stderr) == (0, "")
        assert said in done.stdout
    output, _ = run.communicate(timeout=SECONDS)
    assert run.returncode == 11
    told = states(output)
    assert told == ["running", "paused", "running", "draining", "stopped"]
    watched, _ = watching.communicate(timeout=SECONDS)
    assert watching.returncode == 11
    assert states(watched)[-4:] == told[-4:]
    assert "no run goes on" in desk.do("pause", "small").stderr


@pytest.mark.broker
@pytest.mark.slow
def test_a_stranger_sets_the_pace_and_what_is_wrong_is_refused(
    tmp_path: Path, site: SmallSite, mosquitto: Mosquitto
) -> None:
    desk = Desk(tmp_path, site, str(mosquitto.url))
    answers: list[dict[str, object]] = []
    came = threading.Condition()
    client = Client(CallbackAPIVersion.VERSION2)

    def take(_: object, __: object, message: object) -> None:
        with came:
            answers.append(json.loads(message.payload)["data"])  # type: ignore[attr-defined]
            came.notify()

    client.on_message = take
    client.connect(mosquitto.url.host, mosquitto.url.port)
    client.subscribe("tandem/v1/cmd/response/set", qos=1)
    client.loop_start()
    run = desk.start()
    assert run.stdout is not None
    first = json.loads(run.stdout.readline())
    site.wait_until_asked(3, SECONDS)
    wishes: list[dict[str, object]] = [{"concurrency": 1, "delay": 0.3}, {"delay": "soon"}, {"delay": 0}]
    for number, wish in enumerate(wishes):
        request = {"transaction": str(number), "run": first["data"]["run"], **wish}
        client.publish("tandem/v1/cmd/request/set", json.dumps(request), qos=1)
        with came:
            assert came.wait_for(lambda number=number: len(answers) > number, SECONDS)
        if number == 0:
            before = len(site.log)
            site.wait_until_asked(before + 5, SECONDS)
            times = [came.at for came in site.log[before + 1 : before + 5]]
            assert min(later - sooner for sooner, later in pairwise(times)) > 0.25
    client.disconnect()
    client.loop_stop()
    assert [(answer["ok"], answer["transaction"]) for answer in answers] == [
        (True, "0"),
        (False, "1"),
        (True, "2"),
    ]
    assert str(answers[1]["reason"]).startswith("delay: ")
    assert desk.do("stop", "small", "--broker", str(mosquitto.url)).returncode == 0
    run.communicate(timeout=SECONDS)
    assert run.returncode == 11


@pytest.mark.broker
def test_a_job_may_switch_control_off(tmp_path: Path, site: SmallSite, mosquitto: Mosquitto) -> None:
    desk = Desk(tmp_path, site, str(mosquitto.url), control="off")
    run = desk.start()
    site.wait_until_asked(3, SECONDS)
    refused = desk.do("stop", "small", "--broker", str(mosquitto.url))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "the job switches control off" in refused.stderr
    run.terminate()
    run.communicate(timeout=SECONDS)
    assert run.returncode == 13


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("watch", "--broker", "mqtt://127.0.0.1:1"), "mqtt://127.0.0.1:1: [Errno 111]"),
        (("watch", "--broker", "http://127.0.0.1:1"), "is no URL of a broker"),
        (("pause", "small"), "no run goes on in"),
        (("watch", "--broker", "mqtts://127.0.0.1:1", "--ca-file", "nowhere.pem"), "nowhere.pem"),
    ],
)
def test_what_cannot_be_reached_is_said(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = subprocess.run(
        [TANDEM, *words, "--workspace", tmp_path],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.broker
def test_a_run_that_is_not_there_is_said(tmp_path: Path, site: SmallSite, mosquitto: Mosquitto) -> None:
    done = Desk(tmp_path, site, "off").do("stop", "small", "--broker", str(mosquitto.url))
    assert done.returncode == 2
    assert "no run 'small' at mqtt://" in done.stderr
