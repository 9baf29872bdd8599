"""Shows pages of scripts in one way, and says in JSON how it went: … WAY URL PAGES EXECUTABLE."""

import asyncio
import ctypes
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import async_playwright

from benchmarks.measure import PR_SET_CHILD_SUBREAPER, descendants, pss_kb
from scraper.render.pool import BrowserPool
from scraper.render.proxy import CheckingProxy
from scraper.render.settings import PoolSettings
from scraper.render.words import RenderRequest

TABS = 4
WARM_PAGES = 40  # before memory and time count: every tab is there, and has shown some
WAYS = ("tandem", "reused", "new")

Show = Callable[[str], Awaitable[str]]


class Course:
    """The pages of one run: handed out, checked, counted."""

    def __init__(self, url: str, pages: int) -> None:
        self.shown = 0
        self.wrong = 0
        self.first_mb = 0.0
        self.highest_mb = 0.0
        self._url = url
        self._left = pages + WARM_PAGES
        self._started = 0.0

    async def walk(self, show: Show) -> None:
        """One of some who take turns."""
        while self._left:
            self._left -= 1
            number = self._left
            html = await show(f"{self._url}page/{number}")
            self.wrong += f"<h1>Page {number}</h1>" not in html
            self.shown += 1
            if self.shown == WARM_PAGES:
                self.first_mb = memory_mb()
                self._started = time.monotonic()
            elif self.shown % 250 == 0:
                self.highest_mb = max(self.highest_mb, memory_mb())

    def told(self) -> dict[str, float]:
        """After the last page, with the browser still there."""
        last = memory_mb()
        return {
            "pages": self.shown,
            "wrong": self.wrong,
            "pages_per_second": (self.shown - WARM_PAGES) / (time.monotonic() - self._started),
            "first_mb": self.first_mb,
            "last_mb": last,
            "highest_mb": max(self.highest_mb, self.first_mb, last),
        }


def memory_mb() -> float:
    """Proportional shares of all processes, this one among them."""
    return sum(map(pss_kb, [os.getpid(), *descendants(os.getpid())])) / 1024


async def tandem(course: Course, executable: str) -> dict[str, float]:
    """Tandem's pool behind its proxy, which is handed nothing: it fetches each page itself."""
    with tempfile.TemporaryDirectory() as folder:
        settings = PoolSettings(executable, Path(folder), tabs=TABS, takes_pictures=False)
        async with CheckingProxy(lambda *_: None) as proxy, BrowserPool(settings, proxy) as pool:

            async def show(url: str) -> str:
                return (await pool.render(RenderRequest(url, "127.0.0.1"))).html

            # A crawl has more pages in hand than there are tabs.
            await asyncio.gather(*(course.walk(show) for _ in range(2 * TABS)))
            return course.told()


async def bare(course: Course, executable: str, *, is_reused: bool) -> dict[str, float]:
    """Playwright's own commands in one context, a page for each tab or for each address."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, chromium_sandbox=True)
        context = await browser.new_context()

        async def tab() -> None:
            page = await context.new_page()

            async def show(url: str) -> str:
                nonlocal page
                if not is_reused:
                    await page.close()
                    page = await context.new_page()
                await page.goto(url)
                return await page.content()

            await course.walk(show)

        await asyncio.gather(*(tab() for _ in range(TABS)))
        told = course.told()
        await browser.close()
        return told


def processor_seconds() -> float:
    """Of this process and all that came of it, once they have ended: orphans are taken in."""
    try:
        while True:
            os.wait()
    except ChildProcessError:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Runs one way."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    way, url, pages, executable = sys.argv[1:]
    course = Course(url, int(pages))
    if way == "tandem":
        told = asyncio.run(tandem(course, executable))
    else:
        told = asyncio.run(bare(course, executable, is_reused=way == "reused"))
    print(json.dumps(told | {"cpu_seconds": processor_seconds()}))


if __name__ == "__main__":
    main()
