"""The lists of a page: what repeats in it, record by record, the likely main list first."""

from dataclasses import dataclass

from scraper.selection.groups_shape import Shapes
from scraper.selection.groups_siblings import clusters
from scraper.selection.groups_size import Sizes
from scraper.selection.outline import SILENT, Element, Outline

_CLOSED = SILENT | {"select", "datalist", "optgroup", "p", "a", "button"}  # nothing in them is a record
Nodes = tuple[Element, ...]  # of one record, in document order


@dataclass(frozen=True, slots=True)
class Group:
    """One list of a page."""

    records: tuple[Nodes, ...]
    weight: float  # how likely it is what the page is about, compared with the others


def record_groups(outline: Outline) -> tuple[Group, ...]:
    """Everything that repeats in a page; the likely main list comes first."""
    shapes = Shapes(outline.elements)
    sizes = Sizes(outline.elements)
    found = []
    for parent in outline.elements:
        if len(parent.content) > 1 and parent.tag not in _CLOSED:
            found += [
                Group(tuple((one,) for one in members), _weight(members, sizes))
                for cluster in clusters(parent, shapes)
                if len(members := _filled(cluster.members, sizes)) > 1
            ]
    return tuple(sorted(found, key=lambda one: -one.weight))


def _filled(members: list[Element], sizes: Sizes) -> list[Element]:
    """Without placeholders: a list of nothing else is none."""
    return [one for one in members if not sizes.is_empty(one)]


def _weight(members: list[Element], sizes: Sizes) -> float:
    held = sum(min(400, sizes.characters[one.number]) + 1 for one in members)
    return held * (0.1 if members[0].is_hidden else 1)
