import asyncio
import json
import sys
from datetime import UTC, datetime

import aiomqtt
import pytest

from tandem.progress.announcer import Announcer
from tandem.progress.broker_url import BrokerUrl
from tandem.progress.envelope import Envelope
from tandem.progress.events import ErrorEvent, RunState
from tandem.progress.mqtt import MqttBus
from tandem.progress.outbox import ASSURED_BYTES
from tests.tandem.progress.mosquitto import Mosquitto

pytestmark = pytest.mark.broker


def error(seq: int, length: int = 0) -> Envelope:
    event = ErrorEvent(run="r", what="x", message=str(seq).ljust(length))
    return Envelope.around(event, "s", seq, datetime(2026, 1, 1, tzinfo=UTC))


async def test_topics_begin_with_prefix_and_version(mosquitto: Mosquitto) -> None:
    async with (
        aiomqtt.Client(mosquitto.url.host, mosquitto.url.port) as other,
        MqttBus(mosquitto.url, prefix="lab/a") as bus,
    ):
        await other.subscribe("#", qos=1)
        bus.publish(error(7))
        message = await anext(aiter(other.messages))
        assert str(message.topic) == "lab/a/v1/run/r/event/error"
        assert isinstance(message.payload, bytes)
        assert json.loads(message.payload)["seq"] == 7


async def test_a_broker_that_is_away_costs_nothing_but_messages() -> None:
    async with MqttBus(BrokerUrl("127.0.0.1", 1)) as bus:
        for seq in range(4_000):
            bus.publish(error(seq, length=2_000))
        while not bus.last_error:  # noqa: ASYNC110 - the network says it
            await asyncio.sleep(0.01)
        assert not bus.is_connected
        kept = (4_000 - bus.dropped) * len(error(3_999, length=2_000).payload)
        assert ASSURED_BYTES - 10_000 < kept < ASSURED_BYTES + 10_000


async def test_what_was_said_while_the_broker_was_away_is_told_after(mosquitto: Mosquitto) -> None:
    async with MqttBus(mosquitto.url) as bus, asyncio.timeout(20):
        with bus.subscribe("run/r/#") as heard:
            bus.publish(error(1))
            assert (await anext(heard)).seq == 1
            mosquitto.kill()
            while bus.is_connected:  # noqa: ASYNC110 - the network says it
                await asyncio.sleep(0.01)
            bus.publish(error(2))
            mosquitto.start()
            while (message := await anext(heard)).seq == 1:
                pass  # assured is at least once
            assert message.seq == 2


async def test_the_will_of_a_killed_process_is_lost(mosquitto: Mosquitto) -> None:
    program = """
import asyncio, sys
from tandem.progress.announcer import Announcer
from tandem.progress.broker_url import BrokerUrl
from tandem.progress.mqtt import MqttBus
async def main():
    announcer = Announcer("r", "j", 1)
    async with MqttBus(BrokerUrl("127.0.0.1", int(sys.argv[1])), will=announcer.last_will()) as bus:
        announcer.connect(bus)
        announcer.say_state("running")
        await asyncio.sleep(60)
asyncio.run(main())
"""
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(mosquitto.url.port))
    async with MqttBus(mosquitto.url) as bus, asyncio.timeout(20):
        with bus.subscribe("run/+/state") as heard:
            first = (await anext(heard)).data
            assert isinstance(first, RunState)
            assert first.state == "running"
            child.kill()
            await child.wait()
            last = (await anext(heard)).data
            assert isinstance(last, RunState)
            assert last.state == "lost"


async def test_a_clean_end_leaves_the_last_state(mosquitto: Mosquitto) -> None:
    announcer = Announcer("r", "j", 1)
    async with MqttBus(mosquitto.url, will=announcer.last_will()) as bus:
        announcer.connect(bus)
        announcer.say_state("done", exit_code=0)
    async with MqttBus(mosquitto.url) as bus, asyncio.timeout(20):
        with bus.subscribe("run/+/state") as heard:
            data = (await anext(heard)).data
            assert isinstance(data, RunState)
            assert (data.state, data.exit_code) == ("done", 0)
