"""Follows a selector through a page, or through one record in it."""

import re
from typing import NamedTuple

from scraper.selection.nodes import (
    Node,
    children,
    is_element,
    is_hidden,
    next_element,
    place_among,
    text_of,
)
from scraper.selection.selector import Axis, Selector

MOST_NODES = 200  # that one selector gives; more are no field
LONGEST_LABEL = 80  # characters of a text that is compared with a label
_ANY_LABEL = (
    "th", "dt", "td", "dd", "label", "b", "strong", "span", "div", "p", "li", "h3", "h4", "h5", "h6",
)  # fmt: skip
_LEVELS_UP = {Axis.NEXT: 0, Axis.PARENT_NEXT: 1, Axis.GRANDPARENT_NEXT: 2}
_QUOTABLE = re.compile(r'[^\s"\\]+')
_AFTER_LABEL = " \t:：=-–—|"


class Spot(NamedTuple):
    """Characters `start` to `end` of the text of a node, or of its attribute."""

    node: Node
    attribute: str
    text: str  # the whole of it
    start: int
    end: int

    @property
    def words(self) -> str:
        return self.text[self.start : self.end]


def spots(root: Node, selector: Selector) -> list[Spot]:
    """Everything that a selector finds below `root`, the root included, in document order."""
    found = []
    for node, start, end in _places(root, selector)[:MOST_NODES]:
        spot = _read(node, selector, start, end)
        if spot is not None:
            found.append(spot)
    return found


def normal(label: str) -> str:
    """A label as it is compared."""
    return " ".join(label.split()).rstrip(_AFTER_LABEL).casefold()


def _places(root: Node, selector: Selector) -> list[tuple[Node, int, int | None]]:
    if not selector.label:
        return [(node, 0, None) for node in (_css(root, selector.css) if selector.css else [root])]
    found: list[tuple[Node, int, int | None]] = []
    for holder in _holders(root, selector):
        place = _led(holder, selector)
        if place is None:
            continue
        if not selector.css:
            found.append(place)
        else:
            found += [(node, 0, None) for node in _css(place[0], selector.css)]
    unique = {(place[0].mem_id, place[1]): place for place in found}
    return list(unique.values())


def _css(root: Node, css: str) -> list[Node]:
    found = root.css(css)
    if len(found) > 1:  # what answers to two alternatives is found twice
        return list({node.mem_id: node for node in found}.values())
    return list(found)


def _holders(root: Node, selector: Selector) -> list[Node]:
    """The elements that hold the label, and nothing before it."""
    wanted = normal(selector.label)
    word = max(_QUOTABLE.findall(selector.label.rstrip(_AFTER_LABEL)), key=len, default="")
    has = f':lexbor-contains("{word}"{" i" if word.isascii() else ""})' if word else ""
    tags = [selector.of] if selector.of else _ANY_LABEL
    css = ",".join(f"{tag}{has}" for tag in tags) if "," not in selector.of else selector.of
    scopes = _css(root, selector.within) if selector.within else [root]
    nodes = {node.mem_id: node for scope in scopes for node in scope.css(css)}
    takes_more = selector.axis in {Axis.REST, Axis.HERE}
    return [node for node in nodes.values() if _holds(node, wanted, takes_more=takes_more)]


def _holds(node: Node, wanted: str, *, takes_more: bool) -> bool:
    text = text_of(node)
    if not takes_more:
        return len(text) <= LONGEST_LABEL + len(wanted) and normal(text) == wanted
    begin = text[: len(wanted) + 8].casefold()
    if not begin.startswith(wanted):
        return False
    following = begin[len(wanted) :]
    return not following or following[0] in _AFTER_LABEL


def _led(holder: Node, selector: Selector) -> tuple[Node, int, int | None] | None:
    """Where the label in `holder` leads, with the characters that count."""
    axis = selector.axis
    if axis is Axis.HERE:
        return holder, 0, None
    if axis is Axis.REST:
        return _rest(holder, len(normal(selector.label)))
    if axis is Axis.BELOW:
        below = _cell_below(holder)
        return None if below is None else (below, 0, None)
    for _ in range(_LEVELS_UP[axis]):
        holder = holder.parent
        if holder is None or not is_element(holder) or normal(text_of(holder)) != normal(selector.label):
            return None  # what it stands in holds more than the label: the value may be there
    following = next_element(holder)
    return None if following is None else (following, 0, None)


def _rest(holder: Node, label_length: int) -> tuple[Node, int, int | None] | None:
    """The text behind the label: in the same element, else in its parent as far as the next such element."""
    text = text_of(holder)
    start = _skip(text, label_length)
    if start < len(text):
        return holder, start, None
    parent = holder.parent
    if parent is None or not is_element(parent):
        return None
    whole = text_of(parent)
    at = whole.find(text)
    if at < 0:
        return None
    start, end = _skip(whole, at + len(text)), len(whole)
    sibling = next_element(holder)
    while sibling is not None:
        if sibling.tag in {holder.tag, "br"}:
            end = _begin_of(sibling, whole, start)
            break
        sibling = next_element(sibling)
    return (parent, start, end) if start < end else None


def _begin_of(sibling: Node, whole: str, start: int) -> int:
    """Where in the text of its parent a sibling begins, as far as its words, or those behind a br, tell."""
    following = sibling
    while following is not None:
        text = text_of(following) if is_element(following) else _own_words(following)
        if text:
            at = whole.find(text, start)
            return at if at >= 0 else len(whole)
        following = following.next
    return len(whole)


def _own_words(node: Node) -> str:
    return " ".join((node.text_content or "").split()) if node.tag == "-text" else ""


def _skip(text: str, start: int) -> int:
    while start < len(text) and text[start] in _AFTER_LABEL:
        start += 1
    return start


def _cell_below(cell: Node) -> Node | None:
    """The cell of the same column in the row that follows."""
    row = cell.parent
    if row is None or row.tag != "tr":
        return None
    column = place_among(cell, same_name=False)
    below = next_element(row)
    if below is None and row.parent is not None and row.parent.tag == "thead":
        body = next_element(row.parent)
        below = next(iter(children(body)), None) if body is not None else None
    if below is None or below.tag != "tr":
        return None
    cells = children(below)
    return cells[column - 1] if column <= len(cells) and cells[column - 1].tag == "td" else None


def _read(node: Node, selector: Selector, start: int, end: int | None) -> Spot | None:
    if selector.attribute:
        written = node.attributes.get(selector.attribute)
        if written is None:
            return None
        text = " ".join(written.split())
        start, end = 0, len(text)
    else:
        text = text_of(node)
        end = len(text) if end is None else end
    if selector.after:
        at = text.find(selector.after, start, end)
        if at < 0:
            return None
        start = at + len(selector.after)
    if selector.before:
        end = text.find(selector.before, start, end)
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Spot(node, selector.attribute, text, start, end) if start < end else None


def shown(found: list[Spot]) -> list[Spot]:
    """Where several were found, those that a reader sees."""
    if len(found) < 2:
        return found
    return [spot for spot in found if not is_hidden(spot.node)] or found
