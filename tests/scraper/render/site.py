"""A small server of pages for the browser, which notes what it is asked."""

import asyncio
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass
class Page:
    """One answer."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    is_endless: bool = False  # the connection stays open, and nothing more comes


class Site:
    """Serves while the context lasts."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.heads: dict[str, str] = {}  # the last request's, by path
        self.pages: dict[str, Page] = {}
        self._server: asyncio.Server | None = None
        self._port = 0
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await self._server.wait_closed()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._port}"

    def serve(self, body: str | bytes, path: str = "", host: str = "127.0.0.1", **page: object) -> str:
        """The address of a page with this body."""
        path = path or f"/{len(self.pages)}.html"
        content = body.encode() if isinstance(body, str) else body
        self.pages[path] = Page(content, **page)  # type: ignore[arg-type]
        return f"http://{host}:{self._port}{path}"

    def forget(self) -> None:
        """All pages, and all that was asked."""
        self.asked.clear()
        self.heads.clear()
        self.pages.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                path = head.split(" ")[1]
                self.asked.append(path)
                self.heads[path] = head
                await self._answer(
                    writer, self.pages.get(path.partition("?")[0], Page(b"nothing here", status=404))
                )
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, page: Page) -> None:
        headers = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", **page.headers}
        length = len(page.body) + page.is_endless
        lines = [f"HTTP/1.1 {page.status} -", *(f"{n}: {v}" for n, v in headers.items())]
        writer.write("\r\n".join([*lines, f"Content-Length: {length}", "", ""]).encode() + page.body)
        await writer.drain()


def loopback_alone(address: str, _port: int, _host: str) -> str | None:
    """A guard that lets the tests' own servers through, and nothing else."""
    return None if address == "127.0.0.1" else "egress"
