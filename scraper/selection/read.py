"""Reads one record from a page: structured data and what readers see, weighed field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from scraper.selection.candidate import Candidate
from scraper.selection.candidate_shape import shaped
from scraper.selection.candidates import labelled, named
from scraper.selection.candidates_shown import shown
from scraper.selection.candidates_structured import from_thing
from scraper.selection.candidates_trade import offered
from scraper.selection.candidates_typical import typical
from scraper.selection.field_words import FieldWords, fields_words
from scraper.selection.found import Reading, Value
from scraper.selection.page_view import PageView
from scraper.selection.read_about import is_about
from scraper.selection.scorer import LEAST, LEAST_OF_STATE, Ranked, is_decided, ranked
from scraper.selection.structured.main_thing import has_type, main_thing
from scraper.selection.structured.thing import Thing
from scraper.selection.wanted import Kind, Wanted

_HEAD_SURE = 0.9


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
    reader = _Reader(view, wanted)
    values: dict[str, Value | tuple[Value, ...]] = {}
    undecided: dict[str, tuple[Choice, ...]] = {}
    total = 0.0
    for one in fields_words(wanted):
        found = ranked(reader.candidates(one))
        if found and found[0].score >= _least(one):
            total += found[0].score
            values[one.field.name] = reader.chosen(found, one)
        if found and not is_decided(found):
            undecided[one.field.name] = _choices(found)
    confidence = total / len(wanted.fields)
    return RecordReading(Reading(wanted.record, values), confidence, undecided, reader.is_typed)


def considered(view: PageView, wanted: Wanted) -> dict[str, tuple[Choice, ...]]:
    """Every value that was weighed for each field, the surest first."""
    reader = _Reader(view, wanted)
    return {one.field.name: _choices(ranked(reader.candidates(one))) for one in fields_words(wanted)}


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


class _Reader:
    """Gathers the candidates of one record's fields."""

    def __init__(self, view: PageView, wanted: Wanted) -> None:
        self._view = view
        self._wanted = wanted

    @cached_property
    def _main(self) -> tuple[Thing | None, float]:
        return main_thing(self._view.structured.things, self._wanted.record, self._view.about)

    @property
    def is_typed(self) -> bool:
        thing, sure = self._main
        return thing is not None and sure >= 0.6 and has_type(thing, self._wanted.record)

    def candidates(self, wanted: FieldWords) -> Iterator[Candidate]:
        """Everything that may be the field's value."""
        view = self._view
        thing, sure = self._main
        if thing is not None:
            yield from _fit(from_thing(thing, sure, wanted, view.context), wanted)
        yield from _fit(from_thing(view.structured.head, _HEAD_SURE, wanted, view.context), wanted)
        yield from labelled(view.surface, view.labels, wanted)
        yield from named(view.surface, view.names, wanted)
        yield from typical(view.surface, wanted)
        yield from view.attributes.of(wanted)
        if wanted.concept == "availability":
            yield from offered(view.surface, wanted)

    def chosen(self, found: list[Ranked], wanted: FieldWords) -> Value | tuple[Value, ...]:
        best = _value(found[0])
        if not wanted.field.many:
            return best
        return (best,)


def _fit(candidates: list[Candidate], wanted: FieldWords) -> Iterator[Candidate]:
    for one in candidates:
        fit = shaped(wanted.concept, one.value)
        if fit:
            yield replace(one, score=one.score * fit)


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
