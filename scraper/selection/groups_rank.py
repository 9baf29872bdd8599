"""Which list a page is about: much to read in many records that are no part of another list's records."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from scraper.selection.groups_lists import Listing, Nodes
from scraper.selection.groups_shape import Shapes
from scraper.selection.groups_size import Sizes
from scraper.selection.groups_weight import Weights
from scraper.selection.outline import Element

COVER = 0.6  # of the outer records' text that inner ones hold, where the outer ones are but rows or sections
MORE = 1.5  # times the weight of the outer list, where this is enough:
COVER_OF_MORE = 0.35
FEW = 2  # inner records per outer one: with fewer, the outer ones are rows only if they hold
NOTHING_ELSE = 0.95
POSITIONAL = 0.6  # of the inner records are told apart by their place: columns
MOSTLY = 0.8
PART = 0.5  # of the weight of the list whose records it is a part of
_RICH = 4  # pieces of a record that is more than a word with a link
_CELLS = frozenset(("td", "th", "dt", "dd"))
_INLINE = frozenset(("a", "abbr", "b", "code", "em", "i", "img", "small", "span", "strong", "sub", "sup"))


@dataclass(slots=True)
class Ranked:
    """A list with its weight; `outer` is the list whose records hold its own."""

    listing: Listing
    weight: float
    characters: int
    outer: "Ranked | None" = None


def ranked(
    found: Sequence[Listing], elements: Sequence[Element], shapes: Shapes, sizes: Sizes
) -> list[Ranked]:
    """The lists of a page, the likely main one first; lists inside of records come after those."""
    weights = Weights(elements, sizes)
    every = [_ranked(one, weights) for one in found]
    holders = _nest(every, elements)
    settled: list[Ranked] = []
    for one in sorted(every, key=lambda one: -one.listing.records[0][0].depth):
        if one.outer is None:
            settled += _apart(one, [nodes[0].parent for nodes in one.listing.records], weights)
        else:
            settled += _settle(one, one.outer, holders, shapes, sizes, weights)
    return sorted((one for one in settled if one.weight > 0), key=lambda one: -one.weight)


def _ranked(listing: Listing, weights: Weights) -> Ranked:
    weight = weights.of(listing.records)
    if listing.whole is not None:
        weight = min(weight, PART * weights.of(listing.whole.records))
    return Ranked(listing, weight, sum(map(weights.characters, listing.records)))


def _nest(every: Sequence[Ranked], elements: Sequence[Element]) -> list[int]:
    """Finds the list around each list; gives, per element, the number of the next record above it, or -1."""
    owner: dict[int, Ranked] = {}
    for one in every:
        for nodes in one.listing.records:
            for node in nodes:
                owner.setdefault(node.number, one)
    above = [-1] * len(elements)
    for element in elements:
        parent = element.parent
        if parent is not None:
            above[element.number] = parent.number if parent.number in owner else above[parent.number]
    for one in every:
        records = one.listing.records
        holders = [above[nodes[0].number] for nodes in records]
        around = Counter(id(owner[number]) for number in holders if number >= 0)
        if around and max(around.values()) >= MOSTLY * len(records):
            most = around.most_common(1)[0][0]
            one.outer = next(owner[number] for number in holders if number >= 0 and id(owner[number]) == most)
    return above


def _settle(
    one: Ranked, outer: Ranked, holders: Sequence[int], shapes: Shapes, sizes: Sizes, weights: Weights
) -> list[Ranked]:
    """Either the outer records are only rows or sections of the inner ones, or the inner ones are parts."""
    around = [holders[nodes[0].number] for nodes in one.listing.records]
    if not _are_only_containers(one, outer, around, shapes, sizes):
        parts = _apart(one, around, weights)
        for part in parts:
            part.weight = min(part.weight, PART * outer.weight)
        return parts
    outer.weight = min(outer.weight, 0.9 * one.weight)
    in_items = outer.listing.records[0][0].tag == "li"  # menus of menus: each is a list of its own
    return _apart(one, around, weights) if in_items else [one]


def _apart(one: Ranked, holders: Sequence[Hashable], weights: Weights) -> list[Ranked]:
    """A list for each of what holds its records; those with nothing to read are none."""
    by_holder: dict[Hashable, list[Nodes]] = defaultdict(list)
    for nodes, holder in zip(one.listing.records, holders, strict=True):
        by_holder[holder].append(nodes)
    if len(by_holder) == 1:
        return [one]
    parts = [
        _ranked(Listing(one.listing.pattern, of, one.listing.whole), weights)
        for of in by_holder.values()
        if len(of) > 1
    ]
    return [part for part in parts if part.characters]


def _are_only_containers(
    one: Ranked, outer: Ranked, around: Sequence[int], shapes: Shapes, sizes: Sizes
) -> bool:
    cover = COVER if one.weight < MORE * outer.weight else COVER_OF_MORE
    if len(one.listing.records) < FEW * len(set(around)):
        cover = NOTHING_ELSE
    if one.characters < cover * outer.characters:
        return False
    first, is_rich = one.listing.records[0][0], len(one.listing.pattern) >= _RICH
    if (first.tag in _CELLS and not is_rich) or (first.tag in _INLINE and not first.children):
        return False
    linked = sum(any(sizes.links[node.number] for node in nodes) for nodes in one.listing.records)
    if not is_rich and linked < 0.5 * len(one.listing.records):
        return False
    return not _are_columns(one, around, shapes)


def _are_columns(one: Ranked, around: Sequence[int], shapes: Shapes) -> bool:
    """Equally many per container, and those at one place are more alike than those of one container."""
    rows: dict[int, list[Element]] = defaultdict(list)
    for nodes, holder in zip(one.listing.records, around, strict=True):
        rows[holder].append(nodes[0])
    width, times = Counter(map(len, rows.values())).most_common(1)[0]
    if width < 2 or times < MOSTLY * len(rows) or len(rows) < 2:
        return False
    even = [row for row in rows.values() if len(row) == width]
    columns = [Counter(shapes.below(row[place]) for row in even).most_common(1)[0] for place in range(width)]
    steady = sum(times for _, times in columns) / (width * len(even))
    return len({shape for shape, _ in columns}) > 1 and steady >= POSITIONAL
