"""The cheapest HTTP/1.1 server that can be written down: answers ready-made, connections kept."""

import asyncio
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 404: "Not Found", 500: "Internal Server Error"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One response, byte for byte, and how long it is held back."""

    status: int
    wire: bytes
    delay_seconds: float = 0.0


def answer(
    status: int = 200,
    body: bytes = b"",
    headers: tuple[tuple[str, str], ...] = (),
    delay_seconds: float = 0.0,
) -> Answer:
    """Builds a response of HTML with these headers."""
    lines = [
        f"HTTP/1.1 {status} {REASONS.get(status, 'Unavailable')}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers),
    ]
    return Answer(status, "\r\n".join([*lines, "", ""]).encode() + body, delay_seconds)


Respond = Callable[[str], Answer]


class RequestLog:
    """Every request, as lines of: monotonic seconds of its arrival, status, requests then in flight, path."""

    def __init__(self, path: Path | None) -> None:
        self._file = path.open("w", encoding="ascii") if path else None
        self.served = 0
        self.in_flight = 0

    def arrived(self, path: str, status: int) -> None:
        """Notes a request and the status that it will be answered with."""
        self.in_flight += 1
        if self._file:
            self._file.write(f"{time.monotonic():.6f} {status} {self.in_flight} {path}\n")

    def answered(self, status: int) -> None:
        """Notes that an answer went out."""
        self.in_flight -= 1
        self.served += status == 200

    def close(self) -> None:
        if self._file:
            self._file.close()


class _Connection(asyncio.Protocol):
    def __init__(self, respond: Respond, log: RequestLog) -> None:
        self._respond = respond
        self._log = log
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            path = self._received.split(b" ", 2)[1].decode("ascii")
            self._received = self._received[end + 4 :]
            self._answer(path)

    def _answer(self, path: str) -> None:
        if path == "/-/served":
            self._transport.write(answer(body=str(self._log.served).encode()).wire)
            return
        response = self._respond(path)
        self._log.arrived(path, response.status)
        if response.delay_seconds:
            loop = asyncio.get_running_loop()
            loop.call_later(response.delay_seconds, self._send, response)
        else:
            self._send(response)

    def _send(self, response: Answer) -> None:
        if not self._transport.is_closing():
            self._transport.write(response.wire)
        self._log.answered(response.status)


async def serve(respond: Respond, log_path: Path | None = None, port: int = 0) -> None:
    """Serves on loopback until SIGTERM or SIGINT; the first line of stdout is the port."""
    log = RequestLog(log_path)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(lambda: _Connection(respond, log), "127.0.0.1", port, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    try:
        await stopped.wait()
    finally:
        server.close()
        log.close()
