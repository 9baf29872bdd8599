"""A small broker in a process of its own: `python -m tandem.progress.broker`."""

import argparse
import asyncio
import logging
import signal
import sys

from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig, ListenerConfig, ListenerType

AFTER_DEATH_SECONDS = 30.0
AFTER_END_SECONDS = 0.5
KEEPALIVE_GRACE_SECONDS = 7  # half of what clients promise, as other brokers give
STALL_SECONDS = 10
LISTENER = "default"


# It prints its port on a line and serves loopback only. Its standard input is the rope to whoever started it:
# a line `end` means that all is told, an end without it that the other died. Then it stays a while, so that
# the last will reaches everyone who listens.


async def serve(port: int) -> None:
    """Serves until told to end, or for a while after the other end of standard input is gone."""
    broker = Broker(
        BrokerConfig(
            listeners={LISTENER: ListenerConfig(type=ListenerType.EXTERNAL)},
            timeout_disconnect_delay=KEEPALIVE_GRACE_SECONDS,
            plugins={"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        )
    )
    await broker.start()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        watch = asyncio.create_task(_drop_when_stalled(writer.transport), name="stall watch")
        try:
            await broker.stream_connected(reader, writer, LISTENER)
        finally:
            watch.cancel()

    server = await asyncio.start_server(connected, "127.0.0.1", port)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.sleep(await _seconds_to_stay())
    server.close()


async def _drop_when_stalled(transport: asyncio.WriteTransport) -> None:
    """Hangs up on a listener that does not read: the broker would keep everything for it, without a bound."""
    stalled = 0
    while stalled < STALL_SECONDS:
        await asyncio.sleep(1)
        stalled = stalled + 1 if transport.get_write_buffer_size() else 0
    transport.abort()


async def _seconds_to_stay() -> float:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    line = await reader.readline()
    return AFTER_END_SECONDS if line.strip() == b"end" else AFTER_DEATH_SECONDS


def main() -> None:
    """The process."""
    parser = argparse.ArgumentParser(description="A small MQTT broker on loopback.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    port = parser.parse_args().port
    logging.disable(logging.CRITICAL)  # it has no terminal of its own, and nobody reads a log of it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run; the broker follows it
    asyncio.run(serve(port))


if __name__ == "__main__":
    main()
