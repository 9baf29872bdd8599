"""Finds what stands beside a label: in rows, in pairs, after a colon, below a heading."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from scraper.selection.candidates_surface import Spot, Surface
from scraper.selection.field_words import FieldWords, likeness, words_of
from scraper.selection.outline import Element

LONGEST_LABEL = 60
_COLON = re.compile(r"\s*[:：]\s*|\s[-–—]\s")
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6", "strong", "b", "legend", "summary"))
_SURE = frozenset(("th", "dt"))
_CLIMB = 3
_MOST = 80  # labels of one field that are looked at: a page has few, a list of thousands of records many
_OF_ACTION = 0.4
_LEAST = 0.3
_ENDS = re.compile(r"[\s:：\-–—|.]+$")


class Labelled(NamedTuple):
    """A text, or a part of it, that a label names."""

    element: Element
    start: int
    end: int
    label: str
    strength: float  # how surely the label is meant for it
    likeness: float  # how surely the label means the field


class LabelIndex:
    """The short texts of a page that may be labels, in order."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._heads: list[tuple[Spot, str, bool, tuple[str, ...]]] = []
        for spot in surface.spots:
            head, colon = _head(spot.text)
            if head:
                self._heads.append((spot, head, colon, words_of(head)))

    def of(self, wanted: FieldWords) -> Iterator[Labelled]:
        """Every text beside a label of the field."""
        found = 0
        for spot, head, colon, words in self._heads:
            if not wanted.all_words.isdisjoint(words):
                alike = likeness(head, wanted)
                if alike >= _LEAST:
                    found += 1
                    yield from self._beside(spot, head, colon, alike)
            if found >= _MOST:
                return

    def _beside(self, spot: Spot, head: str, colon: bool, alike: float) -> Iterator[Labelled]:
        element, text = spot.element, spot.text
        if len(head) < len(_ENDS.sub("", text)):  # the value stands in the same text
            start = len(head) + len(_COLON.match(text, len(head))[0]) if colon else len(head)  # type: ignore[index]
            yield Labelled(element, start, len(text), head, 0.95, alike)
            return
        strong = _strength(element, text)
        found = self._following(element)
        if found is not None:
            value, start, steps = found
            sure = strong - 0.08 * steps
            yield Labelled(value, start, len(value.text), head, sure, alike)
            for more in self._further(element, value):
                yield Labelled(more, 0, len(more.text), head, sure - 0.1, alike)
        elif element.tag == "th" and (below := self._below(element)) is not None:
            yield Labelled(below, 0, len(below.text), head, 0.7, alike)

    def _following(self, label: Element) -> tuple[Element, int, int] | None:
        """The element after the label, or the rest of the text around both; with the steps up to there."""
        inner = label
        for step in range(_CLIMB):
            parent = inner.parent
            if parent is None:
                return None
            found = self._after(inner, parent)
            if found is not None:
                return (*found, step)
            if not self._begins(parent, inner):
                return None
            inner = parent
        return None

    def _after(self, inner: Element, parent: Element) -> tuple[Element, int] | None:
        """The next sibling with text; where bare words follow, the parent from there on."""
        place = next(place for place, one in enumerate(parent.content) if one is inner)
        for one in parent.content[place + 1 :]:
            if isinstance(one, str):
                if one.strip(" \t\r\n:：-–|"):
                    return self._rest(inner, parent)
            elif self._surface.sizes[one.number] and not one.is_hidden:
                if one.text.strip(" :：-–|"):
                    return one, 0
            elif one.tag in {"input", "select"}:
                return one, 0
        return None

    def _rest(self, inner: Element, parent: Element) -> tuple[Element, int] | None:
        start = parent.text.find(inner.text)
        if start < 0:
            return None
        start += len(inner.text)
        while start < len(parent.text) and parent.text[start] in " :：-–|":
            start += 1
        return (parent, start) if start < len(parent.text) else None

    def _begins(self, parent: Element, inner: Element) -> bool:
        """Whether nothing but the label stands in the parent."""
        return self._surface.sizes[parent.number] <= self._surface.sizes[
            inner.number
        ] + 2 and parent.tag not in {"tr", "body"}

    def _further(self, label: Element, value: Element) -> Iterator[Element]:
        """More descriptions of one term."""
        if label.tag != "dt" or value.parent is None:
            return
        is_after = False
        for one in value.parent.children:
            if one is value:
                is_after = True
            elif is_after and one.tag == "dd":
                yield one
            elif is_after:
                return

    def _below(self, header: Element) -> Element | None:
        """The cell under a column's header, of a table with one row of values."""
        row = header.parent
        table = next((one for one in header.ancestors() if one.tag == "table"), None)
        if row is None or table is None:
            return None
        rows = [one for one in table.descendants() if one.tag == "tr" and one is not row]
        place = row.children.index(header)
        if len(rows) != 1 or len(rows[0].children) <= place:
            return None
        return rows[0].children[place]


def _strength(label: Element, text: str) -> float:
    """How surely a text stands there to name what follows; what is to be pressed seldom does."""
    if label.tag in {"a", "button"} or (label.parent is not None and label.parent.tag in {"a", "button"}):
        return _OF_ACTION
    is_sure = label.tag in _SURE or text.rstrip()[-1:] in {":", "："} or _is_first_of_two(label)
    return 1.0 if is_sure else 0.8


def preceding_text(element: Element) -> str:
    """What stands right before an element in its parent."""
    if element.parent is None:
        return ""
    before = ""
    for one in element.parent.content:
        if one is element:
            break
        text = one if isinstance(one, str) else one.text
        before = text if text.strip() else before
    return before.strip()


def _is_first_of_two(cell: Element) -> bool:
    """Whether a row has two cells, of which this is the first: then it is a label."""
    row = cell.parent
    return (
        cell.tag == "td"
        and row is not None
        and row.tag == "tr"
        and row.children[:1] == [cell]
        and len(row.children) == 2
    )


def _head(text: str) -> tuple[str, bool]:
    """The part of a text that may be a label, and whether a colon ends it."""
    colon = _COLON.search(text, 0, LONGEST_LABEL + 4)
    if colon is not None and 0 < colon.start() <= LONGEST_LABEL and colon.end() < len(text):
        is_dash = colon[0].strip() not in {":", "："}
        if not (
            is_dash and any(map(str.isdigit, text[: colon.start()]))
        ):  # a dash between numbers is a range
            return text[: colon.start()], True
    return (_ENDS.sub("", text), False) if len(text) <= LONGEST_LABEL else ("", False)
