"""The broker of compose.yaml: its start, its settings and its rules, read by a real mosquitto."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import aiomqtt
import pytest

DEPLOYMENT = Path(__file__).parents[2] / "deployment" / "mosquitto"
WORDS = {"TANDEM_BROKER_PASSWORD": "of the scraper", "TANDEM_WATCHER_PASSWORD": "of whoever looks"}
CREDENTIALS = {"tandem": "of the scraper", "watcher": "of whoever looks"}

pytestmark = pytest.mark.broker


class Broker:
    """The container's start script, with its folders below one of the test's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "data").mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        text = (DEPLOYMENT / "mosquitto.conf").read_text()
        for place, here in {
            "listener 1883 0.0.0.0": f"listener {self.port} 127.0.0.1",
            "/tmp/broker": f"{folder}/secrets",  # noqa: S108 - the place in the container
            "/mosquitto/config/acl": str(DEPLOYMENT / "acl"),
            "/mosquitto/data": f"{folder}/data",
        }.items():
            assert place in text
            text = text.replace(place, here)
        # started as root it would become another user, who may not look into the folders of a test
        (folder / "mosquitto.conf").write_text(text + "user root\n" * (os.geteuid() == 0))

    def environment(self, **words: str) -> dict[str, str]:
        return {
            "PATH": f"{os.environ['PATH']}:/usr/sbin",
            "SETTINGS": str(self.folder / "mosquitto.conf"),
            "SECRETS": str(self.folder / "secrets"),
            "PORT": str(self.port),
            **words,
        }

    def start(self, **words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [DEPLOYMENT / "start"], env=self.environment(**words), stderr=subprocess.PIPE, text=True
        )

    def is_healthy(self) -> bool:
        check = [DEPLOYMENT / "start", "--check"]
        return subprocess.run(check, env=self.environment(), capture_output=True, check=False).returncode == 0

    def client(self, user: str | None) -> aiomqtt.Client:
        return aiomqtt.Client("127.0.0.1", self.port, username=user, password=CREDENTIALS.get(user or ""))


@pytest.fixture
def stopped(tmp_path: Path) -> Broker:
    return Broker(tmp_path)


@pytest.fixture
def broker(stopped: Broker) -> Iterator[Broker]:
    with stopped.start(**WORDS) as process:
        _await_port(stopped.port)
        yield stopped
        process.terminate()
        assert process.stderr is not None
        process.stderr.read()


def _await_port(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        else:
            return


async def test_the_scraper_publishes_and_a_watcher_reads(broker: Broker) -> None:
    async with broker.client("tandem") as scraper, broker.client("watcher") as watcher:
        await watcher.subscribe("tandem/v1/#", qos=1)
        await scraper.publish("tandem/v1/run/a-1/state", b"running", qos=1)
        async with asyncio.timeout(20):
            assert (await anext(watcher.messages)).payload == b"running"


@pytest.mark.parametrize("user", [None, "watchman"])
async def test_nobody_else_gets_in(broker: Broker, user: str | None) -> None:
    with pytest.raises(aiomqtt.MqttError):
        async with broker.client(user):
            pass


async def test_a_watcher_steers_nothing_and_nobody_leaves_the_prefix(broker: Broker) -> None:
    async with broker.client("tandem") as scraper, broker.client("watcher") as watcher:
        await scraper.subscribe("#", qos=1)
        await watcher.publish("tandem/v1/cmd/request/stop", b"of a watcher", qos=1)
        await scraper.publish("elsewhere", b"outside", qos=1)
        await scraper.publish("tandem/v1/cmd/request/stop", b"of the scraper", qos=1)
        async with asyncio.timeout(20):
            assert (await anext(scraper.messages)).payload == b"of the scraper"


async def test_what_is_retained_outlives_a_restart(stopped: Broker) -> None:
    for publishes in (True, False):
        with stopped.start(**WORDS) as process:
            _await_port(stopped.port)
            async with stopped.client("tandem") as client:
                if publishes:
                    await client.publish("tandem/v1/run/a-1/state", b"done", qos=1, retain=True)
                else:
                    await client.subscribe("tandem/v1/#", qos=1)
                    async with asyncio.timeout(20):
                        assert (await anext(client.messages)).payload == b"done"
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)


@pytest.mark.skipif(shutil.which("mosquitto_sub") is None, reason="needs mosquitto-clients")
def test_the_health_check_asks_the_broker(broker: Broker) -> None:
    deadline = time.monotonic() + 20
    while not broker.is_healthy():
        assert time.monotonic() < deadline


@pytest.mark.skipif(shutil.which("mosquitto_sub") is None, reason="needs mosquitto-clients")
def test_a_broker_that_is_gone_is_not_healthy(stopped: Broker) -> None:
    assert not stopped.is_healthy()


def test_only_hashes_of_passwords_are_kept_where_only_the_broker_can_read(broker: Broker) -> None:
    secrets = broker.folder / "secrets"
    assert secrets.stat().st_mode & 0o077 == 0
    kept = (secrets / "passwords").read_text()
    assert {line.partition(":")[0] for line in kept.splitlines()} == {"tandem", "watcher", "health"}
    assert not [word for word in WORDS.values() if word in kept]


def test_without_a_password_for_watchers_there_is_no_watcher(stopped: Broker) -> None:
    only = {"TANDEM_BROKER_PASSWORD": "of the scraper"}
    with stopped.start(**only) as process:
        _await_port(stopped.port)
        assert "watcher:" not in (stopped.folder / "secrets" / "passwords").read_text()
        process.terminate()
        process.communicate(timeout=20)


@pytest.mark.parametrize(
    ("words", "said"), [({}, "TANDEM_BROKER_PASSWORD"), ({"TANDEM_BROKER_PASSWORD": "a:b"}, "colon")]
)
def test_a_password_that_cannot_be_used_is_one_line(
    stopped: Broker, words: dict[str, str], said: str
) -> None:
    with stopped.start(**words) as process:
        told = process.communicate(timeout=20)[1]
    assert (process.returncode, told.count("\n")) == (2, 1)
    assert said in told
