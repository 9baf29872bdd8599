"""What elements are called in the page's code: classes, ids, itemprops, data attributes."""

from functools import lru_cache

from scraper.selection.field_words import FieldWords, qualifiers_in, words_of
from scraper.selection.outline import Element, Outline

_ATTRIBUTES = frozenset((
    "id", "itemprop", "property", "name", "data-testid", "data-test", "data-qa", "data-field", "data-label",
    "rel", "data-hook", "data-automation",
))  # fmt: skip
_FADE = (1.0, 0.8, 0.55)  # of the element's own names, its parent's, its grandparent's
# Words that say little in a name, however well they name a field.
_WEAK = frozenset((
    "item", "name", "title", "label", "value", "text", "date", "by", "size", "model", "status", "now", "link",
    "image", "style", "code", "on", "time", "section", "place", "data", "content", "body", "article",
    "address", "start", "end",
))  # fmt: skip
_LONGEST = 80  # characters of one name
_MOST_NAMES = 8  # of one attribute
_TOPS = frozenset(("body", "html", "main"))


class NameIndex:
    """The names of a page's elements, by their words."""

    def __init__(self, outline: Outline) -> None:
        written: dict[str, list[int]] = {}
        for element in outline.elements:
            attributes = element.attributes
            if not attributes or element.tag in _TOPS:
                continue
            number = element.number
            if names := attributes.get("class"):
                written.setdefault(names, []).append(number)
                if len(attributes) == 1:
                    continue
            for attribute, name in attributes.items():
                if name and attribute in _ATTRIBUTES:
                    written.setdefault(name[:_LONGEST].replace(" ", "-"), []).append(number)
        self._known: dict[str, list[list[int]]] = {}
        for names, numbers in written.items():
            for name in names.split()[:_MOST_NAMES]:
                self._known.setdefault(name, []).append(numbers)
        self._words = [(name, words_of(name[:_LONGEST])) for name in self._known]

    def likenesses(self, wanted: FieldWords) -> dict[int, float]:
        """By their numbers, the elements whose own names mean the field, and how surely."""
        found: dict[int, float] = {}
        for name, words in self._words:
            if not wanted.starts.keys().isdisjoint(words) and (alike := _likeness(name, wanted)):
                for numbers in self._known[name]:
                    for number in numbers:
                        found[number] = max(alike, found.get(number, 0.0))
        return found


def with_ancestors(element: Element, alike: dict[int, float]) -> float:
    """The same of an element and of those closest around it."""
    best = 0.0
    near: Element | None = element
    for fade in _FADE:
        if near is None:
            break
        if near.number in alike:
            best = max(best, fade * alike[near.number])
        near = near.parent
    return best


@lru_cache(maxsize=100_000)
def _likeness(name: str, wanted: FieldWords) -> float:
    """Each name alone: how much of it is a phrase of the field."""
    words = words_of(name[:_LONGEST])
    if not words or len(words) > 8:
        return 0.0
    best = 0.0
    for length in wanted.lengths_in(words):
        weak = 0.55 if length == 1 and not (set(words) - _WEAK) & wanted.single else 1.0
        best = max(best, weak / (1 + 0.3 * (len(words) - length)))
    if not best:
        return 0.0
    found = qualifiers_in(words)
    if wanted.qualifiers - found:
        return 0.0
    return best * (0.4 if found - wanted.qualifiers - {"with", "tax"} else 1.0)
