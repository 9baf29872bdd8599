"""Everything that a run over the demo shop publishes, as a stranger's client hears it."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from tandem.broker_place import announced
from tandem.crawl_session import open_session
from tandem.demo.server import DemoShop
from tandem.demo_job import quickstart
from tandem.job_run import RunOptions, RunResult, run_job
from tandem.progress.broker_url import BrokerUrl
from tandem.show_progress import Style
from tests.tandem.progress.described import problems
from tests.tandem.progress.mosquitto import Mosquitto

pytestmark = [pytest.mark.slow, pytest.mark.broker]


class Stranger:
    """A subscriber that shares nothing with us."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.ended = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe("tandem/v1/#", qos=1)
        self._client.on_message = self._take

    def _take(self, client: Client, context: object, message: MQTTMessage) -> None:
        self.heard.append((message.topic, message.payload))
        if message.topic.endswith("/state") and json.loads(message.payload)["data"]["exit_code"] is not None:
            self.ended.set()

    @contextmanager
    def listening(self, broker: BrokerUrl) -> Iterator[None]:
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()
        yield
        self._client.disconnect()
        self._client.loop_stop()

    def kinds(self) -> Counter[str]:
        return Counter(json.loads(payload)["type"] for _, payload in self.heard)


async def run_shop(workspace: Path, broker: str) -> RunResult:
    async with DemoShop() as shop:
        job = quickstart(shop.url, [f"progress.broker={broker}", "crawl.delay=0", "scope.max_pages=150"])
        return await run_job(job, RunOptions(workspace, style=Style.SILENT), open_session)


def check(stranger: Stranger, result: RunResult) -> None:
    assert [problem for message in stranger.heard for problem in problems(*message)] == []
    kinds = stranger.kinds()
    assert kinds.keys() >= {
        "tandem.job.newest.v1",
        "tandem.run.state.v1",
        "tandem.run.stats.v1",
        "tandem.run.hosts.v1",
        "tandem.run.pages.v1",
        "tandem.run.error.v1",
        "tandem.run.report.v1",
    }
    last = [json.loads(payload)["data"] for topic, payload in stranger.heard if topic.endswith("/stats")][-1]
    assert last["pages"] == result.crawled.pages
    assert last["dropped_messages"] == 0
    assert last["coverage"] <= 1.0
    assert last["store"]["ledger_bytes"] > 0


async def test_a_run_on_mosquitto_publishes_what_is_described(tmp_path: Path, mosquitto: Mosquitto) -> None:
    stranger = Stranger()
    with stranger.listening(mosquitto.url):
        result = await run_shop(tmp_path / "work", str(mosquitto.url))
        assert await asyncio.to_thread(stranger.ended.wait, 20)
    check(stranger, result)
    told = [json.loads(payload)["seq"] for topic, payload in stranger.heard if "/run/" in topic]
    assert told == sorted(told)


async def test_a_run_on_its_own_broker_publishes_what_is_described(tmp_path: Path) -> None:
    stranger, workspace = Stranger(), tmp_path / "work"
    running = asyncio.create_task(run_shop(workspace, "embedded"))
    async with asyncio.timeout(30):
        while (broker := announced(workspace)) is None:  # noqa: ASYNC110 - another process says it
            await asyncio.sleep(0.01)
    with stranger.listening(broker):
        result = await running
        assert await asyncio.to_thread(stranger.ended.wait, 20)
    check(stranger, result)
