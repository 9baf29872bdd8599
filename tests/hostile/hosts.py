"""Hosts whose robots.txt is the hazard, one without end, and one that is well; all on one loopback port."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.hostile.registry import answer, page
from tests.hostile.traps import linking

TEXT = "text/plain"
WELL_PAGES = 30
WELL_DELAY = 0.4
_HALF_MEGABYTE = 512 << 10


def robots(text: str, status: str = "200 OK") -> bytes:
    return answer(text.encode(), status=status, content_type=TEXT)


def _moved(location: str) -> bytes:
    return answer(b"", ("Location", location), status="302 Found")


def _ring(path: str) -> bytes:
    number = int(path.rpartition("/")[2] or 0) if path != "/robots.txt" else 0
    return _moved(f"/robots/{number + 1}")


LONG = (
    "User-agent: *\nDisallow: /closed\n" + "# filler\n" * (_HALF_MEGABYTE // 9) + "\nDisallow: /\n" * 50_000
)
NOISY = "\ufeff\0\nuser agent *\nUser-agent: *\nnonsense\nDisallow /closed\n: :\nAllow: /"

# What each host answers to a request for its robots.txt, or below /robots/. None: nothing, ever.
ROBOTS: dict[str, Callable[[str], bytes | None]] = {
    "robots-500.test": lambda path: robots("oh", "500 Oh"),
    "robots-429.test": lambda path: robots("later", "429 Too Many Requests"),
    "robots-hang.test": lambda path: None,
    "robots-cut.test": lambda path: b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nUser-agent: *\n",
    "robots-404.test": lambda path: robots("none", "404 Not Found"),
    "robots-403.test": lambda path: robots("none", "403 Forbidden"),
    "robots-ring.test": _ring,
    "robots-long.test": lambda path: robots(LONG),
    "robots-binary.test": lambda path: answer(b"\x89PNG\r\n\x1a\n" + bytes(900), content_type=TEXT),
    "robots-noisy.test": lambda path: robots(NOISY),
    "robots-closed.test": lambda path: robots("User-agent: *\nDisallow: /"),
    "robots-astray.test": lambda path: _moved("http://10.0.0.1/robots.txt"),
    "deep.test": lambda path: robots("", "404 Not Found"),
    "well.test": lambda path: robots(f"User-agent: *\nCrawl-delay: {WELL_DELAY}"),
}


@dataclass(frozen=True, slots=True)
class Came:
    """One request as it came."""

    at: float  # of the loop's clock
    host: str
    path: str


class Hosts:
    """Serves all of them while the context lasts, with a log of every request."""

    def __init__(self) -> None:
        self.port = 0
        self.log: list[Came] = []
        self._talks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def url(self, host: str, path: str = "/") -> str:
        """Where one of the hosts is."""
        return f"http://{host}:{self.port}{path}"

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        task.add_done_callback(self._talks.discard)
        try:
            while await self._answer(reader, writer):
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # clients hang up at any moment, and the end of the test is one of them
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection stays open."""
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = lines[0].split(" ")[1]
        names = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("host:")]
        host = names[0].partition(":")[0]
        self.log.append(Came(asyncio.get_running_loop().time(), host, path))
        is_robots = path.startswith(("/robots.txt", "/robots/"))
        said = ROBOTS[host](path) if is_robots else _page(host, path)
        if said is None:
            await reader.read()
            return False
        writer.write(said)
        return not said.startswith(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nUser")


def _page(host: str, path: str) -> bytes:
    if host == "deep.test":
        return linking(path, f"{path.rstrip('/')}/{path.count('/')}")
    return answer(page(path, "<p>well</p>" * 50))
