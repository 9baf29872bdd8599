"""Does one single step on a page, and says in plain words why it cannot be done."""

import asyncio
from dataclasses import dataclass
from typing import NamedTuple

from scraper.render.driver import BrowserError, BrowserTimeout, Locator, Page
from scraper.render.stillness import Traffic
from scraper.render.words import Action

MAY_STAND = ("http://", "https://")
_LOOK_SECONDS = 2.0  # that it takes at most to find out why a step failed
_CALM_SECONDS = 0.15  # without a request, after which what a step set off has begun and ended
_GRACE_SECONDS = 1.0  # for the browser to give up by itself before it is given up


@dataclass(frozen=True, slots=True)
class ActionLimits:
    """How long the steps of one page may take."""

    step_seconds: float = 10.0
    total_seconds: float = 120.0
    settle_seconds: float = 1.0  # that a page stays as it is until no more is expected of it
    patience_seconds: float = 8.0  # that an answer under way is waited for


class Came(NamedTuple):
    """What came of a step."""

    failure: str = ""  # why it could not be done; holds nothing that was filled in
    is_missing: bool = False  # since nothing is there to do it with
    is_cut: bool = False  # it ended at its bound, and there may be more


DONE = Came()
_CANNOT = {
    "click": "it cannot be clicked: something covers it, or it never stands still",
    "fill": "it is no field that can be filled in",
    "select": "it is no list with this option",
}


class Hand:
    """Does single steps on one page."""

    def __init__(self, page: Page, traffic: Traffic, limits: ActionLimits) -> None:
        self.page = page
        self.traffic = traffic
        self.limits = limits

    def seen(self, selector: str) -> Locator:
        """The first element that fits and that readers see."""
        return self.page.locator(f"css={selector}").filter(visible=True).first

    async def do(self, action: Action, seconds: float) -> Came:
        """One step that repeats nothing."""
        try:
            async with asyncio.timeout(seconds + _GRACE_SECONDS):
                await self._do(action, seconds * 1000)
        except (BrowserTimeout, TimeoutError):
            return await self._why(action, seconds)
        except BrowserError as error:
            return self._refused(action, error)
        return await self._followed(seconds)

    async def _do(self, action: Action, milliseconds: float) -> None:
        if action.kind == "press":
            await self.page.keyboard.press(action.text)
            return
        target = self.seen(action.selector)
        if action.kind == "wait_for":
            await target.wait_for(timeout=milliseconds)
        elif action.kind == "click":
            await target.click(timeout=milliseconds)
        elif action.kind == "fill":
            await target.fill(action.text, timeout=milliseconds)
        elif action.kind == "select":
            await target.select_option(action.text, timeout=milliseconds)
        else:
            raise NotImplementedError(action.kind)

    async def _followed(self, seconds: float) -> Came:
        """Waits for the page that a step led to, and sees that it is one of the web."""
        await self.traffic.quiet(_CALM_SECONDS, min(seconds, self.limits.patience_seconds))
        try:
            await self.page.wait_for_load_state("domcontentloaded", timeout=seconds * 1000)
        except BrowserTimeout:
            return Came(f"the page it led to was not there within {seconds:g} s")
        except BrowserError:
            return Came("the page is gone")
        if not self.page.url.startswith(MAY_STAND):
            return Came(f"it led to an address that is none of the web ({self.page.url.partition(':')[0]}:)")
        return DONE

    def _refused(self, action: Action, error: BrowserError) -> Came:
        if self.page.is_closed() or "crash" in error.message:
            return Came("the page is gone")
        if "selector" in error.message:
            return Came("the browser does not know this kind of selector")
        return Came(_CANNOT.get(action.kind, "the browser refused"))

    async def _why(self, action: Action, seconds: float) -> Came:
        """Why a step took too long, as far as the page tells."""
        late = f"within {seconds:g} s"
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                return await self._looked(action, late)
        except (BrowserError, TimeoutError):
            return Came(f"the page did not react {late}")

    async def _looked(self, action: Action, late: str) -> Came:
        if not action.selector:
            return Came(f"the page did not react {late}")
        if not await self.page.locator(f"css={action.selector}").count():
            return Came(f"nothing on the page fits it {late}", is_missing=True)
        target = self.seen(action.selector)
        if not await target.count():
            return Came(f"it stays hidden {late}", is_missing=True)
        if action.kind != "wait_for" and not await target.is_enabled(timeout=_LOOK_SECONDS * 1000):
            return Came(f"it stays disabled {late}", is_missing=True)
        return Came(_CANNOT.get(action.kind, f"the page did not react {late}"))
