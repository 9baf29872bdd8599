"""What one record holds: texts and attributes, each with its way from the record and its label."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from scraper.selection.outline import SILENT, Element
from scraper.selection.records_headings import LONGEST_LABEL, Headings, column_of
from scraper.selection.stable import first_stable

MOST_ELEMENTS = 600  # of one record that are looked at
LONGEST_JOINED = 60  # characters of a text in pieces, as `12` and `.99`
LONGEST_ATTRIBUTE = 2_000
_CELLS = frozenset(("td", "th"))
_LABELS = frozenset(("dt", "th", "label"))
_MARKED = re.compile(r"(?:^|[\s_-])(?:label|key|caption|term|legend)(?:$|[\s_-])", re.IGNORECASE)
_LABELLED = re.compile(r"\s*([^\W\d_][^:：\n]{1,38}?)\s*[:：]\s+(?=\S)")
SOURCES = ("data-src", "data-original", "data-lazy-src", "data-srcset", "srcset", "src")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_INLINE = frozenset((
    "a", "abbr", "b", "bdi", "br", "data", "em", "font", "i", "ins", "mark", "small", "span", "strong", "sub",
    "sup", "u",
))  # fmt: skip


class Way(NamedTuple):
    """How a cell is found in its record; equal for the same cell of other records."""

    node: int  # of the record, from 0
    steps: tuple[str, ...]  # simple CSS, from below that node
    attribute: str = ""
    label: str = ""  # instead of steps


class Cell(NamedTuple):
    """A text or an attribute of one record."""

    element: Element
    attribute: str
    text: str
    label: str  # as it is written
    start: int  # where the text begins after its label


Cells = dict[Way, list[Cell]]


def cells_of(record: Sequence[Element], headings: Sequence[Headings]) -> Cells:
    """Everything in a record that may be a value; `headings` are those of each of its nodes."""
    found: Cells = {}
    for place, node in enumerate(record):
        for element, steps in _walk(node):
            for cell in _cells(element, node, headings[place]):
                found.setdefault(Way(place, steps, cell.attribute), []).append(cell)
                if cell.label:
                    way = Way(0, (), cell.attribute, cell.label.casefold())
                    found.setdefault(way, []).append(cell)
    return found


def css_of(way: Way) -> str:
    """The way as CSS below the record's node; empty for the node itself."""
    return " > ".join(way.steps[-3:])


def _walk(node: Element) -> Iterator[tuple[Element, tuple[str, ...]]]:
    waiting: list[tuple[Element, tuple[str, ...]]] = [(node, ())]
    seen = 0
    while waiting and seen < MOST_ELEMENTS:
        element, steps = waiting.pop()
        seen += 1
        yield element, steps
        below = [
            one for one in element.children if one.tag not in SILENT and (not one.is_hidden or node.is_hidden)
        ]
        waiting += [(one, (*steps, _step(one, place))) for place, one in enumerate(below, 1)][::-1]


def _step(element: Element, place: int) -> str:
    if element.tag in _CELLS:
        return f"{element.tag}:nth-child({place})"
    name = first_stable(element.attributes.get("class"))
    return f"{element.tag}.{name}" if name else element.tag


def _cells(element: Element, node: Element, headings: Headings) -> Iterator[Cell]:
    if _is_text(element):
        text = element.text
        label, start = _label_in(text)
        yield Cell(element, "", text, label or _label_beside(element, node, headings), start)
    attributes = element.attributes
    if not attributes:
        return
    if element.tag == "img" and (name := _picture(attributes)):
        yield Cell(element, name, (attributes[name] or "").strip(), "", 0)
    for name, value in attributes.items():
        if value and len(value) <= LONGEST_ATTRIBUTE and _may_hold(element.tag, name) and value.strip():
            yield Cell(element, name, " ".join(value.split()), "", 0)


def _may_hold(tag: str, name: str) -> bool:
    if name in {"href", "datetime", "content", "title", "alt", "aria-label"}:
        return True
    if name == "value":
        return tag in {"data", "meter", "input"}
    return name.startswith("data-") and not (tag == "img" and name in SOURCES)


def _picture(attributes: Mapping[str, str | None]) -> str:
    """The attribute with the picture itself, not with what stands there until it is loaded."""
    for name in SOURCES:
        value = attributes.get(name)
        if value and not value.lstrip().startswith("data:"):
            return name
    return ""


def _is_text(element: Element) -> bool:
    """It holds words directly, or is one text in pieces."""
    words = [one for one in element.content if isinstance(one, str) and not one.isspace()]
    if words:
        return True
    pieces = [one for one in element.children if one.tag not in SILENT and one.text]
    return (
        len(pieces) > 1
        and all(one.tag in _INLINE and not one.is_hidden for one in pieces)
        and (element.tag in _HEADINGS or len(element.text) <= LONGEST_JOINED)
    )


def _label_in(text: str) -> tuple[str, int]:
    match = _LABELLED.match(text) if ":" in text[:60] or "：" in text[:60] else None
    return (match[1], match.end()) if match else ("", 0)


def _label_beside(element: Element, node: Element, headings: Headings) -> str:
    near: Element | None = element
    for _ in range(2):
        if near is None or near is node:
            return ""
        if near.tag in _CELLS and headings:
            return headings.get(column_of(near), "")
        before = _before(near)
        if before is not None and _is_label(before, near):
            return before.text.rstrip(" :：")
        if before is not None or (near.parent is not None and near.parent.own_text):
            return ""
        near = near.parent
    return ""


def _before(element: Element) -> Element | None:
    """The element right before, where no words stand between."""
    last: Element | None = None
    for one in element.parent.content if element.parent is not None else ():
        if one is element:
            return last
        if isinstance(one, Element):
            last = one
        elif not one.isspace() and one.strip(" :："):
            last = None
    return None


def _is_label(element: Element, beside: Element) -> bool:
    text = element.text
    if not text or len(text) > LONGEST_LABEL:
        return False
    if element.tag in _LABELS or text.endswith((":", "：")):
        return True
    return element.tag != beside.tag and _MARKED.search(element.attributes.get("class") or "") is not None
