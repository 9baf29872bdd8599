"""What a reader of a page sees: its short texts in order, with the part of the page each stands in."""

import re
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from scraper.selection.candidates_zones import WEIGHT, Zone, zones_of
from scraper.selection.outline import LINES, SILENT, Element, Outline
from scraper.selection.structured.main_thing import About
from scraper.selection.value import Context

MOST_SPOTS = 10_000  # of one page
LONGEST_SPOT = 2_000  # characters of a text that may hold or be a value
_NUMERIC_LONGEST = 300  # of a text in which amounts are looked for
_MARKS = re.compile(r"(?<=\d)[.,'’\u00a0\u202f ](?=\d)")
_DIGITS = re.compile(r"\d+")
_SPLIT_LONGEST = 60  # of a text in pieces, as `12` and `.99`
_HEADINGS = frozenset(("h1", "h2"))
_LONGEST_HEADING = 600
_LEAST_HEADING = 0.5
_WORD = re.compile(r"\w+")
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
        shown = islice(filter(self._is_spot, outline.elements), MOST_SPOTS)
        self.spots = [Spot(one, one.text, self.weight(one)) for one in shown]

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

    def shows_amount(self, amount: str) -> bool:
        """Whether the digits of an amount stand somewhere, with whatever marks between them."""
        whole, _, cents = amount.partition(".")
        return (whole + cents.strip("0") if cents.strip("0") else whole) in self._digits

    @cached_property
    def _digits(self) -> str:
        """All digits of the page; marks and blanks within numbers left out."""
        shown = " ".join([spot.text for spot in self.spots if len(spot.text) <= _NUMERIC_LONGEST])
        return " ".join(_DIGITS.findall(_MARKS.sub("", shown)))

    def _main_heading(self) -> Element | None:
        """The heading that says what the title says before the site's name, or else the first h1."""
        title = set(_WORD.findall(without_site(self.about.title).lower()))
        best: tuple[float, Element] | None = None
        for element in self.outline.elements:
            if element.tag not in _HEADINGS or not 0 < self.sizes[element.number] < _LONGEST_HEADING:
                continue
            words = set(_WORD.findall(element.text.lower()))
            common = len(words & title) / len(words) if words else 0.0
            rank = common * min(1.0, len(words) / 3) + 0.5 * (element.tag == "h1")
            rank -= 0.4 * (self.weight(element) < 0.5)
            if best is None or rank > best[0] + 1e-9:
                best = (rank, element)
        return best[1] if best and best[0] >= _LEAST_HEADING else None

    def _is_spot(self, element: Element) -> bool:
        """Whether text stands right in it, or only in pieces of one line."""
        size = self.sizes[element.number]
        if not 0 < size <= LONGEST_SPOT:
            return False
        pieces = element.content
        if len(pieces) == 1:
            return type(pieces[0]) is str
        is_line = size <= _SPLIT_LONGEST
        shown = 0
        for one in pieces:
            if isinstance(one, str):
                if not one.isspace():
                    return True
            elif self.sizes[one.number]:
                shown += 1
                is_line = is_line and one.tag not in LINES
        return is_line and shown > 1


def _sizes(outline: Outline) -> list[int]:
    """Visible characters in each element, blanks at the ends of texts left out."""
    elements = outline.elements
    sizes = [0] * len(elements)
    is_silent = [False] * len(elements)
    for element in elements:
        number = element.number
        parent = element.parent
        if element.is_hidden or element.tag in SILENT or (parent is not None and is_silent[parent.number]):
            is_silent[number] = True
            continue
        for one in element.content:
            if type(one) is str and not one.isspace():
                sizes[number] += len(one.strip())
    for element in reversed(elements):
        if sizes[element.number] and element.parent is not None:
            sizes[element.parent.number] += sizes[element.number]
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
