"""How much every element of a page holds: characters, links and pictures, hidden ones apart."""

from collections.abc import Sequence

from scraper.selection.outline import SILENT, Element

_PICTURES = frozenset(("img", "picture", "video", "canvas"))


class Sizes:
    """Per element, by its number; what is inside a hidden element counts for those inside it only."""

    __slots__ = ("characters", "links", "pictures")

    def __init__(self, elements: Sequence[Element]) -> None:
        self.characters = [0] * len(elements)
        self.links = [0] * len(elements)
        self.pictures = [0] * len(elements)
        for element in reversed(elements):
            if element.tag not in SILENT:
                self._add(element)

    def _add(self, element: Element) -> None:
        number = element.number
        self.characters[number] += sum(len(one.strip()) for one in element.content if isinstance(one, str))
        self.links[number] += element.tag == "a"
        self.pictures[number] += element.tag in _PICTURES
        above = element.parent
        if above is not None and (above.is_hidden or not element.is_hidden):
            self.characters[above.number] += self.characters[number]
            self.links[above.number] += self.links[number]
            self.pictures[above.number] += self.pictures[number]

    def is_empty(self, element: Element) -> bool:
        """Nothing to read and nothing to see."""
        return not (self.characters[element.number] or self.pictures[element.number])
