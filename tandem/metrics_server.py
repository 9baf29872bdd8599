"""Answers Prometheus on a port of loopback, and nobody else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from tandem.metrics import Metrics
from tandem.problem import UsageError
from tandem.progress.bus import Subscription
from tandem.progress.memory import MemoryBus

HOST = "127.0.0.1"
PATH = "/metrics"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
READ_SECONDS = 5.0
MOST_HEAD = 16 << 10
_NAMES = frozenset({"127.0.0.1", "localhost"})


@asynccontextmanager
async def measured(bus: MemoryBus, port: int, tell: Callable[[str], None]) -> AsyncIterator[None]:
    """Serves what the bus tells until it closes; a port of 0 is a free one. UsageError when it is taken."""
    metrics = Metrics()
    try:
        server = await asyncio.start_server(_answering(metrics), HOST, port, limit=MOST_HEAD)
    except OSError as error:
        raise UsageError(f"progress.metrics: port {port} of {HOST}: {error.strerror}") from error
    keeping = asyncio.create_task(_keep_newest(bus.subscribe("#"), metrics), name="metrics")
    async with server:
        tell(f"metrics: http://{HOST}:{server.sockets[0].getsockname()[1]}{PATH}")
        try:
            yield
        finally:
            bus.close()
            await asyncio.wait([keeping])


async def _keep_newest(messages: Subscription, metrics: Metrics) -> None:
    async for message in messages:
        metrics.take(message.data)


def _answering(metrics: Metrics) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, TimeoutError, asyncio.LimitOverrunError, asyncio.IncompleteReadError):
            async with asyncio.timeout(READ_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            status, body = _response(head.decode("latin-1"), metrics)
            writer.write(_written(status, body))
            async with asyncio.timeout(READ_SECONDS):
                await writer.drain()
        writer.close()

    return answer


def _response(head: str, metrics: Metrics) -> tuple[str, str]:
    """A page that a browser shows here could ask under any name that leads to loopback: it gets nothing."""
    request, *lines = head.split("\r\n")
    method, _, rest = request.partition(" ")
    path = rest.partition(" ")[0].partition("?")[0]
    parts = (line.partition(":") for line in lines)
    host = next((value.strip() for name, _, value in parts if name.strip().lower() == "host"), "")
    if not _NAMES & {host, host.rpartition(":")[0]}:
        return "421 Misdirected Request", "ask for 127.0.0.1\n"
    if path != PATH:
        return "404 Not Found", f"figures are at {PATH}\n"
    if method not in {"GET", "HEAD"}:
        return "405 Method Not Allowed", "figures are to be read\n"
    return "200 OK", "" if method == "HEAD" else metrics.text()


def _written(status: str, body: str) -> bytes:
    payload = body.encode()
    head = (
        f"HTTP/1.1 {status}",
        f"Content-Type: {CONTENT_TYPE}",
        f"Content-Length: {len(payload)}",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + payload
