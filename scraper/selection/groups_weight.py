"""How much a list weighs in its page: what there is to read in its records, and where they stand."""

import re
from collections.abc import Sequence
from functools import lru_cache

from scraper.selection.groups_size import Sizes
from scraper.selection.outline import Element

LONGEST = 400  # characters of one record that count
BARE = 0.9  # of the characters are linked: ways to elsewhere
HIDDEN = 0.1
FAR = 0.05  # as far from the matter as a place can be
BESIDE = {"nav": 0.1, "footer": 0.15, "header": 0.3, "aside": 0.3, "form": 0.7}  # seldom around a main list
_ASIDE = re.compile(r"cookie|consent|onetrust|gdpr|privacy|references|footnote|breadcrumb", re.IGNORECASE)
_NAMED_ASIDE = 0.1
_MENU = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menus?|megamenu|submenu|dropdown|filters?|facets?|refinements?|sidebar"
    r"|pagination|pager|tags)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NAMED_MENU = 0.3
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


class Weights:
    """Weighs the lists of one page."""

    __slots__ = ("_places", "_sizes")

    def __init__(self, elements: Sequence[Element], sizes: Sizes) -> None:
        self._sizes = sizes
        self._places: list[float] = []
        for element in elements:
            above = self._places[element.parent.number] if element.parent else 1.0
            self._places.append(max(min(above, FAR), above * _place(element)))

    def of(self, records: Sequence[Sequence[Element]]) -> float:
        """The weight of a list."""
        held = sum(min(LONGEST, self.characters(nodes)) + 1 for nodes in records)
        first = records[0][0]
        few = 0.5 if len(records) < 3 else 1.0
        hidden = HIDDEN if first.is_hidden else 1.0
        return held * self._places[first.number] * few * hidden * self._richness(records)

    def characters(self, nodes: Sequence[Element]) -> int:
        """What there is to read in one record."""
        return sum(self._sizes.characters[one.number] for one in nodes)

    def _richness(self, records: Sequence[Sequence[Element]]) -> float:
        first, sizes = records[0], self._sizes
        if first[0].tag in _HEADINGS and len(first) > 1:
            return 0.5  # the sections of a text
        nodes = [node for record in records for node in record]
        pictures = sum(sizes.pictures[node.number] > 0 for node in nodes)
        linked = sum(sizes.linked[node.number] for node in nodes)
        if linked > BARE * sum(map(self.characters, records)) and pictures < 0.5 * len(nodes):
            return 0.4
        return 0.2 if first[0].tag == "p" and not pictures else 1.0


def _place(element: Element) -> float:
    """How likely a main list stands in an element, by what it is called."""
    likely = BESIDE.get(element.tag, 1.0)
    for name in ("id", "class"):
        if names := element.attributes.get(name):
            likely = min(likely, _called(names))
    return likely


@lru_cache(maxsize=20_000)
def _called(names: str) -> float:
    if _ASIDE.search(names):
        return _NAMED_ASIDE
    return _NAMED_MENU if _MENU.search(names) else 1.0
