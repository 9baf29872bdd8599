"""Which children of one element are alike: records that stand side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from scraper.selection.groups_shape import Kind, Shapes, kind_of, likeness
from scraper.selection.outline import SILENT, Element

ALIKE = 0.5  # likeness that elements with the same tag need
NAMED = 0.3  # less where their classes are the same too
MOST_PATTERNS = 12  # different ones among the children of one element; what fits none is in no group
_NEVER = SILENT | frozenset(
    ("br", "hr", "link", "meta", "title", "col", "colgroup", "source", "base", "input")
)


@dataclass(slots=True)
class Cluster:
    """Children of one element that are alike, in document order; `pattern` is what most of them hold."""

    kind: Kind
    pattern: frozenset[int]
    members: list[Element] = field(default_factory=list)


def clusters(parent: Element, shapes: Shapes) -> list[Cluster]:
    """The children of one element by likeness; each in one cluster, the large ones first."""
    alike: dict[tuple[int, frozenset[int]], list[Element]] = {}
    for child in parent.children:
        if child.tag not in _NEVER:
            alike.setdefault((shapes.kinds[child.number], shapes.below(child)), []).append(child)
    found: list[Cluster] = []
    for (_, pattern), members in sorted(alike.items(), key=lambda one: -len(one[1])):
        _place(found, kind_of(members[0]), pattern, members)
    for one in found:
        one.members.sort(key=_number)
    return sorted(found, key=lambda one: -len(one.members))


def _place(found: list[Cluster], kind: Kind, pattern: frozenset[int], members: Sequence[Element]) -> None:
    best, most = None, 0.0
    for one in found:
        like = likeness(one.pattern, pattern) if one.kind[0] == kind[0] else 0.0
        if one.kind[1] and kind[1]:
            like += NAMED * len({*one.kind[1]} & {*kind[1]}) / min(len(one.kind[1]), len(kind[1]))
        if like > most:
            best, most = one, like
    if best is not None and most >= ALIKE:
        best.members.extend(members)
    elif len(found) < MOST_PATTERNS:
        found.append(Cluster(kind, pattern, list(members)))


def _number(element: Element) -> int:
    return element.number
