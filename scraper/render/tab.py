"""One tab of the browser: shows page after page, each within its time."""

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from typing import Self

from scraper.render.driver import BrowserContext, BrowserError, Page
from scraper.render.settings import PoolSettings
from scraper.render.showing import BLANK, counted, seconds_for, shown
from scraper.render.tally import Tally
from scraper.render.wire import Wire
from scraper.render.words import Cookie, Rendered, RenderRequest

_CLOSE_SECONDS = 2.0
_AFTERMATH_SECONDS = 0.5  # in which the end of a tab is told once its commands fail
_PAGES_PER_TIDYING = 20
CRASHED = "render_crashed"


class Tab:
    """Made by `open`; shows one page at a time. Once `is_lost` it shows nothing any more."""

    def __init__(self, page: Page, wire: Wire, settings: PoolSettings) -> None:
        self.is_blank = True
        self.last_used = time.monotonic()
        self._page = page
        self._wire = wire
        self._settings = settings
        self._untidied = 0  # pages
        self._cookies: tuple[Cookie, ...] = ()
        self._lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @classmethod
    async def open(cls, context: BrowserContext, tally: Tally | None, settings: PoolSettings) -> Self:
        """Raises BrowserError."""
        page = await context.new_page()
        wire = Wire(await context.new_cdp_session(page), tally)
        tab = cls(page, wire, settings)
        page.on("crash", lambda _: tab.lose(CRASHED))
        page.on("close", lambda _: tab.lose(CRASHED))
        page.on("popup", _turn_away)
        await wire.prepare()
        return tab

    async def greet(self) -> None:
        """Makes the tab's context known to the proxy; raises BrowserError."""
        await self._wire.greet()

    @property
    def is_lost(self) -> bool:
        return self._lost.done()

    @property
    def was_gone(self) -> bool:
        """Whether it was lost before the page began: that was not the page's doing."""
        return self.is_lost and self._lost.result() != "render_timeout" and not self._wire.entered

    def lose(self, reason: str) -> None:
        """Whoever waits for the page gets this reason."""
        if not self._lost.done():
            self._lost.set_result(reason)

    async def show(self, request: RenderRequest) -> Rendered:
        self.is_blank = False
        self._wire.entered.clear()
        body = asyncio.ensure_future(self._show(request))
        seconds = seconds_for(request, self._settings)
        try:
            await asyncio.wait((body, self._lost), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if body.done():
                rendered = body.result()
                if rendered.reason == "render_too_large":  # its memory would be held against the next page
                    self.lose(CRASHED)
                return counted(rendered, self._wire)
        finally:
            body.cancel()
            await asyncio.wait({body})
            self.last_used = time.monotonic()
        self.lose("render_timeout")
        reason = self._lost.result()
        detail = f"it did not end within {seconds:.0f} s" if reason == "render_timeout" else ""
        return counted(Rendered(reason, url=request.url, detail=detail), self._wire)

    async def tidy(self) -> None:
        """Now and then: a browser keeps the remains of some hundred pages before it looks through them."""
        self._untidied += 1
        if self._untidied < _PAGES_PER_TIDYING or self.is_lost:
            return
        self._untidied = 0
        with suppress(BrowserError, TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._wire.send("HeapProfiler.collectGarbage")

    async def blank(self) -> None:
        """Nothing of the last page goes on; a tab that cannot do that is lost."""
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._wire.navigate(BLANK)
            self.is_blank = True
        except (BrowserError, TimeoutError):
            self.lose(CRASHED)

    async def close(self) -> None:
        self.lose(CRASHED)
        self._wire.close()
        with suppress(BrowserError, TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._page.close()

    async def _show(self, request: RenderRequest) -> Rendered:
        try:
            await self._take(request.cookies, request.url)
            rendered = await shown(self._page, self._wire, request, self._settings)
            if rendered.reason == "render_failed":  # perhaps since the tab ended under it
                await asyncio.wait({self._lost}, timeout=_AFTERMATH_SECONDS)
            return await self._with_cookies(rendered) if request.cookies else rendered
        except BrowserError as error:
            await asyncio.wait({self._lost}, timeout=_AFTERMATH_SECONDS)
            reason = self._lost.result() if self._lost.done() else "render_failed"
            self.lose(reason)
            return Rendered(reason, url=request.url, detail=_first_line(error))

    async def _take(self, cookies: tuple[Cookie, ...], url: str) -> None:
        if cookies == self._cookies:
            return
        context = self._page.context
        await context.clear_cookies()
        is_secure = url.lower().startswith("https:")
        await context.add_cookies(
            [
                {"name": c.name, "value": c.value, "domain": c.host, "path": c.path, "secure": is_secure}
                for c in cookies
            ]
        )
        self._cookies = cookies

    async def _with_cookies(self, rendered: Rendered) -> Rendered:
        found = await self._page.context.cookies()
        kept = (Cookie(c["name"], c["value"], c["domain"].lstrip("."), c["path"]) for c in found)
        return replace(rendered, cookies=tuple(kept))


async def _turn_away(popup: Page) -> None:
    popup.on("popup", _turn_away)
    with suppress(BrowserError):
        await popup.close()


def _first_line(error: BrowserError) -> str:
    return error.message.splitlines()[0][:200] if error.message else ""
