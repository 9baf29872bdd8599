"""A bounded number of browser tabs: begun with the first page, renewed in time, and gone at the end."""

import asyncio
import time
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from scraper.render import remains
from scraper.render.navigation import refusal
from scraper.render.settings import PoolSettings
from scraper.render.turns import Turns
from scraper.render.words import Rendered, RenderRequest

if TYPE_CHECKING:
    from scraper.render.keeper import Keeper
    from scraper.render.proxy import CheckingProxy


class PoolStatus(NamedTuple):
    """What the pool does now and has done so far."""

    rendered: int = 0  # pages that came to an end, whatever it was
    in_flight: int = 0
    waiting: int = 0
    starts: int = 0  # of browsers
    ends: int = 0  # of browsers, by themselves
    renewals: int = 0  # of browsers, for their memory
    memory_bytes: int = 0  # of all its processes, looked at twice a second
    trouble: str = ""  # why there is no browser now, in one line


class BrowserPool:
    """Shows pages; whatever page and browser do comes back as a value.

    Whoever calls bounds how many pages wait: their bodies are held until it is their turn.
    """

    def __init__(self, settings: PoolSettings, proxy: "CheckingProxy | None" = None) -> None:
        """Without a proxy nobody checks where pages go: for tests and measurements alone."""
        self._settings = settings
        self._proxy = proxy
        self._turns = Turns(settings.tabs)
        self._keeper: Keeper | None = None
        self._rendered = 0
        self._in_flight = 0

    @property
    def status(self) -> PoolStatus:
        now = PoolStatus(self._rendered, self._in_flight, len(self._turns))
        if (keeper := self._keeper) is None:
            return now
        return now._replace(
            starts=keeper.starts,
            ends=keeper.ends,
            renewals=keeper.renewals,
            memory_bytes=keeper.memory_bytes,
            trouble=keeper.trouble,
        )

    async def __aenter__(self) -> Self:
        """Ends what earlier runs left behind; a browser is started by the first page."""
        await asyncio.to_thread(remains.clear, self._settings.folder)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._keeper is not None:
            await self._keeper.close()

    async def open(self) -> str:
        """Starts the browser unless it runs; empty, or why there is none: no_browser, no_sandbox, …"""
        return await self._kept().open()

    async def render(self, request: RenderRequest) -> Rendered:
        """The page as a reader would see it."""
        if reason := refusal(request.url):
            return Rendered(reason, url=request.url, detail="only pages of http and https are shown")
        await self._turns.take(request.host)
        started = time.monotonic()
        self._in_flight += 1
        try:
            rendered = await self._kept().show(request)
        finally:
            self._in_flight -= 1
            self._rendered += 1
            self._turns.give(request.host)
        return replace(rendered, milliseconds=round((time.monotonic() - started) * 1000))

    def _kept(self) -> "Keeper":
        if self._keeper is None:
            # Half a second and thirty megabytes, for the crawls that show pages alone.
            from scraper.render.keeper import Keeper  # noqa: PLC0415

            self._keeper = Keeper(self._settings, self._proxy)
        return self._keeper
