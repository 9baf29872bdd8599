"""CSS for an element, or for several: by meaning, by classes, by place; the most lasting first."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile

from scraper.selection.nodes import Node, above, next_element, place_among, previous_element
from scraper.selection.stable import is_stable

MOST_ANCESTORS = 8
MOST_CLASSES = 3
MOST_TRIED = 40  # questions to the tree for one element

_SAYING = (
    "itemprop",
    "property",
    "data-testid",
    "data-test",
    "data-qa",
    "data-hook",
    "data-field",
    "data-name",
)
_NAMED = frozenset(("meta", "input", "select", "textarea", "button"))
_MARK = re.compile(r"data-[a-z][a-z_-]*")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z_:. -]{0,39}")
# Frameworks set these on everything, and not for meaning.
_NO_MEANING = (
    "data-v-",
    "data-react",
    "data-id",
    "data-src",
    "data-href",
    "data-toggle",
    "data-target",
    "data-bs-",
)


def by_meaning(root: Node, targets: Sequence[Node], attribute: str = "") -> Iterator[str]:
    """By attributes that say what an element is; its own, else those of what it stands in."""
    first = targets[0]
    for mark in _marks(first, attribute):
        for css in (mark, f"{first.tag}{mark}"):
            if _finds(root, css, targets):
                yield css
                break
    below = [first.tag, *(f"{first.tag}.{name}" for name in _classes(first))]
    for ancestor in islice(above(first), MOST_ANCESTORS):
        if _is_same(ancestor, root):
            return
        for mark in _marks(ancestor, ""):
            yield from islice((f"{mark} {own}" for own in below if _finds(root, f"{mark} {own}", targets)), 1)


def by_class(root: Node, targets: Sequence[Node]) -> Iterator[str]:
    """By names and classes, with as much of what it stands in as it takes."""
    first = targets[0]
    left = MOST_TRIED
    ancestors = list(islice(takewhile(lambda one: not _is_same(one, root), above(first)), MOST_ANCESTORS))
    for own in _simple(first):
        is_alone = _finds(root, own, targets)
        if is_alone:
            yield own
        scoped = (f"{step}{own}" for step in _steps_before(ancestors, by_tag=not is_alone))
        for css in islice(scoped, left):
            left -= 1
            if _finds(root, css, targets):
                yield css
                break
        if left <= 0:
            return


def by_neighbour(root: Node, targets: Sequence[Node]) -> Iterator[str]:
    """By what stands right before or behind it."""
    first = targets[0]
    before, behind = previous_element(first), next_element(first)
    for own in _simple(first):
        beside = [f"{name} + {own}" for name in _neighbours(before)]
        beside += [f"{own}:has(+ {name})" for name in _neighbours(behind)]
        yield from islice((css for css in beside if _finds(root, css, targets)), 2)


def by_place(root: Node, target: Node) -> Iterator[str]:
    """By numbers, from the nearest element that can be named; the last resort."""
    steps = [_numbered(target)]
    for ancestor in islice(above(target), 3 * MOST_ANCESTORS):
        if _is_same(ancestor, root) or ancestor.tag == "body":
            break
        for name in _names(ancestor):
            css = " > ".join([name, *reversed(steps)])
            if _finds(root, css, [target]):
                yield css
                return
        steps.append(_numbered(ancestor))
    css = " > ".join(reversed(steps))
    if _finds(root, css, [target]):
        yield css


def scopes(node: Node) -> Iterator[str]:
    """CSS of what an element stands in, from the inside out."""
    for ancestor in islice(above(node), MOST_ANCESTORS):
        yield from islice(_names(ancestor), 1)


def holder_css(node: Node) -> list[str]:
    """Short CSS for an element that holds a label."""
    return [node.tag, *(f"{node.tag}.{name}" for name in _classes(node)[:1])]


def _finds(root: Node, css: str, targets: Sequence[Node]) -> bool:
    return {node.mem_id for node in root.css(css)} == {node.mem_id for node in targets}


def _is_same(one: Node, other: Node) -> bool:
    return bool(one.mem_id == other.mem_id)


def _marks(node: Node, attribute: str) -> Iterator[str]:
    """[name="value"] where the value means something, [data-…] where the name does."""
    attributes = node.attributes
    names = (*_SAYING, "name") if node.tag in _NAMED else _SAYING
    for name in names:
        value = attributes.get(name) or ""
        if value and _PLAIN.fullmatch(value) and name != attribute:
            yield f'[{name}="{value}"]'
    if is_stable(attributes.get("id") or ""):
        yield f"#{attributes['id']}"
    for name in attributes:
        is_mark = _MARK.fullmatch(name) and name not in _SAYING and not name.startswith(_NO_MEANING)
        if is_mark and (not attribute or name == attribute):
            yield f"[{name}]"
    label = attributes.get("aria-label") or ""
    if label and attribute != "aria-label" and _PLAIN.fullmatch(label):
        yield f'[aria-label="{label}"]'


def _classes(node: Node) -> list[str]:
    names = (node.attributes.get("class") or "").split()
    return list(dict.fromkeys(name for name in names if is_stable(name)))[:MOST_CLASSES]


def _names(node: Node) -> Iterator[str]:
    """An ancestor by its own id or classes."""
    if is_stable(node.attributes.get("id") or ""):
        yield f"#{node.attributes['id']}"
    for name in _classes(node):
        yield f"{node.tag}.{name}"


def _simple(node: Node) -> Iterator[str]:
    classes = _classes(node)
    for name in classes:
        yield f"{node.tag}.{name}"
    if len(classes) > 1:
        yield node.tag + "".join(f".{name}" for name in classes)
    yield node.tag


def _steps_before(ancestors: Sequence[Node], *, by_tag: bool) -> Iterator[str]:
    """What can stand before an element's own step: one ancestor by name, or what it stands in by tag."""
    for ancestor in ancestors:
        for name in _names(ancestor):
            yield f"{name} > " if ancestor is ancestors[0] else f"{name} "
    if by_tag and ancestors:
        yield f"{ancestors[0].tag} > "
    if by_tag and len(ancestors) > 1:
        yield f"{ancestors[1].tag} > {ancestors[0].tag} > "


def _neighbours(node: Node | None) -> Iterator[str]:
    if node is not None:
        yield from islice(_marks(node, ""), 1)
        yield from _simple(node)


def _numbered(node: Node) -> str:
    return f"{node.tag}:nth-of-type({place_among(node, same_name=True)})"
