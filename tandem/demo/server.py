"""The shop on a loopback port, with a log of who asked for what and when."""

import asyncio
import datetime
import gzip
import hashlib
import re
import time
from collections import Counter, deque
from dataclasses import dataclass
from email.utils import format_datetime
from functools import lru_cache
from http import HTTPMethod
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.web_request import BaseRequest

from tandem.demo import site
from tandem.demo.answer import Answer

LOG_ENTRIES = 200_000  # bounds the memory of a server that is left running
CACHED_ANSWERS = 4_096  # above the number of pages; only the calendar goes on for ever
SMALLEST_PACKED_BYTES = 500
CLOSING_SECONDS = 1.0  # for answers that are still on their way
AUTHORITY = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")


@dataclass(frozen=True, slots=True)
class Request:
    """One line of the log."""

    at: float  # seconds on the monotonic clock, when the request arrived
    method: str
    path: str
    agent: str
    status: int


@dataclass(frozen=True, slots=True)
class _Ready:
    """An answer as it goes over the wire, plain and packed."""

    answer: Answer
    headers: tuple[tuple[str, str], ...]
    etag: str
    packed: bytes  # empty when it is not worth packing


class DemoShop:
    """Serves the shop while the context lasts; port 0 takes a free one."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self._host = host
        self._port = port
        self._log: deque[Request] = deque(maxlen=LOG_ENTRIES)
        self._attempts: Counter[str] = Counter()
        self._runner = web.ServerRunner(
            web.Server(self._handle, access_log=None), shutdown_timeout=CLOSING_SECONDS
        )

    @property
    def url(self) -> str:
        """Where the shop is, with the slash at the end."""
        return f"http://{self._host}:{self._port}/"

    @property
    def log(self) -> list[Request]:
        """The requests so far, in the order of their arrival."""
        return sorted(self._log, key=lambda request: request.at)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def _handle(self, request: BaseRequest) -> web.StreamResponse:
        arrived = time.monotonic()
        response = await self._respond(request)
        agent = request.headers.get("User-Agent", "")
        self._log.append(Request(arrived, request.method, request.raw_path, agent, response.status))
        return response

    async def _respond(self, request: BaseRequest) -> web.Response:
        if request.method not in (HTTPMethod.GET, HTTPMethod.HEAD):
            return web.Response(status=405, headers={"Allow": "GET, HEAD"})
        ready = _ready(request.raw_path, self._origin(request), self._attempt(request.raw_path))
        if ready.answer.delay_seconds:
            await asyncio.sleep(ready.answer.delay_seconds)
        if _is_known(request, ready):
            return web.Response(status=304, headers=ready.headers)
        if ready.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(
                status=ready.answer.status,
                body=ready.packed,
                headers=(*ready.headers, ("Content-Encoding", "gzip")),
            )
        return web.Response(status=ready.answer.status, body=ready.answer.body, headers=ready.headers)

    def _attempt(self, target: str) -> int:
        """Which request for an address that answers differently the first time; 1 for all others."""
        if site.canonical(target) != site.WEATHER:
            return 1
        self._attempts[site.WEATHER] += 1
        return min(2, self._attempts[site.WEATHER])

    def _origin(self, request: BaseRequest) -> str:
        """The address the client used, so that the site map holds links it can follow."""
        authority = request.headers.get("Host", "")
        return f"http://{authority}" if AUTHORITY.fullmatch(authority) else self.url.rstrip("/")


@lru_cache(maxsize=CACHED_ANSWERS)
def _ready(target: str, origin: str, attempt: int) -> _Ready:
    answer = site.answer(target, origin, attempt)
    headers = [("Content-Type", answer.content_type), ("Vary", "Accept-Encoding"), *answer.headers]
    etag = ""
    if answer.modified is not None:
        etag = f'"{hashlib.sha256(answer.body).hexdigest()[:20]}"'
        headers += [("ETag", etag), ("Last-Modified", _http_date(answer.modified))]
    worth = answer.content_type != "application/gzip" and len(answer.body) >= SMALLEST_PACKED_BYTES
    return _Ready(answer, tuple(headers), etag, gzip.compress(answer.body, 6, mtime=0) if worth else b"")


def _is_known(request: BaseRequest, ready: _Ready) -> bool:
    """Whether the client's copy is current; by RFC 9110 the ETag decides before the date."""
    if not ready.etag:
        return False
    asked = request.headers.get("If-None-Match")
    if asked is not None:
        return ready.etag in {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return ("Last-Modified", request.headers.get("If-Modified-Since")) in ready.headers


def _http_date(day: datetime.date) -> str:
    midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    return format_datetime(midnight, usegmt=True)
