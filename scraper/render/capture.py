"""Keeps the answers in JSON that a page asks for while it is shown."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import NamedTuple, Self

from scraper.render.driver import BrowserError, Page, Response
from scraper.render.words import Captured, RenderRequest
from scraper.sniff import Family, family_of
from storage.address import NotAnAddress, parse
from storage.site import site

_ASKED_BY_SCRIPTS = frozenset({"xhr", "fetch"})
_READERS = 4  # bodies that are taken out of the browser at a time: each is whole in memory


class CaptureLimits(NamedTuple):
    """How much of one page is kept."""

    answers: int = 50
    bytes: int = 2 << 20  # of one answer
    seconds: float = 5.0  # that the last bodies are waited for


LIMITS = CaptureLimits()


def wanted_by(request: RenderRequest) -> Callable[[str], bool]:
    """Which addresses are kept: those of the request's patterns, else those of the page's own site."""
    if not request.captures:
        return lambda _url: False
    home = site(request.host)

    def is_wanted(url: str) -> bool:
        try:
            address = parse(url)
        except NotAnAddress:
            return False
        if request.capture_only:
            return any(pattern.matches(address) for pattern in request.capture_only)
        return site(address.host) == home

    return is_wanted


class Capture:
    """Listens to one page from entering to leaving; `answers` are there once it was left."""

    def __init__(self, page: Page, is_wanted: Callable[[str], bool], limits: CaptureLimits = LIMITS) -> None:
        self.answers: tuple[Captured, ...] = ()
        self.left_out = 0  # since they are too many or too large
        self._page = page
        self._is_wanted = is_wanted
        self._limits = limits
        self._seats = asyncio.Semaphore(_READERS)
        self._reading: dict[str, asyncio.Task[Captured | None]] = {}

    async def __aenter__(self) -> Self:
        self._page.on("response", self._heard)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._page.remove_listener("response", self._heard)
        reading = list(self._reading.values())
        if reading and error is None:
            await asyncio.wait(reading, timeout=self._limits.seconds)
        for task in reading:
            task.cancel()
        ended = await asyncio.gather(*reading, return_exceptions=True)
        self.answers = tuple(answer for answer in ended if isinstance(answer, Captured))

    def _heard(self, response: Response) -> None:
        asked = response.request
        if asked.resource_type not in _ASKED_BY_SCRIPTS or asked.method != "GET":
            return
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        url = response.url.partition("#")[0]
        if not 200 <= response.status < 300 or family_of(media_type) is not Family.JSON:
            return
        if url in self._reading or not self._is_wanted(url):
            return
        announced = response.headers.get("content-length", "")
        is_large = announced.isdigit() and int(announced) > self._limits.bytes
        if is_large or len(self._reading) >= self._limits.answers:
            self.left_out += 1
            return
        reading = self._read(url, response, media_type)
        self._reading[url] = asyncio.create_task(reading, name="captured answer")

    async def _read(self, url: str, response: Response, media_type: str) -> Captured | None:
        """At once, for a browser drops the bodies of a page that it leaves."""
        try:
            async with self._seats:
                body = await response.body()
        except BrowserError:
            return None
        if len(body) > self._limits.bytes:
            self.left_out += 1
            return None
        return Captured(url, response.status, media_type, body)
