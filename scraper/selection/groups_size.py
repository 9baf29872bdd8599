"""How much every element of a page holds: characters, links and pictures."""

from collections.abc import Sequence

from scraper.selection.outline import SILENT, Element

_PICTURES = frozenset(("img", "picture", "video", "canvas"))


class Sizes:
    """Per element, by its number; what is inside a hidden element counts for those inside it only."""

    __slots__ = ("characters", "linked", "links", "own", "pictures")

    def __init__(self, elements: Sequence[Element]) -> None:
        self.characters = [0] * len(elements)
        self.own = [0] * len(elements)  # characters directly in it
        self.linked = [0] * len(elements)  # characters inside of links
        self.links = [0] * len(elements)
        self.pictures = [0] * len(elements)
        for element in reversed(elements):
            if element.tag not in SILENT:
                self._add(element)

    def _add(self, element: Element) -> None:
        number = element.number
        self.own[number] = sum(len(one.strip()) for one in element.content if isinstance(one, str))
        self.characters[number] += self.own[number]
        if element.tag == "a":
            self.links[number] += 1
            self.linked[number] = self.characters[number]
        self.pictures[number] += element.tag in _PICTURES
        above = element.parent
        if above is not None and (above.is_hidden or not element.is_hidden):
            for sums in (self.characters, self.linked, self.links, self.pictures):
                sums[above.number] += sums[number]

    def is_empty(self, element: Element) -> bool:
        """Nothing to read and nothing to see."""
        return not (self.characters[element.number] or self.pictures[element.number])
