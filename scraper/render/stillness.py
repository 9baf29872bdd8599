"""Whether a page still brings something new: what it holds now, and what it still waits for."""

import asyncio
import time
from types import TracebackType
from typing import NamedTuple, Self

from scraper.render.driver import BrowserError, Locator, Page, Request

POLL_SECONDS = 0.1
_ASKING = frozenset({"document", "xhr", "fetch", "script"})  # what brings a page its contents

# Numbers alone come back, whatever a page has made of its functions. Digits are left out of the text,
# for clocks and counters would never let a page look still.
_MEASURE = """(element) => {
  const root = element || document.scrollingElement || document.documentElement;
  const text = String((element || document.body || root).textContent).slice(-500000);
  let hash = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) hash = (hash * 31 + code) | 0;
  }
  return [+(element || document).getElementsByTagName("*").length, +root.scrollHeight, hash];
}"""


class Measure(NamedTuple):
    """How much a page holds, by its own account: it decides when to go on, and nothing else."""

    elements: float
    height: float
    text: float


async def measure(page: Page, inside: Locator | None = None) -> Measure | None:
    """What the page, or one element of it, holds now; None while it cannot be asked."""
    try:
        told = await (page.evaluate(_MEASURE) if inside is None else inside.evaluate(_MEASURE, timeout=1000))
    except BrowserError:  # it goes from one document to the next
        return None
    numbers = [float(number) for number in told if isinstance(number, int | float)]
    return Measure(*numbers) if len(numbers) == len(Measure._fields) else None


class Traffic:
    """What a page has asked for and not got yet, from entering to leaving."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: set[Request] = set()
        self._last = time.monotonic()

    async def __aenter__(self) -> Self:
        self._page.on("request", self._asked)
        self._page.on("requestfinished", self._ended)
        self._page.on("requestfailed", self._ended)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._page.remove_listener("request", self._asked)
        self._page.remove_listener("requestfinished", self._ended)
        self._page.remove_listener("requestfailed", self._ended)

    def _asked(self, request: Request) -> None:
        if request.resource_type in _ASKING:
            self._open.add(request)
            self._last = time.monotonic()

    def _ended(self, request: Request) -> None:
        if request in self._open:
            self._open.discard(request)
            self._last = time.monotonic()

    def is_quiet(self, since: float, seconds: float) -> bool:
        """Whether nothing is under way, and nothing was for so long."""
        return not self._open and time.monotonic() >= max(self._last, since) + seconds

    async def quiet(self, seconds: float, at_most: float) -> None:
        """Waits until nothing was under way for so long, or `at_most` is over."""
        began = time.monotonic()
        while time.monotonic() < began + at_most:
            if self.is_quiet(began, seconds):
                return
            await asyncio.sleep(min(POLL_SECONDS, seconds))
