"""Does what a job declares on a page, step by step, each bounded in time and number."""

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

from scraper.render.driver import Page
from scraper.render.more import repeat, scroll
from scraper.render.step import ActionLimits, Came, Hand
from scraper.render.stillness import Traffic
from scraper.render.words import Action

LIMITS = ActionLimits()
_MOST_CHARACTERS = 80  # of a selector, in what is told
_REPEATING = frozenset({"scroll", "repeat"})


class ActionResult(NamedTuple):
    """What came of the steps; the page stands as they left it, whatever came."""

    remark: str = ""  # action_failed, scroll_cut, or nothing to say
    detail: str = ""  # which step, and why, in one line without secrets
    done: int = 0  # steps


async def act(page: Page, actions: Sequence[Action], limits: ActionLimits = LIMITS) -> ActionResult:
    """Does the steps in their order; the first that fails and has to be done ends them.

    Nothing is raised for what the page does, also when it is gone; what follows is the caller's to find out.
    """
    deadline = time.monotonic() + limits.total_seconds
    cut = ""
    async with Traffic(page) as traffic:
        hand = Hand(page, traffic, limits)
        for number, action in enumerate(actions, 1):
            came = await _bounded(hand, action, deadline)
            named = f"step {number} ({described(action)})"
            if came.failure and not action.is_optional:
                return ActionResult("action_failed", f"{named}: {came.failure}", number - 1)
            if came.is_cut:
                cut = f"{named}: ended at its bound, there may be more"
        if actions:
            await traffic.quiet(
                limits.settle_seconds / 2, max(min(limits.settle_seconds * 2, _left(deadline)), 0)
            )
    return ActionResult("scroll_cut" if cut else "", cut, len(actions))


def described(action: Action) -> str:
    """The step as people know it, without what is filled in."""
    if action.kind == "repeat":
        return f"repeat {described(action.steps[0])}" if action.steps else "repeat"
    told = action.text if action.kind == "press" else action.selector
    shown = told if len(told) <= _MOST_CHARACTERS else told[: _MOST_CHARACTERS - 1] + "…"
    return f"{action.kind} {shown}".rstrip()


def _left(deadline: float) -> float:
    return deadline - time.monotonic()


async def _bounded(hand: Hand, action: Action, deadline: float) -> Came:
    left = _left(deadline)
    if left <= 0:
        return Came(f"no time is left of {hand.limits.total_seconds:g} s for all steps")
    if action.kind not in _REPEATING:
        return await hand.do(action, min(action.seconds or hand.limits.step_seconds, left))
    seconds = min(action.seconds or left, left)
    try:
        async with asyncio.timeout(seconds):
            return await (scroll(hand, action, seconds) if action.kind == "scroll" else repeat(hand, action))
    except TimeoutError:
        return Came(is_cut=True)
