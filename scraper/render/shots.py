"""Takes pictures of a page, bounded in height and bytes."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from scraper.render.driver import BrowserError, Page
from scraper.render.words import Action, Picture, Shot

_HEIGHT = """() => {
  const root = document.documentElement, body = document.body;
  return Math.max(+root.scrollHeight, body ? +body.scrollHeight : 0);
}"""


class ShotLimits(NamedTuple):
    """How large pictures may be, and how long taking one may last."""

    height: int = 16_384  # pixels; beyond it Chromium paints nothing of its own
    bytes: int = 16 << 20
    seconds: float = 15.0


class Shots(NamedTuple):
    """The pictures that were taken, and why not all of them."""

    pictures: tuple[Picture, ...] = ()
    detail: str = ""


LIMITS = ShotLimits()


async def take(
    page: Page, shots: Collection[Shot], actions: Sequence[Action] = (), limits: ShotLimits = LIMITS
) -> Shots:
    """One picture of each kind asked for; fields that hold a secret are covered."""
    hidden = [page.locator(f"css={selector}") for selector in secret_fields(actions)]
    pictures, missing = [], []
    for shot in (shot for shot in Shot if shot in shots):
        try:
            height = await _height(page, shot, limits)
            body = await page.screenshot(
                type="png",
                animations="disabled",
                full_page=shot is Shot.FULL_PAGE,
                clip={"x": 0, "y": 0, "width": _width(page), "height": height} if height else None,
                mask=hidden,
                mask_color="#808080",
                timeout=limits.seconds * 1000,
            )
        except BrowserError:
            missing.append(f"no picture of {shot.replace('_', ' ')} could be taken")
            continue
        if len(body) > limits.bytes:
            missing.append(f"the picture of {shot.replace('_', ' ')} has {len(body):,} bytes and is not kept")
            continue
        pictures.append(Picture(shot, body))
    return Shots(tuple(pictures), "; ".join(missing))


def secret_fields(actions: Sequence[Action]) -> list[str]:
    """Selectors of the fields that a secret is filled into."""
    inner = (step for action in actions for step in (action, *action.steps))
    return [step.selector for step in inner if step.is_secret and step.kind == "fill"]


def _width(page: Page) -> int:
    return page.viewport_size["width"] if page.viewport_size else 1280


async def _height(page: Page, shot: Shot, limits: ShotLimits) -> int:
    """How much of the page is taken, in pixels; 0: what is in sight."""
    if shot is Shot.VIEWPORT:
        return 0
    told = await page.evaluate(_HEIGHT)
    seen = page.viewport_size["height"] if page.viewport_size else 720
    tall = int(told) if isinstance(told, int | float) and 0 < told < 1e9 else seen
    return min(max(tall, seen), limits.height)
