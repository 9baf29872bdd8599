"""A small site on loopback in a thread of its own: a list of pages, some of which fail or never answer."""

import asyncio
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Came:
    """One request as it came."""

    at: float  # monotonic
    path: str
    headers: dict[str, str]


@dataclass(slots=True)
class SmallSite:
    """`/` lists `/0`, `/1` and so on; what is set here may be changed while it serves."""

    pages: int = 20
    seconds: float = 0.0  # until a page is answered
    failing: frozenset[str] = frozenset()
    hanging: frozenset[str] = frozenset()
    drops: str = ""  # connections are closed under paths that begin so
    busy: Counter[str] = field(default_factory=Counter)  # how often a path still says: come back later
    retry_after: str = "1"
    port: int = 0
    log: list[Came] = field(default_factory=list)
    most_at_once: int = 0
    _at_once: int = 0
    _came: threading.Condition = field(default_factory=threading.Condition)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: threading.Thread | None = None
    _talks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Of the list."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def asked(self) -> Counter[str]:
        """How often each page was asked for, without robots.txt."""
        return Counter(came.path for came in list(self.log) if came.path != "/robots.txt")

    def wait_until_asked(self, times: int, seconds: float = 30.0) -> None:
        """Returns when so many requests have come."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.log) >= times, seconds), "too few requests came"

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), name="small site")
        self._thread.start()
        ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        assert self._thread is not None
        self._thread.join()

    def _serve(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._take, "127.0.0.1", self.port))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()
        for talk in self._talks:
            talk.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._talks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        task.add_done_callback(self._talks.discard)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                writer.write(await self._answer(head))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # clients hang up at any moment, and the end of the test is one of them
        finally:
            writer.close()

    async def _answer(self, head: list[str]) -> bytes:
        path = head[0].split(" ")[1]
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        self._note(Came(time.monotonic(), path, headers))
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            if path in self.hanging:
                await asyncio.Event().wait()
            await asyncio.sleep(self.seconds)
        finally:
            self._at_once -= 1
        if self.drops and path.startswith(self.drops):
            raise ConnectionAbortedError
        if self.busy[path] > 0:
            self.busy[path] -= 1
            return answered(b"later", f"429 Too Many Requests\r\nRetry-After: {self.retry_after}")
        return self._page(path)

    def _note(self, came: Came) -> None:
        with self._came:
            self.log.append(came)
            self._came.notify_all()

    def _page(self, path: str) -> bytes:
        number = path.removeprefix("/")
        if path in self.failing:
            return answered(b"oh", "500 Oh")
        if path == "/":
            links = "".join(f'<a href="/{one}">{one}</a> ' for one in range(self.pages))
            return answered(f"<!doctype html><title>list</title><h1>List</h1>{links}".encode())
        if number.isdecimal() and int(number) < self.pages:
            title = f"<!doctype html><title>page {number}</title><h1>Page {number}</h1>"
            words = f"<p>This is page {number} of a small site, which says nothing but its number.</p>"
            return answered(f'{title}{words}<a href="/{(int(number) + 1) % self.pages}">next</a>'.encode())
        return answered(b"none", "404 Not Found")


def answered(body: bytes, status: str = "200 OK") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
