"""Reads one wish after the other in one parsed page: what is learned first, then the built-in engine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

from scraper.document import Document
from scraper.pages import PageFacts
from scraper.selection.evidence import as_json, evidence
from scraper.selection.found import Source, Value
from scraper.selection.knowledge import KnownField
from scraper.selection.known_host import KnownHost, selectors
from scraper.selection.list_doubts import by_model, lines_of
from scraper.selection.list_selection import ListSelected, select_list
from scraper.selection.nodes import node_at
from scraper.selection.observation import Observation, packed_observation
from scraper.selection.observe import made_for, observe
from scraper.selection.outline import Outline
from scraper.selection.page_view import PageView, context_of
from scraper.selection.question import Doubt, Option, picks_from
from scraper.selection.read import Choice, RecordReading, read_record, seen_by_readers
from scraper.selection.read_about import is_about
from scraper.selection.read_known import Found, Known, read_known, read_with
from scraper.selection.stable import first_stable
from scraper.selection.template import Place
from scraper.selection.wanted import Field, Wanted

DECIDED = 0.6  # a value that is this sure teaches
MOST_OPTIONS = 6  # that a model is shown for one field
LEAST_FOUND = 2  # fields, before a page that nobody named holds a record


IsSample = Callable[[tuple[str, str, str]], bool]


class WishRead(NamedTuple):
    """What came of one wish on one page."""

    record: str
    rows: tuple[tuple[str, int, str, str], ...] = ()
    waits_for_model: bool = False
    doubts: tuple[Doubt, ...] = ()
    is_open: bool = False  # a later look may know more
    observed: bytes = b""


class PageReader:
    """One page; its outline is made only when something has to be looked for."""

    def __init__(self, document: Document, facts: PageFacts, host: KnownHost) -> None:
        self._document = document
        self._facts = facts
        self._host = host
        self._root: Any = document.tree.root
        self._context = context_of(document.language, facts.url, document.base)
        self._picked = picks_from(facts.picked)

    @property
    def version(self) -> int:
        return self._host.version

    @cached_property
    def place(self) -> Place:
        return self._host.place(self._root, self._facts.url)

    @cached_property
    def _view(self) -> PageView:
        return PageView(self._document, Outline(self._document.tree), self._facts.url)

    def read(self, wanted: Wanted, is_sample: IsSample | None) -> WishRead:
        """One wish; `is_sample` says of which pages a model is asked, where there is one."""
        if wanted.many:
            return self._read_list(wanted, is_sample)
        about = self._host.fields(self.place.template, wanted)
        known = read_known(self._root, wanted.fields, about, self._context)
        names = {*known.sought, *known.watched}
        sought = tuple(one for one in wanted.fields if one.name in names)
        built_in = read_record(self._view, replace(wanted, fields=sought)) if sought else None
        picks = self._picks(wanted)
        values = _values(known, built_in, picks)
        if not self._is_record(wanted, values, known, built_in):
            return WishRead(wanted.record)
        undecided = {} if built_in is None else built_in.undecided
        doubted = {name: one for name, one in undecided.items() if name not in picks}
        open_ = {name: one for name, one in doubted.items() if name not in known.watched}
        watched = {} if built_in is None else built_in.reading.values
        found = {name: one for name, one in watched.items() if name in known.watched} | values
        learnable = self._learnable(wanted, _surest(found, doubted, known), about)
        seen = observe(self._root, known, about, wanted, learnable, self._context)
        waits = is_sample is not None and bool(open_)
        kind = (self._facts.host, self.place.shape, wanted.record)
        doubts = self._doubts(wanted, open_) if waits and is_sample and is_sample(kind) else ()
        learns = any(about[name].is_learning if name in about else True for name in learnable)
        return WishRead(
            wanted.record,
            (_row(wanted.record, values, open_),),
            waits,
            doubts,
            is_open=learns and bool(sought),
            observed=packed_observation(Observation(self._facts.digest, self.place, wanted.record, seen)),
        )

    def _read_list(self, wanted: Wanted, is_sample: IsSample | None) -> WishRead:
        """Every record of a list; its fields are decided once for all of them."""
        about = self._host.fields(self.place.template, wanted)
        picked = self._picked.get(wanted.record, {})
        found = select_list(self._view, self._root, wanted, about, DECIDED, picked)
        if not found.records:
            return WishRead(wanted.record)
        undecided = dict.fromkeys(found.undecided)
        rows = (_row(wanted.record, one, undecided, ordinal) for ordinal, one in enumerate(found.records))
        seen = Observation(self._facts.digest, self.place, wanted.record, found.seen)
        waits = is_sample is not None and bool(undecided)
        kind = (self._facts.host, self.place.shape, wanted.record)
        doubts = self._list_doubts(wanted, found) if waits and is_sample and is_sample(kind) else ()
        return WishRead(wanted.record, tuple(rows), waits, doubts, observed=packed_observation(seen))

    def _list_doubts(self, wanted: Wanted, found: ListSelected) -> tuple[Doubt, ...]:
        doubts = []
        for field in wanted.fields:
            if field.name in found.undecided:
                choices = found.considered.get(field.name, ())
                lines = lines_of(self._root, found.listed, field, choices, self._context)
                doubts += self._doubt(wanted.record, field, lines)
        return tuple(doubts)

    def _learnable(
        self, wanted: Wanted, surest: dict[str, Found], about: Mapping[str, KnownField]
    ) -> dict[str, Found]:
        """What may teach, where readers see it: data has no place that a selector could find."""
        for name, value in surest.items():
            learns = name not in about or about[name].is_learning
            if learns and isinstance(value, Value) and value.source.inside:
                surest[name] = seen_by_readers(self._view, wanted, name, value) or value
        return surest

    def _is_record(
        self,
        wanted: Wanted,
        values: dict[str, Found],
        known: Known,
        built_in: RecordReading | None,
    ) -> bool:
        """Whether the page holds the record: it was named, it says so, or enough of it is there."""
        if not values or any(one.required and one.name not in values for one in wanted.fields):
            return False
        if wanted.match or (built_in is not None and built_in.is_typed):
            return True
        surely = [name for name, one in values.items() if name in known.values or _confidence(one) >= DECIDED]
        if len(surely) < min(LEAST_FOUND, len(wanted.fields)) or 2 * len(surely) < len(wanted.fields):
            return False
        # what learned selectors found alone was judged when they were learned
        return built_in is None or is_about(self._view, wanted, values, is_typed=False)

    def _picks(self, wanted: Wanted) -> dict[str, Found | None]:
        """What the fast tier chose on this very page; None where it says that the field is not there."""
        found: dict[str, Found | None] = {}
        fields = {one.name: one for one in wanted.fields}
        for name, lines in self._picked.get(wanted.record, {}).items():
            if name in fields:
                value = self._pick(fields[name], tuple(lines))
                if value is not None or not lines:
                    found[name] = value
        return found

    def _pick(self, field: Field, lines: tuple[str, ...]) -> Found | None:
        for selector in selectors(lines):
            _, value = read_with(self._root, field, selector, self._context)
            if value is not None:
                return by_model(value)
        return None

    def _doubts(self, wanted: Wanted, undecided: Mapping[str, Sequence[Choice]]) -> tuple[Doubt, ...]:
        fields = {one.name: one for one in wanted.fields}
        doubts = []
        for name, choices in undecided.items():
            field = fields[name]
            lines = [
                (one, made_for(self._root, self._root, field, one.value, self._context))
                for one in choices[:MOST_OPTIONS]
            ]
            doubts += self._doubt(wanted.record, field, lines)
        return tuple(doubts)

    def _doubt(
        self, record: str, field: Field, lines: Sequence[tuple[Choice, tuple[str, ...]]]
    ) -> list[Doubt]:
        """What can be found again may be pointed at."""
        options = [self._option(choice, made) for choice, made in lines if made]
        kept = tuple(dict.fromkeys(options))
        return [Doubt(record, field.name, str(field.kind), field.hint, kept)] if kept else []

    def _option(self, choice: Choice, made: tuple[str, ...]) -> Option:
        source = choice.value.source
        return Option(_place_shown(self._root, source), choice.label, source.text, made)


def _values(
    known: Known, built_in: RecordReading | None, picks: Mapping[str, Found | None]
) -> dict[str, Found]:
    """Learned selectors before the built-in engine; what the model chose on this page before both."""
    values: dict[str, Found] = {}
    if built_in is not None:
        found = built_in.reading.values.items()
        values |= {name: one for name, one in found if name not in known.watched}
    for name, hint in known.hints.items():
        if name not in values and name in known.sought:
            values[name] = hint
    values |= known.values
    for name, value in picks.items():
        if value is None:
            values.pop(name, None)
        else:
            values[name] = value
    return values


def _surest(values: Mapping[str, Found], undecided: Mapping[str, Any], known: Known) -> dict[str, Found]:
    """What may teach: values that were found here, without doubt."""
    return {
        name: value
        for name, value in values.items()
        if name not in known.values and name not in undecided and _confidence(value) >= DECIDED
    }


def _confidence(value: Found) -> float:
    if isinstance(value, Value):
        return value.confidence
    return min((one.confidence for one in value), default=0.0)


def _row(
    record: str, values: Mapping[str, Found], undecided: Mapping[str, Any], ordinal: int = 0
) -> tuple[str, int, str, str]:
    data = {
        name: found.value if isinstance(found, Value) else [one.value for one in found]
        for name, found in values.items()
    }
    sources = {name: evidence(found, is_decided=name not in undecided) for name, found in values.items()}
    return record, ordinal, as_json(data), as_json(sources)


def _place_shown(root: Any, source: Source) -> str:
    """Where a candidate stands, for the eyes of a model: its element with a class that says something."""
    node = node_at(root, source.path)
    telling = first_stable(node.attributes.get("class")) if node is not None else ""
    place = source.path.rpartition("/")[2].partition("[")[0] + (f".{telling}" if telling else "")
    return f"{place}@{source.attribute}" if source.attribute else place
