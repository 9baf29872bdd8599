"""The tabs of one browser, each at home with one host: reused while that is wanted, and closed in time."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field

from scraper.render.driver import BrowserContext, BrowserError
from scraper.render.engine import Engine
from scraper.render.proxy import CheckingProxy
from scraper.render.settings import PoolSettings
from scraper.render.tab import Tab
from scraper.render.tally import Tally

_CLOSE_SECONDS = 3.0
_IDLE_SECONDS = 0.3


@dataclass(eq=False, slots=True)
class Home:
    """Cookies, storage and cache of one host, for the tabs that show its pages."""

    host: str
    context: BrowserContext
    tally: Tally | None
    pages: int = 0
    is_greeted: bool = False  # knows the proxy's password
    tabs: list[Tab] = field(default_factory=list)


class Tabs:
    """At most as many as the pool has; whoever takes one gives it back."""

    def __init__(self, engine: Engine, settings: PoolSettings, proxy: CheckingProxy | None) -> None:
        self.engine = engine
        self.is_worn = False  # no page is begun any more
        self.unused = asyncio.Event()
        self.unused.set()
        self._settings = settings
        self._proxy = proxy
        self._homes: list[Home] = []
        self._idle: dict[Tab, Home] = {}  # in the order of their last use
        self._in_use: dict[Tab, Home] = {}
        self._opening = 0
        self._door = asyncio.Lock()

    def lose(self, reason: str) -> None:
        """The browser is gone, and every page with it."""
        self.is_worn = True
        for tab in (*self._in_use, *self._idle):
            tab.lose(reason)

    async def take(self, host: str) -> Tab:
        """Raises BrowserError when the browser cannot open one."""
        self.unused.clear()
        self._opening += 1
        try:
            for lost in [tab for tab in self._idle if tab.is_lost]:
                if (home := self._idle.pop(lost, None)) is not None:
                    await self._close(lost, home)
            found = next(((t, h) for t, h in reversed(self._idle.items()) if h.host == host), None)
            if found is not None:
                tab, home = found
                del self._idle[tab]
            else:
                tab, home = await self._open(host)
            home.pages += 1
            self._in_use[tab] = home
            return tab
        finally:
            self._opening -= 1
            self._tell()

    async def give_back(self, tab: Tab) -> None:
        home = self._in_use[tab]
        try:
            if tab.is_lost or self.is_worn or not self._is_fresh(home):
                await self._close(tab, home)
            else:
                await tab.tidy()
        finally:
            del self._in_use[tab]
            if tab in home.tabs:
                self._idle[tab] = home
            self._tell()

    async def blank_idle(self) -> None:
        """Pages that nobody looks at any more stop what they still do."""
        for tab, home in list(self._idle.items()):
            if not tab.is_blank and time.monotonic() - tab.last_used > _IDLE_SECONDS and tab in self._idle:
                del self._idle[tab]
                self._in_use[tab] = home
                await tab.blank()
                await self.give_back(tab)

    async def _open(self, host: str) -> tuple[Tab, Home]:
        async with self._door:
            while len(self._idle) + len(self._in_use) >= self._settings.tabs and self._idle:
                oldest = next(iter(self._idle))
                await self._close(oldest, self._idle.pop(oldest))
            async with asyncio.timeout(self._settings.page_seconds):
                home = next((h for h in self._homes if h.host == host and self._is_fresh(h)), None)
                if home is None:
                    tally = self._proxy.open_tally("a host") if self._proxy else None
                    home = Home(host, await self.engine.new_context(), tally)
                    self._homes.append(home)
                try:
                    tab = await Tab.open(home.context, home.tally, self._settings)
                    if home.tally is not None and not home.is_greeted:
                        await tab.greet()
                        home.is_greeted = True
                except BaseException:
                    await self._leave(home)
                    raise
        home.tabs.append(tab)
        return tab, home

    def _is_fresh(self, home: Home) -> bool:
        return home.pages < self._settings.pages_per_home

    async def _close(self, tab: Tab, home: Home) -> None:
        await tab.close()
        home.tabs.remove(tab)
        await self._leave(home)

    async def _leave(self, home: Home) -> None:
        if home.tabs or home not in self._homes:
            return
        self._homes.remove(home)
        if self._proxy is not None and home.tally is not None:
            self._proxy.close_tally(home.tally)
        with suppress(BrowserError, TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await home.context.close()

    def _tell(self) -> None:
        if not self._in_use and not self._opening:
            self.unused.set()
