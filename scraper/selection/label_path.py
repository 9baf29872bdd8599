"""Selectors for an element by the words that stand before it: the most lasting kind there is."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from scraper.selection.css_path import by_class, holder_css, scopes
from scraper.selection.evaluate import Spot
from scraper.selection.nodes import Node, above, children, place_among, previous_element, text_of
from scraper.selection.selector import Axis, Selector

LONGEST = 40
MOST_WORDS = 5
MOST_SCOPES = 5
_LEVELS = 3  # how far up a label may stand beside what the element stands in
_LABEL_TAGS = frozenset(
    ("th", "dt", "label", "b", "strong", "h2", "h3", "h4", "h5", "h6", "legend", "caption")
)
_NO_LABEL_TAGS = frozenset(("h1", "a", "button", "del", "s", "ins"))
_LABEL_CLASS = re.compile(r"label|key|term|caption|attr|spec|prop", re.IGNORECASE)


class _Lead(NamedTuple):
    label: str
    holder: Node
    axis: Axis
    inside: Node | None  # what the axis leads to, where the element stands deeper


def by_label(targets: Sequence[Spot]) -> Iterator[Selector]:
    """Selectors that begin with a label; each still has to be tried."""
    for lead in _leads(targets[0]):
        inner = ""
        if lead.inside is not None:
            nodes = [target.node for target in targets]
            inner = next(by_class(lead.inside, nodes), "")
            if not inner:
                continue
        for of in holder_css(lead.holder):
            plain = Selector(inner, lead.label, of, "", lead.axis, targets[0].attribute)
            yield plain
            for within in islice(scopes(lead.holder), MOST_SCOPES):
                yield Selector(inner, lead.label, of, within, lead.axis, targets[0].attribute)


def is_label(text: str) -> bool:
    """Says whether a text can be a label: a few words, the same on every page."""
    words = text.rstrip(" :：").split()
    return 0 < len(words) <= MOST_WORDS and len(text) <= LONGEST and _is_wordy(text)


def _is_wordy(text: str) -> bool:
    return any(char.isalpha() for char in text) and not any(char.isdigit() for char in text)


def _leads(target: Spot) -> Iterator[_Lead]:
    node = target.node
    if not target.attribute:
        yield from _before_in(target)
    if (label := _text_before(node)) and node.parent is not None:
        yield _Lead(label, node.parent, Axis.HERE, node.parent)
    column = _column_head(node)
    if column is not None:
        yield _Lead(*column, Axis.BELOW, None)
    one = node
    for level, following in enumerate([*islice(above(node), _LEVELS), None]):
        holder = previous_element(one)
        if holder is not None and (label := _label_of(holder, level)):
            yield _Lead(label, holder, Axis.NEXT, None if level == 0 else one)
        if following is None:
            return
        one = following


def _before_in(target: Spot) -> Iterator[_Lead]:
    """The label that begins the element's own text, alone in an element or not."""
    label = target.text[: target.start].strip()
    if not label or not is_label(label):
        return
    first = next(iter(children(target.node)), None)
    if first is not None and text_of(first) == label:
        yield _Lead(label.rstrip(" :："), first, Axis.REST, None)
    elif label[-1] in ":：":
        yield _Lead(label.rstrip(" :："), target.node, Axis.REST, None)


def _text_before(node: Node) -> str:
    """A label in the text that begins the parent, right before the element."""
    before = node.prev
    if before is None or before.tag != "-text" or previous_element(node) is not None:
        return ""
    text = " ".join((before.text_content or "").split())
    return text.rstrip(" :：") if is_label(text) and text[-1] in ":：" else ""


def _label_of(holder: Node, level: int) -> str:
    text = text_of(holder)
    if holder.tag in _NO_LABEL_TAGS or not is_label(text):
        return ""
    looks_like_one = (
        text[-1] in ":："
        or holder.tag in _LABEL_TAGS
        or _LABEL_CLASS.search(holder.attributes.get("class") or "") is not None
        or (holder.tag == "td" and level == 0)
    )
    return text.rstrip(" :：") if looks_like_one or (level < 2 and len(text.split()) <= 2) else ""


def _column_head(node: Node) -> tuple[str, Node] | None:
    """The head of the column, where the element is the cell right below it."""
    row = node.parent
    if node.tag not in {"td", "th"} or row is None or row.tag != "tr":
        return None
    above_row = previous_element(row)
    if above_row is None and row.parent is not None:
        group = previous_element(row.parent)
        rows = children(group) if group is not None and group.tag == "thead" else []
        above_row = rows[-1] if rows else None
    if above_row is None or above_row.tag != "tr":
        return None
    cells = children(above_row)
    column = place_among(node, same_name=False)
    if column > len(cells) or cells[column - 1].tag != "th":
        return None
    text = text_of(cells[column - 1])
    return (text.rstrip(" :："), cells[column - 1]) if is_label(text) else None
