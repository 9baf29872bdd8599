"""Finds what stands at the head or the foot of many pages: titles that run along, page numbers."""

import re
from collections import Counter
from collections.abc import Sequence

from scraper.documents.pdf_library import Line

FEWEST_PAGES = 3  # what runs along stands on so many
LONGEST = 150  # characters
DEEP = 2  # lines at either end that are looked at
_DIGITS = re.compile(r"\d+")

Page = Sequence[Line]


def without_margins(pages: Sequence[Page]) -> list[list[Line]]:
    """The lines of every page that say something of their own."""
    if len(pages) < FEWEST_PAGES:
        return [list(page) for page in pages]
    ends = [_ends(page) for page in pages]
    seen = Counter(name for each in ends for name in {name for _, name in each})
    kept = []
    for page, each in zip(pages, ends, strict=True):
        running = {place for place, name in each if seen[name] >= FEWEST_PAGES}
        running = running if len(running) < len(page) else set()  # nothing else stands there
        kept.append([line for place, line in enumerate(page) if place not in running])
    return kept


def _ends(page: Page) -> list[tuple[int, str]]:
    """The outermost lines by place, each with its number and what it is known by."""
    placed = sorted(range(len(page)), key=lambda number: -page[number].y)
    outer = [
        (number, side) for side, some in (("top", placed), ("foot", placed[::-1])) for number in some[:DEEP]
    ]
    return [
        (number, f"{side} {page[number].size} {_plain(page[number].text)}")
        for number, side in outer
        if len(page[number].text) <= LONGEST
    ]


def _plain(text: str) -> str:
    """What stays the same from page to page."""
    return _DIGITS.sub("#", " ".join(text.split()).casefold())
