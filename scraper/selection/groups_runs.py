"""Records of several nodes: a head and what follows it, over and over, among the children of one element."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scraper.selection.groups_siblings import Cluster
from scraper.selection.groups_size import Sizes
from scraper.selection.outline import Element

REGULAR = 0.7  # of the records have the same order of parts
LEAST = 2  # records of a run
MOST = 1.3  # parts with the tag of the head per record, on average
_ALONE = frozenset(("li", "article", "option", "td", "th", "tbody", "section", "a"))


@dataclass(frozen=True, slots=True)
class Run:
    """Records that each begin with a member of `head` and go on with members of the other `parts`."""

    head: Cluster
    parts: tuple[Cluster, ...]
    records: list[tuple[Element, ...]]


def runs(found: Sequence[Cluster], sizes: Sizes) -> Run | None:
    """The run that the children of one element make, if they make one."""
    row = sorted(
        ((one, place) for place, cluster in enumerate(found) for one in cluster.members
         if not sizes.is_empty(one)),
        key=lambda pair: pair[0].number,
    )  # fmt: skip
    repeated = {place for place, cluster in enumerate(found) if len(cluster.members) >= LEAST}
    while row and row[0][1] not in repeated:
        row.pop(0)
    if len(repeated) < 2 or not row:
        return None
    head = row[0][1]
    records: list[list[tuple[Element, int]]] = []
    for pair in row:
        if pair[1] == head:
            records.append([])
        records[-1].append(pair)
    if len(records) < LEAST:
        return None
    orders = Counter(tuple(dict.fromkeys(place for _, place in one)) for one in records)
    order, times = orders.most_common(1)[0]
    if len(order) < 2 or times < REGULAR * len(records):
        return None
    if not _is_whole(found, order, records):
        return None
    nodes = [tuple(one for one, place in record if place in order) for record in records]
    return Run(found[head], tuple(found[place] for place in order), nodes)


def _is_whole(
    found: Sequence[Cluster], order: Sequence[int], records: Sequence[Sequence[tuple[Element, int]]]
) -> bool:
    """No part is a record by itself: neither an item of a list, nor one of several below a heading."""
    head = found[order[0]].kind[0]
    if head in _ALONE:
        return False
    for place in order[1:]:
        times = sum(other == place for record in records for _, other in record)
        if found[place].kind[0] in _ALONE or (found[place].kind[0] == head and times > MOST * len(records)):
            return False
    return True
