"""The lists of a page: what repeats in it, record by record, the likely main list first."""

from dataclasses import dataclass

from scraper.selection.groups_lists import Nodes, listings
from scraper.selection.groups_rank import ranked
from scraper.selection.groups_shape import Shapes
from scraper.selection.groups_size import Sizes
from scraper.selection.outline import Outline

MOST_GROUPS = 1000  # of one page


@dataclass(frozen=True, slots=True)
class Group:
    """One list of a page."""

    records: tuple[Nodes, ...]
    weight: float  # how likely it is what the page is about, compared with the others


def record_groups(outline: Outline) -> tuple[Group, ...]:
    """Everything that repeats in a page; the likely main list comes first."""
    elements = outline.elements
    shapes, sizes = Shapes(elements), Sizes(elements)
    found = ranked(listings(elements, shapes, sizes), elements, shapes, sizes)
    return tuple(Group(tuple(one.listing.records), one.weight) for one in found[:MOST_GROUPS])
