"""What repeats among the children of one element, and the same list continued in other containers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scraper.selection.groups_runs import runs
from scraper.selection.groups_shape import Shapes, likeness
from scraper.selection.groups_siblings import clusters
from scraper.selection.groups_size import Sizes
from scraper.selection.groups_tables import rows_beside
from scraper.selection.groups_ways import Ways
from scraper.selection.outline import SILENT, Element

CONTINUED = 0.65  # likeness of lists in containers of one kind that are one list
MOST_UNLIKE = 8  # lists in containers of one kind that a further one is compared with
PROSE = 0.2  # of an element's characters that stand directly in it
_CLOSED = SILENT | {"select", "datalist", "optgroup", "p", "a", "button"}  # nothing in them is a record

Nodes = tuple[Element, ...]  # of one record, in document order


@dataclass(slots=True)
class Listing:
    """Records that are alike; `pattern` is what most of their first nodes hold."""

    pattern: frozenset[int]
    records: list[Nodes]
    whole: "Listing | None" = None  # whose records have these as one of their nodes


def listings(elements: Sequence[Element], shapes: Shapes, sizes: Sizes) -> list[Listing]:
    """Every list of a page, each once."""
    found: dict[tuple[int, bool, bool], list[Listing]] = {}  # by the container's way and the kind of record
    ways = Ways(elements, shapes)
    for parent in elements:
        ways.follow(parent)
        if len(parent.content) > 1 and parent.tag not in _CLOSED and not _is_prose(parent, sizes):
            for one in _among(parent, shapes, sizes):
                kind = (ways[parent], len(one.records[0]) > 1, one.whole is not None)
                if len(one.records[0]) == 1:
                    ways.join(record[0] for record in one.records)
                _join(found.setdefault(kind, []), one)
    every = [one for continued in found.values() for one in continued]
    _add_single(every, elements, ways, shapes, sizes)
    return every + _beside(every, elements, sizes)


def _beside(found: Sequence[Listing], elements: Sequence[Element], sizes: Sizes) -> list[Listing]:
    """Rows of tables that are one, each with its other half."""
    halves = rows_beside(elements, sizes)
    whole = []
    for one in found if halves else ():
        rows = [record[0] for record in one.records if len(record) == 1]
        if len(rows) == len(one.records) and all(row in halves for row in rows):
            one.whole = Listing(one.pattern, [(row, halves[row]) for row in rows])
            whole.append(one.whole)
    return whole


def _is_prose(parent: Element, sizes: Sizes) -> bool:
    """Words run on between its children: those are marks in a text, not records."""
    return sizes.own[parent.number] > PROSE * sizes.characters[parent.number]


def _among(parent: Element, shapes: Shapes, sizes: Sizes) -> Iterator[Listing]:
    found = clusters(parent, shapes)
    run = runs(found, sizes)
    whole = Listing(run.head.pattern, run.records) if run is not None else None
    if whole is not None:
        yield whole
    for one in found:
        records: list[Nodes] = [(member,) for member in one.members if not sizes.is_empty(member)]
        if len(records) > 1:
            yield Listing(one.pattern, records, whole if run is not None and one in run.parts else None)


def _join(before: list[Listing], one: Listing) -> None:
    for other in before[:MOST_UNLIKE]:
        if likeness(other.pattern, one.pattern) >= CONTINUED:
            other.records += one.records
            return
    before.append(one)


def _add_single(
    found: list[Listing], elements: Sequence[Element], ways: Ways, shapes: Shapes, sizes: Sizes
) -> None:
    """A container's only record: it stands where those of other containers stand, and is like them."""
    by_way: dict[int, Listing] = {}
    filled: set[int] = set()
    for one in found:
        for nodes in one.records:
            by_way.setdefault(ways[nodes[0]], one)
            if nodes[0].parent is not None:
                filled.add(nodes[0].parent.number)
    grown: set[int] = set()
    for element in elements:
        listing = by_way.get(ways[element])
        if listing is None or element.parent is None or element.parent.number in filled:
            continue
        if len(listing.records[0]) > 1 or sizes.is_empty(element):
            continue
        if likeness(listing.pattern, shapes.below(element)) >= CONTINUED:
            listing.records.append((element,))
            grown.add(id(listing))
    for one in found:
        if id(one) in grown:
            one.records.sort(key=lambda nodes: nodes[0].number)
