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
from scraper.selection.wanted import Kind, Wanted

_HEAD_SURE = 0.9
_SURE_OF_TYPE = 0.6
_UNSEEN = 0.8  # of the belief in an amount that stands nowhere in the page's text


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

    def steps(self, wanted: FieldWords) -> Iterator[list[Candidate]]:
        """Everything that may be the value, what is cheap and sure first: who has enough asks no further."""
        yield [*self._described(wanted), *labelled(self._view.surface, self._view.labels, wanted)]
        yield list(self._seen(wanted))
        if (thing := self._view.state) is not None:
            yield list(_fit(from_thing(thing, 1.0, wanted, self._view.context), wanted))

    def _described(self, wanted: FieldWords) -> Iterator[Candidate]:
        """What the page says to machines; amounts that no reader sees are believed less."""
        view = self._view
        thing, sure = self._main
        found = from_thing(thing, sure, wanted, view.context) if thing is not None else []
        found += from_thing(view.structured.head, _HEAD_SURE, wanted, view.context)
        for one in _fit(found, wanted):
            is_shown = wanted.field.kind is not Kind.MONEY or view.surface.shows_amount(one.value["amount"])
            yield one if is_shown else replace(one, score=one.score * _UNSEEN)

    def _seen(self, wanted: FieldWords) -> Iterator[Candidate]:
        view = self._view
        yield from named(view.surface, view.names, wanted)
        yield from typical(view.surface, wanted)
        yield from view.attributes.of(wanted)
        if wanted.concept == "availability":
            yield from offered(view.surface, wanted)


def _fit(candidates: list[Candidate], wanted: FieldWords) -> Iterator[Candidate]:
    for one in candidates:
        fit = shaped(wanted.concept, one.value)
        if fit:
            yield replace(one, score=one.score * fit)
