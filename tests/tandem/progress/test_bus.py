"""What every bus must do, whatever carries it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tandem.progress.bus import Bus, Subscription, matches
from tandem.progress.embedded import EmbeddedBroker
from tandem.progress.envelope import Envelope
from tandem.progress.event import Event
from tandem.progress.events import ErrorEvent, RunState
from tandem.progress.memory import MemoryBus
from tandem.progress.mqtt import MqttBus


def message(event: Event, seq: int) -> Envelope:
    return Envelope.around(event, "/tandem/run/r", seq, datetime(2026, 1, 1, tzinfo=UTC))


def error(seq: int, run: str = "r") -> Envelope:
    return message(ErrorEvent(run=run, what="x", message=str(seq)), seq)


def state(seq: int, run: str = "r") -> Envelope:
    return message(RunState(run=run, job="j", number=1, state="running"), seq)


async def take(subscription: Subscription, count: int) -> list[int]:
    return [(await anext(subscription)).seq for _ in range(count)]


@asynccontextmanager
async def memory_bus(_: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    yield MemoryBus()


def mqtt_bus(fixture: str) -> Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[Bus]]:
    def make(request: pytest.FixtureRequest) -> AbstractAsyncContextManager[Bus]:
        broker = request.getfixturevalue(fixture)
        return MqttBus(broker.url, tls=broker.tls)

    return make


@asynccontextmanager
async def embedded_bus(_: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    with TemporaryDirectory() as folder:
        broker = await EmbeddedBroker.start(Path(folder))
        try:
            async with MqttBus(broker.url) as bus:
                yield bus
        finally:
            await broker.stop()


BROKERS = ("mosquitto", "guarded_mosquitto", "tls_mosquitto")


@pytest.fixture(
    params=[
        pytest.param(memory_bus, id="memory"),
        pytest.param(embedded_bus, id="embedded"),
        *(pytest.param(mqtt_bus(name), id=name, marks=pytest.mark.broker) for name in BROKERS),
    ]
)
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    async with request.param(request) as made:
        yield made


async def settled(bus: Bus, subscription: Subscription) -> None:
    """A retained message has come round: the subscription is in force."""
    bus.publish(state(0))
    assert await take(subscription, 1) == [0]


async def test_a_listener_gets_what_matches_in_order(bus: Bus) -> None:
    with bus.subscribe("run/r/#") as heard:
        await settled(bus, heard)
        for seq in (1, 2, 3):
            bus.publish(error(seq, run="r" if seq != 2 else "other"))
        assert await take(heard, 2) == [1, 3]


async def test_who_comes_later_hears_what_was_retained(bus: Bus) -> None:
    with bus.subscribe("run/+/state") as first:
        await settled(bus, first)
        bus.publish(state(1))
        bus.publish(error(2))
        assert await take(first, 1) == [1]
        with bus.subscribe("run/r/#") as later:
            assert await take(later, 1) == [1]


async def test_every_listener_gets_its_own_copy(bus: Bus) -> None:
    with bus.subscribe("run/r/#") as one, bus.subscribe("run/+/event/error") as other:
        await settled(bus, one)
        bus.publish(error(5))
        assert await take(one, 1) == [5]
        assert await take(other, 1) == [5]


async def test_who_does_not_read_loses_the_oldest_and_they_are_counted() -> None:
    bus = MemoryBus(queue_messages=3)
    with bus.subscribe("#") as slow:
        for seq in range(5):
            bus.publish(error(seq))
        assert bus.dropped == 2
        assert await take(slow, 3) == [2, 3, 4]
    assert bus.dropped == 2


async def test_the_end_comes_after_what_is_queued() -> None:
    bus = MemoryBus()
    with bus.subscribe("#") as heard:
        bus.publish(error(1))
        bus.close()
        assert [message.seq async for message in heard] == [1]


async def test_who_closed_its_ears_drops_nothing() -> None:
    bus = MemoryBus(queue_messages=1)
    with bus.subscribe("#") as deaf:
        deaf.close()
        bus.publish(error(1))
        bus.publish(error(2))
        assert bus.dropped == 0
        assert [message async for message in deaf] == []


async def test_who_left_hears_nothing() -> None:
    bus = MemoryBus()
    with bus.subscribe("#") as left:
        pass
    bus.publish(error(1))
    left.close()
    assert [message async for message in left] == []


@pytest.mark.parametrize(
    ("filter_", "topic", "answer"),
    [
        ("#", "run/a/state", True),
        ("run/#", "run/a/state", True),
        ("run/+/state", "run/a/state", True),
        ("run/+/state", "run/a/stats", False),
        ("run/+", "run/a/state", False),
        ("run/a/state/+", "run/a/state", False),
        ("run/a", "run/a", True),
        ("run/a", "run/ab", False),
        ("run/a/#", "run/a", True),
    ],
)
def test_filters_mean_what_they_mean_in_mqtt(filter_: str, topic: str, answer: bool) -> None:
    assert matches(filter_, topic) is answer
