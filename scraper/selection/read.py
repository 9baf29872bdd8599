"""Reads one record from a page: structured data and what readers see, weighed field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from scraper.selection.candidate import Candidate, value_key
from scraper.selection.candidates_shown import shown
from scraper.selection.field_words import FieldWords, fields_words
from scraper.selection.found import Reading, Value
from scraper.selection.page_view import PageView
from scraper.selection.read_about import is_about
from scraper.selection.read_gather import Gatherer
from scraper.selection.read_many import all_values
from scraper.selection.scorer import LEAST, LEAST_OF_STATE, Ranked, is_decided, ranked
from scraper.selection.wanted import Kind, Wanted


class Choice(NamedTuple):
    """One place that a model or a person may point at."""

    id: int  # from 1
    value: Value
    label: str
    context: str
    score: float


@dataclass(frozen=True, slots=True)
class RecordReading:
    """What was read for one record, and what of it is not sure."""

    reading: Reading
    confidence: float  # the mean over all wanted fields
    # Fields to ask about; the built-in answer, where there is one, stands in the reading all the same.
    undecided: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    is_typed: bool = False  # the page says itself that it describes such a thing


def read_record(view: PageView, wanted: Wanted) -> RecordReading:
    """The record of the page: every field with its best value, where one is likely at all."""
    gatherer = Gatherer(view, wanted)
    values: dict[str, Value | tuple[Value, ...]] = {}
    undecided: dict[str, tuple[Choice, ...]] = {}
    total = 0.0
    for one in fields_words(wanted):
        candidates: list[Candidate] = []
        found: list[Ranked] = []
        for step in gatherer.steps(one):
            candidates += step
            found = ranked(candidates)
            if is_decided(found):
                break
        if found and found[0].score >= _least(one):
            total += found[0].score
            many = all_values(found[0].best, candidates, one, view.surface) if one.field.many else ()
            values[one.field.name] = many or _value(found[0])
        if found and not is_decided(found):
            undecided[one.field.name] = _choices(found)
    confidence = total / len(wanted.fields)
    return RecordReading(Reading(wanted.record, values), confidence, undecided, gatherer.is_typed)


def considered(view: PageView, wanted: Wanted) -> dict[str, tuple[Choice, ...]]:
    """Every value that was weighed for each field, the surest first."""
    gatherer = Gatherer(view, wanted)
    return {one.field.name: _choices(ranked(chain(*gatherer.steps(one)))) for one in fields_words(wanted)}


def seen_by_readers(view: PageView, wanted: Wanted, field: str, value: Value) -> Value | None:
    """The same value where readers see it, for one that was found in data: selectors can find it there."""
    gatherer = Gatherer(view, wanted)
    words = next(one for one in fields_words(wanted) if one.field.name == field)
    same = [
        one
        for one in chain(*gatherer.steps(words))
        if one.element is not None and one.key == value_key(value.value)
    ]
    best = max(same, key=lambda one: one.score, default=None)
    return None if best is None else value._replace(source=best.source)


def read_page(
    view: PageView, wanted: Wanted, *, is_alone: bool = False, page_type: str = ""
) -> list[Reading]:
    """The records of a page that is about them; of a page given for this record alone, whatever is found."""
    found = read_record(view, wanted)
    if not found.reading.values:
        return []
    if is_alone and all(one.name in found.reading.values for one in wanted.fields if one.required):
        return [found.reading]
    about = is_about(view, wanted, dict(found.reading.values), found.is_typed, page_type)
    return [found.reading] if about else []


def _least(wanted: FieldWords) -> float:
    return LEAST_OF_STATE if wanted.field.kind in {Kind.ENUM, Kind.BOOLEAN} else LEAST


def _value(one: Ranked) -> Value:
    return Value(_richest(one), one.best.source, round(one.score, 3))


def _richest(one: Ranked) -> object:
    """Of equal amounts, the one whose currency is known."""
    value = one.best.value
    if isinstance(value, dict) and value.get("currency") is None:
        return next((other.value for other in one.others if other.value.get("currency")), value)
    return value


def _choices(found: list[Ranked]) -> tuple[Choice, ...]:
    return tuple(
        Choice(number, _value(one), shown(one.best.label), one.best.context, round(one.score, 3))
        for number, one in enumerate(found, start=1)
    )
