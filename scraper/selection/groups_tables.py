"""Tables side by side that are one: the first columns stand still while the others scroll."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from scraper.selection.groups_size import Sizes
from scraper.selection.outline import Element

FEWEST_ROWS = 4
MOST_STILL = 2  # columns that stand still
FARTHEST = 5  # levels from a table to what holds both
ALONE = 0.9  # of what holds both is in the two tables


def rows_beside(elements: Sequence[Element], sizes: Sizes) -> Mapping[Element, Element]:
    """The rows of tables that stand still, each with its other half."""
    tables = [one for one in elements if one.tag == "table"]
    found: dict[Element, Element] = {}
    for still, other in pairwise(tables):
        if _are_one(still, other, sizes):
            found |= dict(zip(_rows(still), _rows(other), strict=True))
    return found


def _are_one(still: Element, other: Element, sizes: Sizes) -> bool:
    left, right = _rows(still), _rows(other)
    if len(left) != len(right) or len(left) < FEWEST_ROWS:
        return False
    if _width(left) > MOST_STILL or _width(right) <= _width(left):
        return False
    holder = _holder(still, other)
    if holder is None:
        return False
    both = sizes.characters[still.number] + sizes.characters[other.number]
    return both >= ALONE * sizes.characters[holder.number]


def _rows(table: Element) -> list[Element]:
    bodies = [one for one in table.children if one.tag == "tbody"]
    return [row for body in bodies for row in body.children if row.tag == "tr"]


def _width(rows: Sequence[Element]) -> int:
    return max(len(row.children) for row in rows)


def _holder(still: Element, other: Element) -> Element | None:
    """The next element around both, where it is near."""
    near = list(_near(still))
    return next((one for one in _near(other) if one in near), None)


def _near(table: Element) -> Iterator[Element]:
    for level, one in enumerate(table.ancestors()):
        if level >= FARTHEST:
            return
        yield one
