"""What a reader of a page sees: its short texts in order, with the part of the page each stands in."""

import re
from functools import cached_property
from typing import NamedTuple

from scraper.selection.candidates_zones import WEIGHT, Zone, zones_of
from scraper.selection.outline import LINES, SILENT, Element, Outline
from scraper.selection.structured.main_thing import About
from scraper.selection.value import Context

LONGEST_SPOT = 2_000  # characters of a text that may hold or be a value
_SPLIT_LONGEST = 60  # of a text in pieces, as `12` and `.99`
_STRUCK = frozenset(("del", "s", "strike"))
_OLD = re.compile(
    r"(?:^|[\s_-])(?:old|was|strike\w*|striked|strikethrough|crossed|line-?through|rrp|msrp|uvp|before|regular|"
    r"original|retail|list-?price|barre|tachado|statt|previous|stara|compare|(?:\w*price)?old|old(?:price\w*)|"
    r"was(?:price\w*)|(?:\w*price)was)(?:$|[\s_-])"
)
_SITE = re.compile(r"\s+[|·•–—»:-]\s+")


class Spot(NamedTuple):
    """A text that a reader sees."""

    element: Element
    text: str
    weight: float  # of the part of the page it stands in


class Surface:
    """The visible texts of one page, worked out once for all fields."""

    def __init__(self, outline: Outline, about: About, context: Context) -> None:
        self.outline = outline
        self.about = about
        self.context = context
        self.sizes = _sizes(outline)
        self.zones = zones_of(outline, self.sizes)
        self.heading = self._main_heading()
        self.spots = [Spot(one, one.text, self.weight(one)) for one in outline.elements if self._is_spot(one)]

    def weight(self, element: Element) -> float:
        """How much a text there counts."""
        return WEIGHT[self.zones[element.number]]

    def is_visible(self, element: Element) -> bool:
        return not element.is_hidden and (
            self.sizes[element.number] > 0 or element.tag in {"img", "input", "a", "button", "time"}
        )

    def nearness(self, element: Element) -> float:
        """1 just after the main heading, less farther away and before it, in between where there is none."""
        if self.heading is None:
            return 0.6
        steps = element.number - self.heading.number
        if steps >= 0:
            return 1 / (1 + steps / 250)
        return 1 / (1 - steps / 80) * 0.8

    @cached_property
    def is_dense(self) -> bool:
        """Whether the page shows much beside its matter."""
        return len(self.spots) > 400

    def _main_heading(self) -> Element | None:
        """The first visible h1 that says what the title says, or else the first."""
        title = set(re.findall(r"\w+", self.about.title.lower()))
        best: tuple[float, Element] | None = None
        for element in self.outline.elements:
            if (
                element.tag not in {"h1", "h2"}
                or element.is_hidden
                or not 0 < self.sizes[element.number] < 600
            ):
                continue
            words = set(re.findall(r"\w+", element.text.lower()))
            common = len(words & title) / len(words) if words else 0.0
            rank = (
                common * min(1.0, len(words) / 3)
                + (0.5 if element.tag == "h1" else 0.0)
                - 0.4 * (self.weight(element) < 0.5)
            )
            if best is None or rank > best[0] + 1e-9:
                best = (rank, element)
        return best[1] if best and best[0] >= 0.5 else None

    def _is_spot(self, element: Element) -> bool:
        size = self.sizes[element.number]
        if not 0 < size <= LONGEST_SPOT or element.is_hidden or element.tag in SILENT:
            return False
        pieces = element.content
        for one in pieces:
            if isinstance(one, str):
                if not one.isspace():
                    return True
            elif size > _SPLIT_LONGEST or one.tag in LINES:
                return any(isinstance(other, str) and not other.isspace() for other in pieces)
        return len([one for one in pieces if isinstance(one, Element) and self.sizes[one.number]]) > 1


def _sizes(outline: Outline) -> list[int]:
    """Visible characters in each element, blanks at the ends of texts left out."""
    sizes = [0] * len(outline.elements)
    is_silent = [False] * len(outline.elements)
    for element in outline.elements:
        above = element.parent is not None and is_silent[element.parent.number]
        is_silent[element.number] = above or element.is_hidden or element.tag in SILENT
    for element in reversed(outline.elements):
        number = element.number
        if is_silent[number]:
            sizes[number] = 0
            continue
        for one in element.content:
            if isinstance(one, str):
                sizes[number] += len(one.strip()) if len(one) < 500 else len(one)
        if element.parent is not None:
            sizes[element.parent.number] += sizes[number]
    return sizes


def is_struck(element: Element) -> bool:
    """Whether the text is crossed out, or named as what was before."""
    near: Element | None = element
    for _ in range(3):
        if near is None:
            return False
        if near.tag in _STRUCK or "line-through" in (near.attributes.get("style") or ""):
            return True
        if _OLD.search(f"{near.attributes.get('class') or ''} {near.attributes.get('id') or ''}".lower()):
            return True
        near = near.parent
    return False


def without_site(title: str) -> str:
    """A title without the name of the site at its end."""
    cuts = list(_SITE.finditer(title))
    return title[: cuts[-1].start()] if cuts and len(title[cuts[-1].end() :].split()) <= 4 else title


__all__ = ["About", "Spot", "Surface", "Zone", "is_struck", "without_site"]
