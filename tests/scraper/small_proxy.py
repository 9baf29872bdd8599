"""An HTTP proxy on loopback that can be told to fail in the ways that proxies fail."""

import asyncio
from base64 import b64encode
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_END = b"\r\n\r\n"


@dataclass(slots=True)
class SmallProxy:
    """Forwards, by absolute URLs and by CONNECT; what is set here may be changed while it serves."""

    status: int = 0  # given to every request, without asking anybody
    headers: str = ""  # of that answer
    password: str = ""  # of the user `me`
    port: int = 0
    asked: list[str] = field(default_factory=list)  # request lines
    passwords: list[str] = field(default_factory=list)  # Proxy-Authorization, as it came
    _server: asyncio.Server | None = None
    _talks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """With its password."""
        return f"http://{f'me:{self.password}@' if self.password else ''}127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        task.add_done_callback(self._talks.discard)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # clients hang up at any moment, and the end of the test is one of them
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            line, lines = _divided(await reader.readuntil(_END))
            self.asked.append(line)
            given = [
                one.partition(": ")[2] for one in lines if one.lower().startswith("proxy-authorization:")
            ]
            self.passwords += given
            if refusal := self._refusal(given):
                writer.write(refusal.encode())
                await writer.drain()
                return
            if line.startswith("CONNECT "):
                await _tunnel(line.split(" ")[1], reader, writer)
                return
            writer.write(await _asked(line, lines, await reader.readexactly(_length(lines))))
            await writer.drain()

    def _refusal(self, given: list[str]) -> str:
        wanted = f"Basic {b64encode(f'me:{self.password}'.encode()).decode()}"
        if self.password and given != [wanted]:
            return "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"
        return f"HTTP/1.1 {self.status} No\r\n{self.headers}Content-Length: 0\r\n\r\n" if self.status else ""


async def _asked(line: str, lines: list[str], body: bytes) -> bytes:
    """The whole answer of the server that an absolute URL names; every name leads to this machine."""
    method, url, _ = line.split(" ")
    parts = urlsplit(url)
    kept = [one for one in lines if not one.lower().startswith("proxy-")]
    path = parts._replace(scheme="", netloc="").geturl() or "/"
    reader, writer = await asyncio.open_connection("127.0.0.1", parts.port or 80)
    try:
        writer.write("\r\n".join([f"{method} {path} HTTP/1.1", *kept, "", ""]).encode("latin-1") + body)
        head = await reader.readuntil(_END)
        return head + await reader.readexactly(_length(_divided(head)[1]))
    finally:
        writer.close()


async def _tunnel(target: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    far = await asyncio.open_connection("127.0.0.1", int(target.rpartition(":")[2]))
    writer.write(b"HTTP/1.1 200 ok\r\n\r\n")
    try:
        await asyncio.gather(_carry(reader, far[1]), _carry(far[0], writer))
    finally:
        far[1].close()


def _divided(head: bytes) -> tuple[str, list[str]]:
    line, *lines = head.removesuffix(_END).decode("latin-1").split("\r\n")
    return line, lines


def _length(lines: list[str]) -> int:
    found = [one.partition(":")[2] for one in lines if one.lower().startswith("content-length:")]
    return int(found[0]) if found else 0


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()
    writer.close()
