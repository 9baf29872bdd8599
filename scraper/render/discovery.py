"""Finds a Chromium on this machine: the one that is asked for, or the first that is there, lightest first."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

# The shell without windows takes half the memory and a third of the time of the others.
NAMES: Final = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
_MAC: Final = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_PLAYWRIGHTS: Final = (
    ("chromium_headless_shell-", ("chrome-headless-shell", "headless_shell")),
    ("chromium-", ("chrome", "Chromium", "Google Chrome for Testing")),
)
INSTALL: Final = "apt-get install chromium-headless-shell"
INSTALL_DRIVER: Final = 'pip install "tandem-scraper[browser]"'


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that can be started."""

    executable: str


@dataclass(frozen=True, slots=True)
class NoBrowser:
    """There is none, not the one that was asked for, or nothing that drives it."""

    asked_for: str = ""
    undriven: str = ""  # one that could be started

    def __str__(self) -> str:
        if self.undriven:
            return f"{self.undriven}, but Playwright, which drives it, is not installed"
        return f"{self.asked_for} is no program that can be started" if self.asked_for else "none found"

    @property
    def remedy(self) -> str:
        """What gets one."""
        if self.undriven:
            return INSTALL_DRIVER
        return "name a Chromium in browser.executable or TANDEM_BROWSER" if self.asked_for else INSTALL


def find_browser(asked_for: str = "", playwright_folder: str = "") -> Browser | NoBrowser:
    """The browser that job or environment ask for, by name or path; asked for none, the first there is.

    `playwright_folder` is where Playwright was told to install its browsers, if it was told.
    """
    found = _chosen(asked_for, playwright_folder)
    if isinstance(found, Browser) and find_spec("playwright") is None:
        return NoBrowser(undriven=found.executable)
    return found


def _chosen(asked_for: str, playwright_folder: str) -> Browser | NoBrowser:
    if asked_for:
        path = shutil.which(Path(asked_for).expanduser())
        return Browser(os.fspath(path)) if path else NoBrowser(asked_for)
    found = next(filter(None, map(shutil.which, (*NAMES, *_MAC))), None)
    if found is None:
        folder = Path(playwright_folder) if playwright_folder else _usual_folder()
        found = next(_of_playwright(folder), None)
    return Browser(found) if found else NoBrowser()


def _usual_folder() -> Path:
    return Path("~/Library/Caches" if sys.platform == "darwin" else "~/.cache").expanduser() / "ms-playwright"


def _of_playwright(folder: Path) -> Iterator[str]:
    """Browsers that Playwright installed, the shell before the whole, the newest first."""
    for prefix, programs in _PLAYWRIGHTS:
        for place in sorted(folder.glob(f"{prefix}*"), key=_revision, reverse=True):
            for program in programs:
                for path in sorted(place.rglob(program)):
                    if path.is_file() and os.access(path, os.X_OK):
                        yield os.fspath(path)


def _revision(place: Path) -> int:
    number = place.name.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0
