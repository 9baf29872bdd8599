"""Brokers and listeners that fail in every way: who publishes never waits, and loses no more than it must."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tandem.progress.announcer import Announcer
from tandem.progress.broker_tls import BadTlsFiles, TlsFiles
from tandem.progress.broker_url import BrokerUrl
from tandem.progress.embedded import EmbeddedBroker
from tandem.progress.envelope import Envelope, now
from tandem.progress.events import ErrorEvent, RunState
from tandem.progress.mqtt import MqttBus
from tests.tandem.progress.mosquitto import Mosquitto

pytestmark = pytest.mark.broker


def error(seq: int, length: int = 0) -> Envelope:
    return Envelope.around(ErrorEvent(run="r", what="x", message=str(seq).ljust(length)), "s", seq, now())


async def heard_all(bus: MqttBus, numbers: set[int], subscription: AsyncIterator[Envelope]) -> None:
    async with asyncio.timeout(60):
        while numbers:
            numbers.discard((await anext(subscription)).seq)


async def test_nothing_assured_is_lost_while_the_broker_flaps(mosquitto: Mosquitto) -> None:
    async with MqttBus(mosquitto.url) as sender, MqttBus(mosquitto.url) as listener, asyncio.timeout(90):
        with listener.subscribe("run/r/event/error") as heard:
            await listener.tried()
            numbers = set()
            for seq in range(300):
                if seq % 100 == 50:
                    mosquitto.kill()
                if seq % 100 == 80:
                    mosquitto.start()
                    while not listener.is_connected:  # noqa: ASYNC110 - it may not miss what is sent at once
                        await asyncio.sleep(0.005)
                sender.publish(error(seq))
                numbers.add(seq)
                await asyncio.sleep(0.001)
            # What the broker had taken but not passed on when it was killed died with it: its loss, not ours.
            with suppress(TimeoutError):
                async with asyncio.timeout(10):
                    await sender.sent()
            assert sender.dropped == 0
            await heard_all(sender, {seq for seq in numbers if seq >= 280}, heard)


@asynccontextmanager
async def slow_way_to(broker: BrokerUrl, seconds: float) -> AsyncIterator[BrokerUrl]:
    """Passes everything on, late."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                await asyncio.sleep(seconds)
                writer.write(data)
                await writer.drain()
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(broker.host, broker.port)
        await asyncio.gather(pump(reader, back), pump(there, writer))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    yield replace(broker, port=server.sockets[0].getsockname()[1])
    server.close()


async def test_a_slow_broker_gets_everything_later_and_holds_nobody_up(mosquitto: Mosquitto) -> None:
    async with slow_way_to(mosquitto.url, 0.05) as slow:
        async with MqttBus(mosquitto.url) as listener, MqttBus(slow) as sender:
            with listener.subscribe("run/r/#") as heard:
                await listener.tried()
                started = asyncio.get_running_loop().time()
                for seq in range(20):
                    sender.publish(error(seq))
                assert asyncio.get_running_loop().time() - started < 0.05
                await heard_all(sender, set(range(20)), heard)
                await sender.sent()
        assert sender.dropped == 0


@pytest.mark.parametrize("password", ["wrong", None])
async def test_a_refused_password_is_said_and_costs_only_messages(
    guarded_mosquitto: Mosquitto, password: str | None
) -> None:
    async with MqttBus(replace(guarded_mosquitto.url, password=password)) as bus, asyncio.timeout(20):
        bus.publish(error(1))
        assert "Not authorized" in await bus.tried()
        assert not bus.is_connected


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the client leaves a socket
async def test_a_broker_whose_certificate_nobody_vouches_for_is_not_told_anything(
    tls_mosquitto: Mosquitto,
) -> None:
    async with MqttBus(tls_mosquitto.url) as bus, asyncio.timeout(20):
        assert "certificate verify failed" in await bus.tried()
    gc.collect()


async def test_a_broker_that_wants_a_certificate_refuses_who_has_none(tls_mosquitto: Mosquitto) -> None:
    assert tls_mosquitto.tls is not None
    async with MqttBus(tls_mosquitto.url, tls=TlsFiles(tls_mosquitto.tls.ca)) as bus, asyncio.timeout(20):
        assert await bus.tried()


@pytest.mark.parametrize("files", [TlsFiles(Path("nowhere.pem")), TlsFiles(certificate=Path("nowhere.pem"))])
def test_certificates_that_cannot_be_read_are_named(files: TlsFiles) -> None:
    with pytest.raises(BadTlsFiles, match=r"nowhere\.pem"):
        files.context()


async def deaf_listener(broker: BrokerUrl) -> asyncio.StreamWriter:
    """Subscribes to everything, and never reads again."""
    reader, writer = await asyncio.open_connection(broker.host, broker.port, limit=1)
    writer.write(bytes.fromhex("1010 0004") + b"MQTT" + bytes.fromhex("0402 0000 0004") + b"deaf")
    await reader.readexactly(4)
    writer.write(bytes.fromhex("8206 0001 0001") + b"#" + b"\x00")
    await writer.drain()
    return writer


def memory_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


@pytest.mark.slow
async def test_the_small_broker_hangs_up_on_who_never_reads(tmp_path: Path) -> None:
    broker = await EmbeddedBroker.start(tmp_path)
    try:
        deaf = await deaf_listener(broker.url)
        async with MqttBus(broker.url) as bus, asyncio.timeout(60):
            await bus.tried()
            before = memory_kb(broker.pid)
            grown = []
            while not deaf.is_closing():
                for seq in range(12):
                    bus.publish(error(seq, length=2_000))
                grown.append(memory_kb(broker.pid) - before)
                await asyncio.sleep(0.02)
                with suppress(OSError):
                    deaf.write(b"\xc0\x00")  # alive, only deaf
            assert max(grown) < 100_000
            assert len(grown) > 100
    finally:
        await broker.stop()


TELL = """
import asyncio, sys
from tandem.progress.announcer import Announcer
from tandem.progress.broker_url import read_broker_url
from tandem.progress.mqtt import MqttBus
async def main():
    announcer = Announcer("r", "j", 1)
    async with MqttBus(read_broker_url(sys.argv[1]), will=announcer.last_will()) as bus:
        announcer.connect(bus)
        announcer.say_state("running")
        await asyncio.sleep(120)
asyncio.run(main())
"""


async def until_state(messages: AsyncIterator[Envelope], state: str) -> None:
    async for message in messages:
        if isinstance(message.data, RunState) and message.data.state == state:
            return


async def freeze_and_wake(broker: BrokerUrl) -> float:
    """How long it takes until a frozen run is called lost; it says that it runs when it wakes up."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", TELL, str(broker))
    try:
        async with MqttBus(broker) as bus, asyncio.timeout(50):
            with bus.subscribe("run/+/state") as heard:
                await until_state(heard, "running")
                os.kill(child.pid, signal.SIGSTOP)
                frozen_at = asyncio.get_running_loop().time()
                await until_state(heard, "lost")
                took = asyncio.get_running_loop().time() - frozen_at
                os.kill(child.pid, signal.SIGCONT)
                await until_state(heard, "running")
                return took
    finally:
        child.kill()
        await child.wait()


@pytest.mark.slow
async def test_a_frozen_run_is_lost_within_25_seconds(mosquitto: Mosquitto, embedded: EmbeddedBroker) -> None:
    took = await asyncio.gather(freeze_and_wake(mosquitto.url), freeze_and_wake(embedded.url))
    assert max(took) <= 25


def test_the_will_is_said_with_the_runs_names() -> None:
    will = Announcer("r", "j", 3).last_will().data
    assert isinstance(will, RunState)
    assert (will.run, will.job, will.number, will.state) == ("r", "j", 3, "lost")
