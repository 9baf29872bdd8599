"""Scrolls and repeats for as long as a page brings something new, and never longer than it may."""

import asyncio
import time

from scraper.render.driver import BrowserError, Locator
from scraper.render.step import DONE, Came, Hand
from scraper.render.stillness import POLL_SECONDS, Measure, measure
from scraper.render.words import UNTIL_NO_MORE, Action

_TRIES = 2  # that bring nothing new, after which no more is expected
_CALM_SECONDS = 0.2

# Down in steps, for what is loaded when it comes into sight; first a little up, for a watcher that has
# seen the end of the page must see it anew.
_SCROLL = """async (element) => {
  const box = element || document.scrollingElement || document.documentElement;
  const step = Math.max(box.clientHeight, 200);
  const to = (top) => {
    box.scrollTo({ top: top, behavior: "instant" });
    return new Promise((done) => setTimeout(done, 15));
  };
  await to(Math.max(0, box.scrollTop - step / 2));
  for (let i = 0; i < 100 && box.scrollTop + box.clientHeight < box.scrollHeight - 1; i++) {
    await to(box.scrollTop + step);
  }
  await to(box.scrollHeight);
}"""


class _News:
    """Tells whether a page holds something that it never held before."""

    def __init__(self, hand: Hand, inside: Locator | None = None, *, by_height: bool) -> None:
        self._hand = hand
        self._inside = inside
        self._by_height = by_height
        self._known: set[tuple[float, float]] = set()

    def _told(self, now: Measure) -> tuple[float, float]:
        return now.elements, now.height if self._by_height else now.text

    async def remember(self) -> None:
        """What is there now is no news."""
        now = await measure(self._hand.page, self._inside)
        if now is not None:
            self._known.add(self._told(now))

    async def come(self) -> bool:
        """Waits for something new while the page may still bring it."""
        limits, traffic = self._hand.limits, self._hand.traffic
        began = time.monotonic()
        while time.monotonic() < began + limits.patience_seconds:
            if await self._is_new():
                # It may be a sign that something is loading: what counts is what is there then.
                await traffic.quiet(_CALM_SECONDS, limits.patience_seconds)
                return await self._is_new()
            if traffic.is_quiet(began, limits.settle_seconds):
                return False
            await asyncio.sleep(POLL_SECONDS)
        return False

    async def _is_new(self) -> bool:
        now = await measure(self._hand.page, self._inside)
        return now is not None and self._told(now) not in self._known


async def scroll(hand: Hand, action: Action, seconds: float) -> Came:
    """Scrolls down so many times, or until the page grows no more."""
    inside = hand.seen(action.selector) if action.selector else None
    if inside is not None:
        came = await hand.do(Action("wait_for", action.selector), min(seconds, hand.limits.step_seconds))
        if came.failure:
            return came
    news, fruitless, ends = _News(hand, inside, by_height=True), 0, action.text == UNTIL_NO_MORE
    for _ in range(action.limit):
        await news.remember()
        try:
            await (hand.page.evaluate(_SCROLL) if inside is None else inside.evaluate(_SCROLL))
        except BrowserError:
            return Came("the page cannot be scrolled")
        fruitless = 0 if await news.come() else fruitless + 1
        if ends and fruitless == _TRIES:
            return DONE
    return Came(is_cut=ends and not fruitless)


async def repeat(hand: Hand, action: Action) -> Came:
    """Does its steps until one has nothing left to work on, or they bring nothing new."""
    limits = hand.limits
    news, fruitless = _News(hand, by_height=False), 0
    for turn in range(action.limit):
        await news.remember()
        for step in action.steps:
            came = await _turn(hand, step, is_first=not turn)
            if not came.failure or step.is_optional:
                continue
            return DONE if turn and came.is_missing else came
        fruitless = 0 if await news.come() else fruitless + 1
        if fruitless == _TRIES:
            return DONE
    clicked = [step.selector for step in action.steps if step.kind == "click"]
    await hand.traffic.quiet(_CALM_SECONDS, limits.patience_seconds)
    return Came(is_cut=not fruitless and await _are_usable(hand, clicked))


async def _turn(hand: Hand, step: Action, *, is_first: bool) -> Came:
    if step.kind == "scroll":
        return await scroll(hand, step, hand.limits.step_seconds)
    # What was clicked once is there at once, or is gone.
    brief = step.kind == "click" and not is_first
    return await hand.do(
        step, step.seconds or (hand.limits.settle_seconds if brief else hand.limits.step_seconds)
    )


async def _are_usable(hand: Hand, selectors: list[str]) -> bool:
    """Whether all of these could be clicked once more."""
    try:
        return all(
            [
                await hand.seen(selector).count() and await hand.seen(selector).is_enabled(timeout=1000)
                for selector in selectors
            ]
        )
    except BrowserError:
        return False
