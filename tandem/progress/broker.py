"""A small broker in a process of its own: `python -m tandem.progress.broker`."""

import argparse
import asyncio
import logging
import signal
import sys

from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig, ListenerConfig, ListenerType

from tandem.progress.broker_watch import HeardReader, watch_client

AFTER_DEATH_SECONDS = 30.0
AFTER_END_SECONDS = 0.5
LISTENER = "default"


# It prints its port on a line and serves loopback only. Its standard input is the rope to whoever started it:
# a line `end` means that all is told, an end without it that the other died. Then it stays a while, so that
# the last will reaches everyone who listens.


async def serve(port: int) -> None:
    """Serves until told to end, or for a while after the other end of standard input is gone."""
    broker = Broker(
        BrokerConfig(
            listeners={LISTENER: ListenerConfig(type=ListenerType.EXTERNAL)},
            plugins={"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
        )
    )
    await broker.start()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert isinstance(reader, HeardReader)  # noqa: S101 - made below
        watch = asyncio.create_task(watch_client(reader, writer.transport), name="watch client")
        try:
            await broker.stream_connected(reader, writer, LISTENER)
        finally:
            watch.cancel()

    def protocol() -> asyncio.StreamReaderProtocol:
        return asyncio.StreamReaderProtocol(HeardReader(), connected)

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", port)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.sleep(await _seconds_to_stay())
    server.close()


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
