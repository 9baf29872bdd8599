"""Gathers the candidates of one record's fields from all that a page says."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from scraper.selection.candidate import Candidate
from scraper.selection.candidate_shape import shaped
from scraper.selection.candidates import labelled, named
from scraper.selection.candidates_structured import from_thing
from scraper.selection.candidates_trade import offered
from scraper.selection.candidates_typical import typical
from scraper.selection.field_words import FieldWords
from scraper.selection.page_view import PageView
from scraper.selection.structured.main_thing import has_type, main_thing
from scraper.selection.structured.thing import Thing
from scraper.selection.wanted import Wanted

_HEAD_SURE = 0.9
_SURE_OF_TYPE = 0.6


class Gatherer:
    """What a page offers for the fields of one record."""

    def __init__(self, view: PageView, wanted: Wanted) -> None:
        self._view = view
        self._wanted = wanted

    @cached_property
    def _main(self) -> tuple[Thing | None, float]:
        return main_thing(self._view.structured.things, self._wanted.record, self._view.about)

    @property
    def is_typed(self) -> bool:
        """Whether the page says itself that it describes such a thing."""
        thing, sure = self._main
        return thing is not None and sure >= _SURE_OF_TYPE and has_type(thing, self._wanted.record)

    def candidates(self, wanted: FieldWords) -> Iterator[Candidate]:
        """Everything that may be the field's value, but for what only scripts know."""
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

    def in_scripts(self, wanted: FieldWords) -> Iterator[Candidate]:
        """The same from the data that the page's scripts start from; long to read, so asked for last."""
        if (thing := self._view.state) is not None:
            yield from _fit(from_thing(thing, 1.0, wanted, self._view.context), wanted)


def _fit(candidates: list[Candidate], wanted: FieldWords) -> Iterator[Candidate]:
    for one in candidates:
        fit = shaped(wanted.concept, one.value)
        if fit:
            yield replace(one, score=one.score * fit)
