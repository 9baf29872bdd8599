"""Selects the wanted records in one parsed page: what is learned first, then the built-in engine.

Runs in the parse workers. It learns nothing itself: what a page teaches travels back with what was found.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

import msgpack

from scraper.document import Document
from scraper.pages import NOT_SELECTED, PageFacts, SelectedFields
from scraper.pattern import Pattern
from scraper.selection.evidence import as_json, evidence
from scraper.selection.found import How, Source, Value
from scraper.selection.knowledge import Knowledge
from scraper.selection.known_host import KnownHost, selectors
from scraper.selection.list_selection import select_list
from scraper.selection.nodes import node_at
from scraper.selection.observation import Observation, packed_observation
from scraper.selection.observe import made_for, observe
from scraper.selection.outline import Outline
from scraper.selection.page_view import PageView, context_of
from scraper.selection.question import Doubt, Option, packed_doubts, picks_from
from scraper.selection.read import Choice, RecordReading, read_record
from scraper.selection.read_known import Found, Known, read_known, read_with
from scraper.selection.stable import first_stable
from scraper.selection.template import Place
from scraper.selection.wanted import Field, Wanted
from storage.address import NotAnAddress, parse

DECIDED = 0.6  # a value that is this sure teaches
SURE_OF_PICK = 0.9
MOST_OPTIONS = 6  # that a model is shown for one field
FIRST_ASKED = 12  # undecided pages of one kind whose questions are made
THEN_EVERY = 16  # … and of the later ones
MOST_KINDS = 10_000
LEAST_FOUND = 2  # fields, before a page that nobody named holds a record


IsSample = Callable[[tuple[str, str, str]], bool]


class PageSelection:
    """Reads pages of many hosts for the same wishes; `asks` when there is a model to be asked."""

    def __init__(self, wanted: Sequence[Wanted], *, asks: bool = False) -> None:
        self._wanted = [(one, tuple(map(Pattern.of, one.match))) for one in wanted]
        self._asks = asks
        self._hosts: dict[str, tuple[bytes, KnownHost]] = {}
        self._open: Counter[tuple[str, str, str]] = Counter()  # host, shape, record: undecided pages so far

    def select(self, document: Document, facts: PageFacts) -> SelectedFields:
        """Everything of the wishes that the page holds."""
        fitting = [one for one, patterns in self._wanted if _may_hold(facts.url, patterns)]
        if not fitting or document.tree.root is None:
            return NOT_SELECTED
        page = _Page(document, facts, self._known(facts))
        found = [page.read(one, self._is_sample if self._asks else None) for one in fitting]
        doubts = [doubt for one in found for doubt in one.doubts]
        return SelectedFields(
            rows=tuple(row for one in found for row in one.rows),
            nothing=tuple(one.record for one in found if not one.rows),
            template=page.place.template,
            reason=_reason(found),
            version=page.version,
            question=packed_doubts(doubts) if doubts else b"",
            observed=msgpack.packb([one.observed for one in found if one.observed]),
        )

    def _is_sample(self, kind: tuple[str, str, str]) -> bool:
        """Whether the question of a page is worth its making: a few tell of all that are built alike."""
        count = self._open[kind]
        if len(self._open) < MOST_KINDS or kind in self._open:
            self._open[kind] += 1
        return count < FIRST_ASKED or count % THEN_EVERY == 0

    def _known(self, facts: PageFacts) -> KnownHost:
        packed, known = self._hosts.get(facts.host, (b"", None))
        if known is None or packed != facts.known:
            known = KnownHost.unpacked(facts.known) if facts.known else KnownHost(Knowledge(facts.host, 0))
            if len(self._hosts) > 1_000:
                self._hosts.clear()
            self._hosts[facts.host] = (facts.known, known)
        return known


def _may_hold(url: str, patterns: Sequence[Pattern]) -> bool:
    if not patterns:
        return True
    try:
        address = parse(url)
    except NotAnAddress:
        return False
    return any(pattern.matches(address) for pattern in patterns)


class _Read(NamedTuple):
    """What came of one wish on one page."""

    record: str
    rows: tuple[tuple[str, int, str, str], ...] = ()
    waits_for_model: bool = False
    doubts: tuple[Doubt, ...] = ()
    is_open: bool = False  # a later look may know more
    observed: bytes = b""


def _reason(found: Sequence[_Read]) -> str:
    """Why a page waits."""
    if any(one.waits_for_model for one in found):
        return "model"
    return "probation" if any(one.is_open for one in found) else ""


class _Page:
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

    def read(self, wanted: Wanted, is_sample: IsSample | None) -> _Read:
        """One wish; `is_sample` says of which pages a model is asked, where there is one."""
        if wanted.many:
            return self._read_list(wanted)
        about = self._host.fields(self.place.template, wanted)
        known = read_known(self._root, wanted.fields, about, self._context)
        sought = tuple(one for one in wanted.fields if one.name in known.sought)
        built_in = read_record(self._view, replace(wanted, fields=sought)) if sought else None
        picks = self._picks(wanted)
        values = _values(known, built_in, picks)
        if not _is_record(wanted, values, known, built_in):
            return _Read(wanted.record)
        undecided = {} if built_in is None else built_in.undecided
        open_ = {name: one for name, one in undecided.items() if name not in picks}
        learnable = _surest(values, open_, known)
        seen = observe(self._root, known, about, wanted, learnable, self._context)
        waits = is_sample is not None and bool(open_)
        kind = (self._facts.host, self.place.shape, wanted.record)
        doubts = self._doubts(wanted, open_) if waits and is_sample and is_sample(kind) else ()
        learns = any(about[name].is_learning if name in about else True for name in learnable)
        return _Read(
            wanted.record,
            (_row(wanted.record, values, open_),),
            waits,
            doubts,
            is_open=learns and bool(sought),
            observed=packed_observation(Observation(self._facts.digest, self.place, wanted.record, seen)),
        )

    def _read_list(self, wanted: Wanted) -> _Read:
        """Every record of a list; its fields are decided once for all of them."""
        about = self._host.fields(self.place.template, wanted)
        found = select_list(self._view, self._root, wanted, about, DECIDED)
        if not found.records:
            return _Read(wanted.record)
        undecided = dict.fromkeys(found.undecided)
        rows = (_row(wanted.record, one, undecided, ordinal) for ordinal, one in enumerate(found.records))
        seen = Observation(self._facts.digest, self.place, wanted.record, found.seen)
        return _Read(wanted.record, tuple(rows), observed=packed_observation(seen))

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
            if isinstance(value, Value):
                return value._replace(source=value.source._replace(how=How.MODEL), confidence=SURE_OF_PICK)
            if value:
                return tuple(
                    one._replace(source=one.source._replace(how=How.MODEL), confidence=SURE_OF_PICK)
                    for one in value
                )
        return None

    def _doubts(self, wanted: Wanted, undecided: Mapping[str, Sequence[Choice]]) -> tuple[Doubt, ...]:
        fields = {one.name: one for one in wanted.fields}
        doubts = []
        for name, choices in undecided.items():
            options = [self._option(fields[name], one) for one in choices[:MOST_OPTIONS]]
            kept = tuple(dict.fromkeys(one for one in options if one.selectors))
            if kept:
                doubts.append(Doubt(wanted.record, name, str(fields[name].kind), fields[name].hint, kept))
        return tuple(doubts)

    def _option(self, field: Field, choice: Choice) -> Option:
        source = choice.value.source
        made = made_for(self._root, self._root, field, choice.value, self._context)
        return Option(_place_shown(self._root, source), choice.label, source.text, made)


def _values(
    known: Known, built_in: RecordReading | None, picks: Mapping[str, Found | None]
) -> dict[str, Found]:
    """Learned selectors before the built-in engine; what the model chose on this page before both."""
    values: dict[str, Found] = {}
    if built_in is not None:
        values |= built_in.reading.values
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


def _is_record(
    wanted: Wanted, values: Mapping[str, Found], known: Known, built_in: RecordReading | None
) -> bool:
    """Whether the page holds the record: it was named, it says so, or enough of it is there."""
    if not values or any(one.required and one.name not in values for one in wanted.fields):
        return False
    if wanted.match or (built_in is not None and built_in.is_typed):
        return True
    surely = [name for name, value in values.items() if name in known.values or _confidence(value) >= DECIDED]
    return len(surely) >= min(LEAST_FOUND, len(wanted.fields)) and 2 * len(surely) >= len(wanted.fields)


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
