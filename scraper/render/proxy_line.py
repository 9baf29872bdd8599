"""One connection of the browser to the proxy: bytes are handed on, counted, and not waited for for ever."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from scraper.render.proxy_head import AnswerHead, Body, answer_head
from scraper.render.proxy_reach import Reached
from scraper.render.tally import Tally

_PIECE: Final = 65536
_LINES: Final = 1000  # of one head
_HEAD_BYTES: Final = 256 * 1024  # of a server, as much as Chromium takes
_CHUNK_SIZE: Final = re.compile(rb"[0-9A-Fa-f]{1,15}")
_ENDS: Final = (b"\r\n", b"\n")

Count = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ProxyLimits:
    """What the proxy bears."""

    connections: int = 512  # at a time: a tab needs some 30, and each has up to two sockets
    head_bytes: int = 65536
    head_seconds: float = 15.0  # from the first byte of a request, or of a connection, to the end of its head
    connect_seconds: float = 10.0
    idle_seconds: float = 60.0  # without a byte in either direction
    life_seconds: float = 900.0  # of a connection, whatever passes
    tick_seconds: float = 1.0  # between two looks at who has had its time


class BrokenOffError(Exception):
    """The conversation cannot go on, for this reason; both its ends are closed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Line:
    """A connection of the browser, and the one to a server that belongs to it at present."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limits: ProxyLimits
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.server: Reached | None = None
        self.server_place = ""  # host and port that the server connection is for
        self.tally: Tally | None = None
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.time() + limits.life_seconds
        self.deadline = 0.0
        self.allow(limits.head_seconds)

    def allow(self, seconds: float) -> None:
        """So long may the next thing take."""
        self.deadline = min(self._loop.time() + seconds, self._end)

    def came(self, size: int) -> None:
        """Counts bytes of the server, and allows more time for the next ones."""
        self.allow(self._limits.idle_seconds)
        if self.tally is not None:
            self.tally.received += size
            if self.tally.is_spent:
                raise BrokenOffError("too_large")

    def went(self, size: int) -> None:
        self.allow(self._limits.idle_seconds)
        if self.tally is not None:
            self.tally.sent += size

    def abort(self) -> None:
        """Ends everything now; whoever waits for bytes of it wakes up."""
        self.drop_server()
        self.writer.transport.abort()

    def drop_server(self) -> None:
        if self.server is not None:
            self.server.writer.transport.abort()
            self.server = None

    async def close(self) -> None:
        """Lets out what is still to be sent to the browser, while the time allows."""
        self.drop_server()
        self.allow(5.0)
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except OSError:
            return


async def read_answer_head(line: Line, server: Reached) -> AnswerHead | None:
    """The head of the next answer; None when the server closed before a byte of it came."""
    lines: list[bytes] = []
    size = 0
    while True:
        text = await _read_line(server.reader)
        size += len(text)
        if not text and not lines:
            return None
        if not text.endswith(b"\n"):
            raise BrokenOffError("no_answer")
        if len(lines) > _LINES or size > _HEAD_BYTES:
            raise BrokenOffError("header_limit")
        text = text.removesuffix(b"\n").removesuffix(b"\r")
        if not text:
            break
        lines.append(text)
    line.came(size)
    head = answer_head(lines)
    if head is None:
        raise BrokenOffError("protocol")
    return head


async def hand_on(
    body: Body, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: Count
) -> None:
    """Hands a body on as it comes, exactly to its end."""
    if body.is_chunked:
        await _hand_on_chunks(reader, writer, count)
    elif body.length is not None:
        await _hand_on_bytes(body.length, reader, writer, count)
    else:
        while data := await reader.read(_PIECE):
            await _hand_on(data, writer, count)


async def exchange(line: Line, server: Reached) -> None:
    """Hands on both ways at once, until either end has enough."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_flow(line.reader, server.writer, line.went), name="proxy: to the server")
        group.create_task(_flow(server.reader, line.writer, line.came), name="proxy: from the server")


async def _flow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: Count) -> None:
    try:
        while data := await reader.read(_PIECE):
            await _hand_on(data, writer, count)
    except (OSError, BrokenOffError):
        return
    finally:
        writer.close()  # its own reader comes to an end with it, and so the flow the other way


async def _hand_on_chunks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: Count) -> None:
    while True:
        text = await _read_line(reader)
        size = text.partition(b";")[0].strip()
        if not _CHUNK_SIZE.fullmatch(size):
            raise BrokenOffError("protocol")
        await _hand_on(text, writer, count)
        if not int(size, 16):
            break
        await _hand_on_bytes(int(size, 16), reader, writer, count)
        if (text := await _read_line(reader)) not in _ENDS:
            raise BrokenOffError("protocol")
        writer.write(text)
    for _ in range(_LINES):  # trailers, up to an empty line
        text = await _read_line(reader)
        if not text.endswith(b"\n"):
            break
        await _hand_on(text, writer, count)
        if text in _ENDS:
            return
    raise BrokenOffError("cut")


async def _hand_on_bytes(
    size: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: Count
) -> None:
    while size:
        data = await reader.read(min(size, _PIECE))
        if not data:
            raise BrokenOffError("cut")
        size -= len(data)
        await _hand_on(data, writer, count)


async def _hand_on(data: bytes, writer: asyncio.StreamWriter, count: Count) -> None:
    count(len(data))
    writer.write(data)
    await writer.drain()


async def _read_line(reader: asyncio.StreamReader) -> bytes:
    """A line with its end; without one where the connection ended."""
    try:
        return await reader.readline()
    except ConnectionError:
        return b""
    except ValueError as error:  # longer than the buffer
        raise BrokenOffError("header_limit") from error
