"""What an element is made of: a set of small pieces of its subtree, alike for elements of one template."""

import re
from collections.abc import Sequence
from functools import lru_cache

from scraper.selection.outline import SILENT, Element

MOST_PIECES = 96  # of one subtree, the first in document order: bounds what comparing costs
_KEY_BITS = 16
_KEY = (1 << _KEY_BITS) - 1
_TEXT = 0  # the key of a text
_UNSTABLE = re.compile(r"\d|^(?:is-)?(?:first|last|odd|even|active|current|selected|open|visible|hidden)$")

_CELLS = frozenset(("td", "th"))

Kind = tuple[str, tuple[str, ...]]


def kind_of(element: Element) -> Kind:
    """Tag and classes, without the classes that count or tell a state: those differ among equals."""
    spans = element.tag in _CELLS and element.attributes.get("colspan") not in {None, "", "1"}
    tag = f"{element.tag} of several columns" if spans else element.tag
    return tag, _lasting(element.attributes.get("class") or "")


@lru_cache(maxsize=20_000)
def _lasting(classes: str) -> tuple[str, ...]:
    return tuple(sorted({one for one in classes.split() if not _UNSTABLE.search(one)}))


class Shapes:
    """The kind and the pieces of every element; a piece is the step from an element to its child."""

    __slots__ = ("_keys", "kinds", "pieces")

    def __init__(self, elements: Sequence[Element]) -> None:
        self._keys: dict[Kind, int] = {}
        self.kinds = [self._keys.setdefault(kind_of(one), len(self._keys) + 1) for one in elements]
        self.pieces: list[frozenset[int]] = [frozenset()] * len(elements)
        for element in reversed(elements):
            if element.tag not in SILENT:
                self.pieces[element.number] = self._pieces(element)

    def below(self, element: Element) -> frozenset[int]:
        """Its pieces with its own kind left out: what it holds, not what it is."""
        own = self.kinds[element.number]
        return frozenset(
            piece & _KEY if piece >> _KEY_BITS == own else piece for piece in self.pieces[element.number]
        )

    def _pieces(self, element: Element) -> frozenset[int]:
        own = self.kinds[element.number] << _KEY_BITS
        found: set[int] = set()
        for one in element.content:
            if isinstance(one, str):
                if not one.isspace():
                    found.add(own | _TEXT)
                continue
            found.add(own | self.kinds[one.number])
            found |= self.pieces[one.number]
            if len(found) >= MOST_PIECES:
                break
        return frozenset(found)


def likeness(left: frozenset[int], right: frozenset[int]) -> float:
    """The share of pieces that both have; 1 where neither has any."""
    both = len(left & right)
    return both / (len(left) + len(right) - both) if left or right else 1.0
