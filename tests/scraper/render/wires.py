"""Both ends of the proxy as plain sockets: a server that says what it is told, a client as a browser is."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from scraper.render.proxy import CheckingProxy
from scraper.render.tally import Tally

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Wire:
    """A server on loopback, and what came to it."""

    port: int = 0
    connections: int = 0
    heads: list[bytes] = field(default_factory=list)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"


@asynccontextmanager
async def talking(
    talk: Talk, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Wire]:
    """A server that speaks in its own way to everyone who connects."""
    wire = Wire()
    tasks = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire.connections += 1
        task = asyncio.create_task(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(accept, host, port, ssl=tls)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)


@asynccontextmanager
async def saying(*answers: bytes, host: str = "127.0.0.1", ends: bool = False) -> AsyncIterator[Wire]:
    """A server that answers each request with the next of these, the last one for ever."""
    found: list[Wire] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            wire = found[0]
            wire.heads.append(head)
            writer.write(answers[min(len(wire.heads), len(answers)) - 1])
            await writer.drain()
            if ends:
                return

    async with talking(talk, host) as wire:
        found.append(wire)
        yield wire


async def until(is_so: Callable[[], bool]) -> None:
    """Waits for what happens in another task, but not for ever."""
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110  # what is waited for has no event
            await asyncio.sleep(0.01)


class Client:
    """One connection to the proxy, as the browser has them."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, authorization: bytes
    ) -> None:
        self.reader = reader
        self.writer = writer
        self._authorization = authorization

    def send(self, line: str, *fields: str, body: bytes = b"") -> None:
        known = [b"Proxy-Authorization: " + self._authorization] if self._authorization else []
        lines = [f"{line} HTTP/1.1".encode(), *(text.encode("latin-1") for text in fields), *known, b"", b""]
        self.writer.write(b"\r\n".join(lines) + body)

    async def head(self) -> bytes:
        return await self.reader.readuntil(b"\r\n\r\n")

    async def ask(self, line: str, *fields: str, body: bytes = b"") -> bytes:
        """The head of the answer."""
        self.send(line, *fields, body=body)
        return await self.head()

    async def get(self, url: str, *fields: str) -> tuple[bytes, bytes]:
        """Head and body of an answer of known length."""
        head = await self.ask(f"GET {url}", *fields)
        return head, await self.reader.readexactly(length(head))

    async def rest(self) -> bytes:
        """Everything until the proxy closes, in good order or not."""
        found = bytearray()
        with suppress(ConnectionResetError):
            while data := await self.reader.read(65536):
                found += data
        return bytes(found)


def length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def status(head: bytes) -> int:
    return int(head.split(b" ", 2)[1])


def reason(head: bytes) -> str:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"x-tandem-reason":
            return value.strip().decode()
    return ""


@asynccontextmanager
async def client(proxy: CheckingProxy, tally: Tally | None) -> AsyncIterator[Client]:
    port = int(proxy.address.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Client(reader, writer, tally.authorization() if tally else b"")
    finally:
        writer.close()
