"""Reads the records of a list: found by how well the fields fit, each field decided once for all records."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scraper.selection.field_words import FieldWords, fields_words
from scraper.selection.groups import Group, record_groups
from scraper.selection.groups_lists import Nodes
from scraper.selection.page_view import PageView
from scraper.selection.read import Choice, RecordReading
from scraper.selection.records_choice import Chosen, cells_of_all, chosen
from scraper.selection.records_read import (
    choices,
    is_record,
    record_of,
    usual_fields,
    values_of,
    with_things,
)
from scraper.selection.records_rows import first_rows
from scraper.selection.records_things import Described, described
from scraper.selection.value import Context
from scraper.selection.wanted import Wanted

MOST_GROUPS = 12  # lists of a page that are tried
SAMPLE = 8  # records of each
LEAST_FIT = 0.2  # of the fields, for a list to be the one
_COPY = re.compile(r"(?:^|[-_])(?:cloned?|duplicate)(?:$|[-_])")
_LIGHT = 0.15  # how much the weight of a list counts beside its fit: its tenth part takes a third of the fit


@dataclass(frozen=True, slots=True)
class ListReading:
    """The records of one page, and what is asked once for all of them."""

    records: tuple[RecordReading, ...] = ()
    nodes: tuple[Nodes, ...] = ()  # of each record; none of those that only machines are told of
    considered: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)  # per field, the best first
    undecided: frozenset[str] = frozenset()  # fields to ask about
    rows: str = ""  # the line that found the records, where one was known
    confidence: float = 0.0


def read_records(view: PageView, wanted: Wanted, rows: Sequence[str] = ()) -> tuple[RecordReading, ...]:
    """Every record of the page in its order; `rows` are lines that found them on other pages."""
    return read_list(view, wanted, rows).records


def read_list(
    view: PageView, wanted: Wanted, rows: Sequence[str] = (), groups: Sequence[Group] | None = None
) -> ListReading:
    """The records of the page with what is not sure about them; `groups` where they are known already."""
    words = fields_words(wanted)
    things = described(view.structured.things, wanted.record, words, view.context)
    nodes: Sequence[Nodes]
    line, nodes = first_rows(view.outline, rows)
    if not nodes:
        found = record_groups(view.outline) if groups is None else groups
        nodes = _fitting(found[:MOST_GROUPS], words, view.context)
    nodes = [one for one in nodes if not _is_copy(one)]
    if not nodes:
        return _of_things(things, wanted)
    cells = cells_of_all(nodes)
    columns = chosen(cells, words, view.context)
    if not line and _fit(columns) < LEAST_FIT:
        return _of_things(things, wanted)
    values = [values_of(number, columns, view.context) for number in range(len(nodes))]
    with_things(values, cells, things, view.context)
    usual = usual_fields(values)
    kept = [number for number, found in enumerate(values) if is_record(found, usual, wanted)]
    records = tuple(record_of(values[number], wanted) for number in kept)
    return ListReading(
        records,
        tuple(nodes[number] for number in kept),
        {one.wanted.field.name: choices(one, view.context) for one in columns},
        frozenset(one.wanted.field.name for one in columns if not one.is_decided),
        line,
        _mean([one.confidence for one in records]),
    )


def _is_copy(record: Nodes) -> bool:
    """Carousels repeat their first and last slides, so that they can go round."""
    return any(_COPY.search(name) for name in record[0].classes)


def _fitting(groups: Sequence[Group], words: Sequence[FieldWords], context: Context) -> Sequence[Nodes]:
    """The records of the list that the fields fit best; of equal ones the page's main list."""
    best: Sequence[Nodes] = ()
    most = 0.0
    heaviest = max((one.weight for one in groups), default=1.0)
    for group in groups:
        sample = cells_of_all(group.records[:SAMPLE])
        size = len(group.records)
        fit = _fit(chosen(sample, words, context)) * (group.weight / heaviest) ** _LIGHT * size / (size + 1)
        if fit > most:
            best, most = group.records, fit
    return best


def _fit(columns: Sequence[Chosen]) -> float:
    """The mean over all fields of how surely there is a column for them."""
    if any(one.wanted.field.required and one.best is None for one in columns):
        return 0.0
    return _mean([one.best.score if one.best is not None else 0.0 for one in columns])


def _of_things(things: Sequence[Described], wanted: Wanted) -> ListReading:
    """Only machines are told of the records."""
    usual = usual_fields([one.values for one in things])
    records = tuple(record_of(one.values, wanted) for one in things if is_record(one.values, usual, wanted))
    return ListReading(records, confidence=_mean([one.confidence for one in records]))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
