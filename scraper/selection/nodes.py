"""What selectors ask of a node of a page's tree: its place, its text, whether it is seen."""

from collections.abc import Iterator
from typing import Any

from scraper.selection.outline import LINES, SILENT, hides

Node = Any  # of the tree that `scraper.document` hands out


def is_element(node: Node) -> bool:
    tag = node.tag
    return bool(tag) and tag[0] not in "-!"


def above(node: Node) -> Iterator[Node]:
    """The elements from the parent to the root."""
    node = node.parent
    while node is not None and is_element(node):
        yield node
        node = node.parent


def next_element(node: Node) -> Node | None:
    node = node.next
    while node is not None and not is_element(node):
        node = node.next
    return node


def previous_element(node: Node) -> Node | None:
    node = node.prev
    while node is not None and not is_element(node):
        node = node.prev
    return node


def children(node: Node) -> list[Node]:
    """The elements directly below."""
    found = []
    child = node.first_child
    while child is not None:
        if is_element(child):
            found.append(child)
        child = child.next
    return found


def place_among(node: Node, *, same_name: bool) -> int:
    """Its number among its siblings, from 1."""
    tag, place = node.tag, 1
    sibling = node.prev
    while sibling is not None:
        if sibling.tag == tag if same_name else is_element(sibling):
            place += 1
        sibling = sibling.prev
    return place


def path_of(node: Node) -> str:
    """The absolute XPath, every step numbered among its siblings of the same name."""
    steps = [f"{one.tag}[{place_among(one, same_name=True)}]" for one in (node, *above(node))]
    return "/" + "/".join(reversed(steps))


def node_at(root: Node, path: str) -> Node | None:
    """The element at an absolute XPath as `path_of` writes it, below the root element of a tree."""
    first, *steps = path.strip("/").split("/")
    node = root if first == f"{root.tag}[1]" else None
    for step in steps:
        if node is None:
            return None
        tag, _, number = step.rstrip("]").partition("[")
        same = [child for child in children(node) if child.tag == tag]
        place = int(number) if number.isdecimal() else 0
        node = same[place - 1] if 0 < place <= len(same) else None
    return node


def is_hidden(node: Node) -> bool:
    """Says whether it, or what it stands in, is not shown."""
    return any(hides(one.tag, one.attributes) for one in (node, *above(node)))


def text_of(node: Node) -> str:
    """What a reader sees of it, white space collapsed: the text that `Element.text` has."""
    only = node.first_child
    if only is None:
        return ""
    if only.tag == "-text" and only.next is None:
        return " ".join((only.text_content or "").split())
    return " ".join("".join(_pieces(node, shows_below=not is_hidden(node))).split())


def _pieces(node: Node, *, shows_below: bool) -> Iterator[str]:
    waiting: list[Node | str] = _content(node)
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
            continue
        tag = one.tag
        if tag == "-text":
            yield one.text_content or ""
        elif tag[0] not in "-!" and tag not in SILENT and shows_below and not hides(tag, one.attributes):
            apart = tag in LINES
            if apart:
                yield " "
                waiting.append(" ")
            waiting.extend(_content(one))


def _content(node: Node) -> list[Node | str]:
    found = []
    child = node.last_child
    while child is not None:
        found.append(child)
        child = child.prev
    return found
