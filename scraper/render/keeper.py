"""Keeps one browser running: starts it, renews it when it has grown, gives up when it keeps ending."""

import asyncio
import time
from collections import deque
from dataclasses import replace

from scraper.render import processes
from scraper.render.driver import BrowserError
from scraper.render.engine import HEAP_BYTES, Engine, NotStarted
from scraper.render.proxy import CheckingProxy
from scraper.render.settings import PoolSettings
from scraper.render.tabs import Tabs
from scraper.render.words import Rendered, RenderRequest

_WATCH_SECONDS = 0.5
_IDLE_SECONDS = 1.0
_MOST_ENDS = 3  # of the browser, not by us, within…
_ENDS_SECONDS = 60.0
_PAUSE_SECONDS = 300.0  # after which one more is tried
_CRASH_IS_TOLD_SECONDS = 3.0
_HARMLESS_BYTES = 128 << 20  # of a page: ending it would not help
_FAR_ABOVE = 2  # times the memory that all of it may take: the largest page is ended at once


class Keeper:
    """Loading it loads Playwright; `close` ends what runs."""

    def __init__(self, settings: PoolSettings, proxy: CheckingProxy | None) -> None:
        self.starts = 0
        self.ends = 0  # of browsers, by themselves
        self.renewals = 0
        self.memory_bytes = 0
        self.trouble = ""  # why there is no browser now
        self._settings = settings
        self._proxy = proxy
        self._tabs: Tabs | None = None
        self._door = asyncio.Lock()
        self._ends: deque[float] = deque(maxlen=_MOST_ENDS)
        self._refusal: NotStarted | None = None  # for good
        self._page_was_large = -_CRASH_IS_TOLD_SECONDS  # when that was seen last
        self._watcher: asyncio.Task[None] | None = None

    async def open(self) -> str:
        """Empty, or the reason why there is no browser."""
        try:
            await self._running()
        except NotStarted as refusal:
            return refusal.reason
        return ""

    async def show(self, request: RenderRequest) -> Rendered:
        """Tried twice when browser or tab were gone before: that may have been another page's doing."""
        rendered = Rendered("render_crashed", url=request.url)
        for _ in range(2):
            try:
                tabs = await self._running()
            except NotStarted as refusal:
                return Rendered(refusal.reason, url=request.url, detail=str(refusal))
            rendered, was_gone = await _shown(tabs, request)
            if was_gone:
                continue
            if rendered.reason != "render_crashed":
                return rendered
            if tabs.engine.is_alive() and not tabs.is_worn:
                is_memory = time.monotonic() - self._page_was_large < _CRASH_IS_TOLD_SECONDS
                return replace(rendered, reason="render_memory") if is_memory else rendered
        return rendered

    async def close(self) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.wait({self._watcher})
        tabs, self._tabs = self._tabs, None
        if tabs is not None:
            tabs.lose("render_crashed")
            await tabs.engine.close()

    async def _running(self) -> Tabs:
        """Raises NotStarted."""
        async with self._door:
            tabs = self._tabs
            if tabs is not None and not tabs.engine.is_alive():
                tabs.lose("render_crashed")
                self._ends.append(time.monotonic())
                self.ends += 1
            if tabs is not None and tabs.is_worn:
                await tabs.unused.wait()
                await tabs.engine.close()
                tabs = self._tabs = None
            return tabs or await self._start()

    async def _start(self) -> Tabs:
        try:
            self._check_ends()
            engine = await Engine.start(self._settings, self._proxy.address if self._proxy else "")
        except NotStarted as refusal:
            self.trouble = str(refusal)
            if refusal.is_final:
                self._refusal = refusal
            raise
        self.trouble = ""
        self.starts += 1
        self._tabs = Tabs(engine, self._settings, self._proxy)
        if self._watcher is None:
            self._watcher = asyncio.create_task(self._watch(), name="browser-watch")
        return self._tabs

    def _check_ends(self) -> None:
        if self._refusal is not None:
            raise self._refusal
        ends = self._ends
        is_often = len(ends) == _MOST_ENDS and ends[-1] - ends[0] < _ENDS_SECONDS
        if is_often and time.monotonic() - ends[-1] < _PAUSE_SECONDS:
            line = (
                f"the browser ended {_MOST_ENDS} times within a minute: "
                f"pages are taken without it for {_PAUSE_SECONDS / 60:.0f} minutes"
            )
            raise NotStarted("browser_failed", line)

    async def _watch(self) -> None:
        while True:
            # Where no page is shown nothing grows, and looking costs some milliseconds.
            is_idle = self._tabs is None or self._tabs.unused.is_set()
            await asyncio.sleep(_IDLE_SECONDS if is_idle else _WATCH_SECONDS)
            tabs = self._tabs
            if tabs is not None and not tabs.is_worn:
                if tabs.engine.is_alive():
                    self._look_at_memory(tabs)
                    await tabs.blank_idle()
                else:
                    tabs.lose("render_crashed")

    def _look_at_memory(self, tabs: Tabs) -> None:
        settings = self._settings
        living = tabs.engine.processes()
        self.memory_bytes = processes.memory_of_all(living)
        pages = [one for one in living if "--type=renderer" in processes.command_line(one)]
        held, largest = max(((processes.memory(one).own, one) for one in pages), default=(0, None))
        is_far_above = self.memory_bytes > _FAR_ABOVE * settings.memory_bytes and held > _HARMLESS_BYTES
        if held > min(HEAP_BYTES / 2, settings.page_memory_bytes) or is_far_above:
            self._page_was_large = time.monotonic()
        if largest and (held > settings.page_memory_bytes or is_far_above):
            processes.kill(largest)
        elif self.memory_bytes > settings.memory_bytes and tabs.engine.age() > settings.renew_seconds:
            tabs.is_worn = True
            self.renewals += 1


async def _shown(tabs: Tabs, request: RenderRequest) -> tuple[Rendered, bool]:
    """With whether the tab was gone before the page began."""
    try:
        tab = await tabs.take(request.host)
    except (BrowserError, TimeoutError):
        tabs.lose("render_crashed")
        return Rendered("render_crashed", url=request.url), True
    try:
        rendered = await tab.show(request)
        return rendered, tab.was_gone
    finally:
        await tabs.give_back(tab)
