"""One browser with its driver: started, watched from outside, and ended so that nothing of it is left."""

import asyncio
import os
import shutil
import time
from contextlib import suppress
from operator import attrgetter
from pathlib import Path
from typing import Self

from scraper.render import processes, remains
from scraper.render.driver import (
    Browser,
    BrowserContext,
    BrowserError,
    Playwright,
    async_playwright,
)
from scraper.render.flags import FLAGS, LOOPBACK_TOO
from scraper.render.processes import Process
from scraper.render.settings import PoolSettings

WIDTH, HEIGHT = 1280, 900
HEAP_BYTES = 384 << 20  # of the objects of one page: beyond it its scripts are ended by the browser itself
_FLAGS = (
    # Where a page draws in three dimensions there is nothing to read, and drivers are what crashes.
    "--disable-3d-apis",
    "--block-new-web-contents",
    "--disable-gpu",
    "--disable-logging",
    "--mute-audio",
    f"--js-flags=--max-old-space-size={HEAP_BYTES >> 20}",
)
# Without a thread that draws a page takes a fifth less of the processor, and no picture of it can be taken.
_UNDRAWN = ("--disable-threaded-compositing",)
# Chromium's own guards against pages in bad faith, which Playwright switches off for its tests.
_KEPT_GUARDS = ("--disable-popup-blocking", "--disable-ipc-flooding-protection")
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "FONTCONFIG_FILE")


class NotStarted(Exception):
    """There is no browser: `reason` names why, the text says it to people."""

    def __init__(self, reason: str, line: str) -> None:
        super().__init__(line)
        self.reason = reason
        self.is_final = reason != "browser_failed"  # trying again would not change it


class Engine:
    """Made by `start`; nothing of it is left once `close` has returned."""

    def __init__(self, settings: PoolSettings, proxy: str) -> None:
        self._settings = settings
        self._proxy = proxy
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._roots: list[Process] = []
        self._folders = [remains.new_folder()]
        self._note: Path | None = None
        self._started = time.monotonic()

    @classmethod
    async def start(cls, settings: PoolSettings, proxy: str) -> Self:
        """All it asks for goes by the proxy (empty: there is none); raises NotStarted."""
        if shutil.which(settings.executable) is None:
            raise NotStarted("no_browser", f"there is no browser at {settings.executable}")
        engine = cls(settings, proxy)
        try:
            async with asyncio.timeout(settings.start_seconds):
                await engine._start()
        except BrowserError as error:
            await engine.close()
            raise _why(error) from error
        except TimeoutError as error:
            await engine.close()
            line = f"the browser was not ready after {settings.start_seconds:.0f} s: {settings.executable}"
            raise NotStarted("browser_failed", line) from error
        except OSError as error:
            await engine.close()
            raise NotStarted("browser_failed", f"the browser cannot be started: {error}") from error
        except BaseException:
            await engine.close()
            raise
        return engine

    async def new_context(self) -> BrowserContext:
        """Cookies, storage and cache of their own; raises BrowserError."""
        if self._browser is None:
            raise BrowserError("the browser is closed")
        context = await self._browser.new_context(
            accept_downloads=False,
            locale=self._settings.locale,
            # Tabs give the password when asked: for one it knows, Playwright holds back every request.
            proxy={"server": self._proxy, "bypass": LOOPBACK_TOO} if self._proxy else None,
            service_workers="block",
            user_agent=self._settings.user_agent or None,
            viewport={"width": WIDTH, "height": HEIGHT},
        )
        context.set_default_timeout(self._settings.page_seconds * 1000)
        await context.grant_permissions([])  # which refuses all of them without asking
        return context

    def processes(self) -> list[Process]:
        """All that live now, the driver among them."""
        return remains.belonging(self._roots)

    def is_alive(self) -> bool:
        is_connected = self._browser is not None and self._browser.is_connected()
        return is_connected and all(map(processes.is_alive, self._roots))

    def age(self) -> float:
        """In seconds."""
        return time.monotonic() - self._started

    async def close(self) -> None:
        """Asks kindly and for a short time, then ends what is left, also when it is cancelled."""
        closing = asyncio.ensure_future(self._close())
        try:
            await asyncio.shield(closing)
        finally:
            await asyncio.wait({closing})

    async def _start(self) -> None:
        before = processes.children(os.getpid())
        manager = async_playwright()
        self._playwright = await manager.start()
        _quieten(manager)
        mine = [one for one in processes.children(os.getpid()) if one not in before]
        self._roots = [one for one in mine if "run-driver" in processes.command_line(one)]
        self._write_note()
        self._browser = await self._playwright.chromium.launch(
            executable_path=self._settings.executable,
            args=self._flags(),
            artifacts_dir=self._folders[0],
            chromium_sandbox=self._settings.is_sandboxed,
            env=self._environment(),
            handle_sighup=False,
            handle_sigint=False,
            handle_sigterm=False,
            ignore_default_args=list(_KEPT_GUARDS),
            proxy={"server": self._proxy, "bypass": LOOPBACK_TOO} if self._proxy else None,
            timeout=self._settings.start_seconds * 1000,
        )
        self._take_browser()

    def _take_browser(self) -> None:
        for driver in self._roots[:1]:
            for browser in processes.children(driver.pid):
                words = processes.command_line(browser).split(" ")
                profile = next((word for word in words if word.startswith("--user-data-dir=")), "")
                if profile:
                    self._roots.append(browser)
                    self._folders.append(profile.partition("=")[2])
        self._write_note()

    def _write_note(self) -> None:
        if self._roots:
            note = remains.Note(remains.ourselves(), tuple(self._roots), tuple(self._folders))
            self._note = remains.write(self._settings.folder, note)

    def _flags(self) -> list[str]:
        drawing = () if self._settings.takes_pictures else _UNDRAWN
        return [*_FLAGS, *drawing, *(FLAGS if self._proxy else ())]

    def _environment(self) -> dict[str, str | float | bool]:
        """Pages in bad faith may come to read it: nothing that the run knows stands in it."""
        own: dict[str, str | float | bool] = {n: os.environ[n] for n in _ENVIRONMENT if n in os.environ}
        return own | {"HOME": self._folders[0]}

    async def _close(self) -> None:
        with suppress(BrowserError, TimeoutError, OSError):
            async with asyncio.timeout(self._settings.stop_seconds):
                if self._browser is not None and self._browser.is_connected():
                    await self._browser.close()
                if self._playwright is not None:
                    await self._playwright.stop()
        await self._end_the_rest()
        await asyncio.to_thread(remains.remove, self._folders)
        if self._note is not None:
            self._note.unlink(missing_ok=True)

    async def _end_the_rest(self) -> None:
        """Again and again: what is about to start something else does so until it is ended."""
        for _ in range(50):
            if not self._roots or not remains.end(self._roots):
                return
            await asyncio.sleep(0.05)


def _quieten(manager: object) -> None:
    """The end of a driver is seen by its process; what else tells of it would be printed by asyncio."""
    with suppress(AttributeError):
        failed = attrgetter("_client._transport.on_error_future")(manager)
        failed.add_done_callback(lambda future: future.cancelled() or future.exception())


def _why(error: BrowserError) -> NotStarted:
    text = error.message.lower()
    if "no usable sandbox" in text or "without --no-sandbox" in text or "zygote_host" in text:
        line = (
            f"Chromium's sandbox does not work here for uid {os.geteuid()}: start as an ordinary user, "
            "or write `sandbox: off` where every page is trusted"
        )
        return NotStarted("no_sandbox", line)
    return NotStarted("browser_failed", f"the browser cannot be started: {error.message.splitlines()[0]}")
