"""Reads the values of every record from the columns that were chosen for the fields."""

from collections.abc import Iterator, Sequence

from scraper.selection.candidate import source_at, value_key
from scraper.selection.found import Reading, Value
from scraper.selection.outline import Element
from scraper.selection.read import Choice, RecordReading
from scraper.selection.records_cells import Cell, Cells
from scraper.selection.records_choice import LEAST, MOST_CHOICES, Chosen, Ranked
from scraper.selection.records_columns import read_cell
from scraper.selection.records_things import Described, Found, matched
from scraper.selection.value import Context
from scraper.selection.value_parse import parse
from scraper.selection.wanted import Field, Kind, Wanted

_INSTEAD = 0.6  # of the best column's score that another needs to stand in where a record lacks the best
_USUAL = 0.8  # of the records have a field: one without most of these is none of them
_URL = Field("url", Kind.URL)


def values_of(number: int, columns: Sequence[Chosen], context: Context) -> Found:
    """What one record holds, by its number."""
    found: Found = {}
    for one in columns:
        value = _value(number, one, context)
        if value is not None:
            found[one.wanted.field.name] = value
    return found


def _value(number: int, one: Chosen, context: Context) -> Value | tuple[Value, ...] | None:
    if one.best is None:
        return None
    least = max(LEAST, _INSTEAD * one.best.score)
    for ranked in one.ranked:
        if ranked.score < least:
            return None
        if value := _in_column(number, ranked, one, context):
            return value
    return None


def _in_column(
    number: int, ranked: Ranked, one: Chosen, context: Context
) -> Value | tuple[Value, ...] | None:
    cells = ranked.column.cells.get(number, ())
    read = [value for cell in cells if (value := _read(cell, one, ranked.score, context)) is not None]
    if one.wanted.field.many:
        return tuple(read) or None
    return read[0] if read else None


def _read(cell: Cell, one: Chosen, score: float, context: Context) -> Value | None:
    parsed = read_cell(cell, one.wanted, context)
    if parsed is None:
        return None
    source = source_at(cell.element, (parsed.start, parsed.end), cell.text, cell.attribute)
    return Value(parsed.value, source, round(score, 3))


def with_things(
    values: Sequence[Found], cells: Sequence[Cells], things: Sequence[Described], context: Context
) -> None:
    """Adds what machines are told of the same records where readers see nothing surer."""
    if not things:
        return
    known = [_names(found, held, context) for found, held in zip(values, cells, strict=True)]
    for number, thing in matched(things, known).items():
        found = values[number]
        for name, value in thing.values.items():
            if name not in found or _sureness(found[name]) < _sureness(value):
                found[name] = value


def _sureness(value: Value | tuple[Value, ...]) -> float:
    return value.confidence if isinstance(value, Value) else max(one.confidence for one in value)


def _names(found: Found, cells: Cells, context: Context) -> frozenset[str]:
    """Its title and the addresses of its links."""
    names = {
        value_key(one.value)
        for one in found.values()
        if isinstance(one, Value) and isinstance(one.value, str)
    }
    for way, held in cells.items():
        if way.attribute == "href":
            names |= {one.value for cell in held for one in parse(_URL, cell.text, context)}
    return frozenset(names)


def is_record(found: Found, usual: frozenset[str], wanted: Wanted) -> bool:
    """It has what is required, and most of what nearly all records of the list have."""
    if not found or any(one.required and one.name not in found for one in wanted.fields):
        return False
    return not usual or 2 * len(usual & found.keys()) > len(usual)


def usual_fields(values: Sequence[Found]) -> frozenset[str]:
    """Fields that nearly all records have."""
    counts: dict[str, int] = {}
    for found in values:
        for name in found:
            counts[name] = counts.get(name, 0) + 1
    return frozenset(name for name, count in counts.items() if count >= _USUAL * len(values))


def record_of(found: Found, wanted: Wanted) -> RecordReading:
    """One record; what is not sure about it is asked once for the whole list."""
    ordered = {one.name: found[one.name] for one in wanted.fields if one.name in found}
    sure = sum(map(_sureness, ordered.values())) / len(wanted.fields)
    return RecordReading(Reading(wanted.record, ordered), sure)


def choices(one: Chosen, context: Context) -> tuple[Choice, ...]:
    """The columns of a field with what the first record that has it holds there."""
    return tuple(
        Choice(number, value, label, around, round(ranked.score, 3))
        for number, (ranked, value, label, around) in enumerate(_shown(one, context), start=1)
    )


def _shown(one: Chosen, context: Context) -> Iterator[tuple[Ranked, Value, str, str]]:
    for ranked in one.ranked[:MOST_CHOICES]:
        for cells in ranked.column.cells.values():
            value = _read(cells[0], one, ranked.score, context)
            if value is not None:
                yield ranked, value, cells[0].label, _around(cells[0].element)
                break


def _around(element: Element) -> str:
    return element.parent.text[:80] if element.parent is not None else ""
