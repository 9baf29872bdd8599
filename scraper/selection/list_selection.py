"""Selects the records of a list: what other pages taught goes before what this one seems to say."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from scraper.selection.found import Value
from scraper.selection.knowledge import ROWS, KnownField
from scraper.selection.known_list import ListedRecord, observe_list, observe_rows, read_rows, row_lines
from scraper.selection.list_doubts import with_picks
from scraper.selection.nodes import Node
from scraper.selection.observation import FieldSeen
from scraper.selection.page_view import PageView
from scraper.selection.read import Choice
from scraper.selection.read_known import Found, Known
from scraper.selection.records import ListReading, read_list
from scraper.selection.records_about import is_list_of
from scraper.selection.records_rows import rows_of
from scraper.selection.wanted import Wanted

NOTHING_PICKED: Mapping[str, Sequence[str]] = MappingProxyType({})


class ListSelected(NamedTuple):
    """The records of one page, and what they teach."""

    records: tuple[Mapping[str, Found], ...]
    undecided: frozenset[str]
    seen: tuple[FieldSeen, ...]
    listed: tuple[ListedRecord, ...] = ()
    considered: Mapping[str, tuple[Choice, ...]] = MappingProxyType({})  # per field, the best first


def select_list(
    view: PageView,
    root: Node,
    wanted: Wanted,
    about: Mapping[str, KnownField],
    sure: float,
    picked: Mapping[str, Sequence[str]] = NOTHING_PICKED,
) -> ListSelected:
    """`sure` is how sure a value must be to teach, `picked` what a model chose on this page."""
    found = read_list(view, wanted, row_lines(about))
    if not wanted.match and not is_list_of(view, found, wanted):
        return ListSelected((), frozenset(), ())
    own = [ListedRecord(_node(found, number), one.reading.values) for number, one in enumerate(found.records)]
    own = with_picks(own, picked, wanted.fields, view.context)
    known = read_rows(own, wanted, about, view.context)
    records = tuple(_joined(one, from_known) for one, from_known in zip(own, known, strict=True))
    settled = {name for one in known if one is not None for name in one.values}
    undecided = found.undecided - settled - picked.keys()
    teaching = [ListedRecord(one.node, _sure(one.values, undecided, sure)) for one in own]
    seen = observe_list(root, teaching, known, wanted, about, view.context)
    taught = (*seen, _rows_seen(view, found, about, teaching))
    return ListSelected(records, undecided, taught, tuple(own), found.considered)


def _rows_seen(
    view: PageView, found: ListReading, about: Mapping[str, KnownField], records: list[ListedRecord]
) -> FieldSeen:
    learns = ROWS not in about or about[ROWS].is_learning
    made = rows_of(view.outline, found.nodes) if learns and found.nodes and not found.rows else ()
    return observe_rows(made, about, found.rows, records)


def _node(found: ListReading, number: int) -> Node | None:
    nodes = found.nodes[number] if number < len(found.nodes) else ()
    return nodes[0].node if len(nodes) == 1 else None


def _joined(own: ListedRecord, known: Known | None) -> Mapping[str, Found]:
    if known is None:
        return own.values
    kept = {name: value for name, value in own.values.items() if name not in known.absent}
    return kept | known.values


def _sure(values: Mapping[str, Found], undecided: Iterable[str], least: float) -> dict[str, Found]:
    return {
        name: value for name, value in values.items() if name not in undecided and _confidence(value) >= least
    }


def _confidence(value: Found) -> float:
    if isinstance(value, Value):
        return value.confidence
    return min((one.confidence for one in value), default=0.0)
