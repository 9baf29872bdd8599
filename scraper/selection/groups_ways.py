"""Which elements stand in the same way: alike themselves, below ancestors that are alike."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from scraper.selection.groups_shape import Shapes
from scraper.selection.outline import Element

_COUNTED = re.compile(r"\d")


class Ways:
    """Equal numbers for elements that stand in the same way; told from the root downwards."""

    __slots__ = ("_kinds", "_known", "_many", "_ways")

    def __init__(self, elements: Sequence[Element], shapes: Shapes) -> None:
        self._kinds = list(shapes.kinds)
        above = [one.parent.number if one.parent else -1 for one in elements]
        self._many = Counter(zip(above, self._kinds, strict=True))
        self._known: dict[tuple[int, int, str], int] = {}
        self._ways = [-1] * len(elements)

    def follow(self, element: Element) -> None:
        """Tells the way of an element; those of its ancestors, and what they are like, are told before."""
        above = element.parent.number if element.parent else -1
        own = self._kinds[element.number]
        name = element.attributes.get("id") or "" if self._many[above, own] == 1 else ""
        way = (self._ways[above] if above >= 0 else -1, own, "" if _COUNTED.search(name) else name)
        self._ways[element.number] = self._known.setdefault(way, len(self._known))

    def join(self, members: Iterable[Element]) -> None:
        """These children of one element are alike, whatever their classes."""
        first, *others = (one.number for one in members)
        for other in others:
            self._kinds[other] = self._kinds[first]

    def __getitem__(self, element: Element) -> int:
        return self._ways[element.number]
