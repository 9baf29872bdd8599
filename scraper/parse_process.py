"""One parse worker seen from the event loop: started, fed, killed and reaped, without blocking the loop."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self, cast

from scraper.frames import Inbox, packed
from scraper.pages import ParseSettings, Raw, order_of

START_SECONDS = 30.0  # it takes some 0.06 on an idle machine

# A worker reads hostile pages: of the environment it gets nothing but where to find its code.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_BUFFER_BYTES = 1 << 20  # a whole chunk at a time; the system grants what it will
_READ_BYTES = 1 << 17  # about the answers to a chunk
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class WorkerNotStarted(Exception):
    """A parse worker ended before it was ready; what it said stands on stderr."""


class ParseProcess(asyncio.BufferedProtocol):
    """Takes chunks of pages; `on_answer` gets the answers in the same order, until `gone` is set."""

    def __init__(self, process: subprocess.Popen[bytes], on_answer: Callable[[Any], None]) -> None:
        self.gone = asyncio.Event()
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._process = process
        self._on_answer = on_answer
        self._inbox = Inbox()
        self._window = memoryview(bytearray(_READ_BYTES))  # read into, where others get new memory every time
        self._transport: asyncio.WriteTransport | None = None

    @classmethod
    async def start(cls, settings: ParseSettings, on_answer: Callable[[Any], None]) -> Self:
        """Raises WorkerNotStarted."""
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
        with theirs:
            try:
                worker = cls(_spawned(theirs), on_answer)
            except OSError as error:
                ours.close()
                raise WorkerNotStarted(f"no parse worker could be started: {error}") from error
        try:
            await worker._greet(ours, settings)
        except BaseException:
            await worker.end()
            raise
        return worker

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, chunk: Sequence[Raw]) -> None:
        self._write(chunk)

    def kill(self) -> None:
        self._process.kill()

    async def end(self) -> int:
        """Ends it if it still runs and waits until the system has let go of it; the exit status."""
        self._ready.cancel()
        self._process.kill()
        if self._transport:
            self._transport.abort()
            await self.gone.wait()
        return await asyncio.to_thread(self._process.wait)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def get_buffer(self, _: int) -> memoryview:
        return self._window

    def buffer_updated(self, size: int) -> None:
        for message in self._inbox.feed(self._window[:size]):
            if self._ready.done():
                self._on_answer(message)
            else:
                self._ready.set_result(None)

    def connection_lost(self, _: Exception | None) -> None:
        self.gone.set()
        if not self._ready.done():
            self._ready.set_exception(WorkerNotStarted("a parse worker ended as it started"))

    async def _greet(self, channel: socket.socket, settings: ParseSettings) -> None:
        channel.setblocking(False)
        await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=channel)
        self._write(order_of(settings))
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._ready
        except TimeoutError as error:
            raise WorkerNotStarted(f"a parse worker was not ready after {START_SECONDS:.0f} s") from error

    def _write(self, message: object) -> None:
        if self._transport:
            self._transport.write(packed(message))


def _spawned(channel: socket.socket) -> subprocess.Popen[bytes]:
    """Started in this very thread: the worker is told to die with the thread that started it."""
    # -P: a folder named storage where the user happens to stand must not be taken for ours.
    command = [sys.executable, "-P", "-m", "scraper.parse_worker", str(channel.fileno()), str(os.getpid())]
    with _stops_held_back():
        return subprocess.Popen(
            command,
            pass_fds=(channel.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )


@contextmanager
def _stops_held_back() -> Iterator[None]:
    """The child inherits this: else Ctrl-C in its first moments would end it before it knows better."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
