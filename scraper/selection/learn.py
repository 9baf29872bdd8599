"""Learns where the fields of one host stand, page by page; runs only where all pages come together."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scraper.selection.field_event import Event, Step
from scraper.selection.field_memory import FieldMemory
from scraper.selection.kept_rows import KeptRows, Key, key_of
from scraper.selection.knowledge import (
    ROWS,
    Knowledge,
    KnownField,
    LearnedField,
    LearnedTemplate,
    State,
)
from scraper.selection.observation import FieldSeen, Observation, is_another_page
from scraper.selection.template import Templates

CHANGED_AFTER = 3  # different pages in a row that miss most fields
MOST_WAITING = 64  # pages of one template that are named for another reading


class Lesson(NamedTuple):
    """What one page changed."""

    template: str  # of the page; empty: of none
    events: tuple[Event, ...] = ()
    read_again: tuple[bytes, ...] = ()  # bodies that were read before what is known now
    merged: str = ""  # a template that turned out to be this one


class Changes(NamedTuple):
    """What is to be written, and what to be deleted."""

    templates: tuple[LearnedTemplate, ...] = ()
    fields: tuple[LearnedField, ...] = ()
    gone_templates: tuple[str, ...] = ()
    gone_fields: tuple[LearnedField, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not any(self)


class HostLearning:
    """Of one host; equal pages in equal order teach equal things."""

    def __init__(
        self,
        host: str,
        templates: Iterable[LearnedTemplate] = (),
        fields: Iterable[LearnedField] = (),
        version: int = 1,  # higher than any before, also of processes that have ended
    ) -> None:
        self.host = host
        self.version = version
        self._templates = Templates(host, templates)
        self._memories: dict[Key, FieldMemory] = {}
        self._known: dict[Key, KnownField] = {}
        self._waiting: dict[tuple[str, str], dict[bytes, None]] = {}
        self._others: dict[tuple[str, str], int] = {}
        self._kept = KeptRows()
        self._restore(fields)

    def learn(self, seen: Observation) -> Lesson:
        """Takes in what one page says of one kind of record."""
        template, has_changed, merged = self._placed(seen)
        self.version += has_changed
        if not template:
            return Lesson("")
        version = seen.place.version
        fresh = [self._memory(template, seen.record, one).fresh(one, version) for one in seen.fields]
        is_other = self._is_other((template, seen.record), fresh)
        events: list[Event] = []
        for one in fresh:
            memory = self._memory(template, seen.record, one)
            events += memory.take(seen.body, one, version, is_other=is_other)
        if is_other and self._others[template, seen.record] >= CHANGED_AFTER:
            events += self._seek_all((template, seen.record), fresh)
        for one in seen.fields:
            self._note(template, seen.record, one, is_telling=bool(events))
        again = self._read_again(template, seen, events)
        return Lesson(template, tuple(events), again, merged)

    def may_ask(self, template: str, record: str, fields: Iterable[str]) -> tuple[str, ...]:
        """Those of the fields for which the model may be asked now."""
        return tuple(name for name, memory in self._wished(template, record, fields) if memory.may_ask)

    def note_asked(self, template: str, record: str, fields: Iterable[str]) -> None:
        """The model was asked about these fields on one page, and said something."""
        for _, memory in self._wished(template, record, fields):
            memory.note_asked()
            self._kept.note(key_of(memory.key), is_news=True)

    def undecided(self, template: str, record: str) -> tuple[str, ...]:
        """The fields that no selector is trusted with."""
        return tuple(
            name
            for (of, kind, name, _), memory in self._memories.items()
            if of == template and kind == record and name != ROWS and not memory.is_settled
        )

    def knowledge(self) -> Knowledge:
        """What workers get to know; worth sending where their version is lower."""
        fields = tuple(one for one in self._known.values() if _says_something(one))
        used = {one.template for one in fields}
        counted = {row.id: row.pages for row in self._templates.rows()}
        templates = tuple(one for one in self._templates.known if one.id in used or counted[one.id] > 1)
        return Knowledge(self.host, self.version, templates, fields)

    def take_changes(self, *, with_counts: bool = False) -> Changes:
        """What to write since the last call; mere counts of hits come rarely, or when asked for."""
        templates, gone = self._templates.take_changes(with_counts=with_counts)
        fields, gone_fields = self._kept.take(self._rows, with_counts=with_counts)
        return Changes(templates, fields, gone, gone_fields)

    def _rows(self, key: Key) -> list[LearnedField]:
        return self._memories[key].rows() if key in self._memories else []

    def _wished(self, template: str, record: str, fields: Iterable[str]) -> Iterator[tuple[str, FieldMemory]]:
        wished = set(fields)
        for (of, kind, name, _), memory in self._memories.items():
            if of == template and kind == record and name in wished:
                yield name, memory

    def _restore(self, fields: Iterable[LearnedField]) -> None:
        for key, several in self._kept.restore(fields).items():
            memory = self._memories[key] = FieldMemory(_key_row(self.host, key))
            memory.restore(several)
            self._known[key] = memory.known()
        self._templates.keep(one.template for one in self._known.values() if one.promoted or one.pinned)

    @property
    def settled_templates(self) -> frozenset[str]:
        """The templates of which selectors are in use, by all names that they had."""
        settled = {one.template for one in self._known.values() if one.promoted}
        return frozenset(settled | self._templates.former_names(settled))

    def _placed(self, seen: Observation) -> tuple[str, bool, str]:
        if not seen.place.sketch and not self._templates.current(seen.place.template):
            return "", False, ""
        before = self._templates.ids
        template, has_changed = self._templates.add(seen.place)
        for made_room in before - self._templates.ids:
            self._drop(made_room)
        merged = ""
        if has_changed and template and (twins := self._templates.merge_twin(template)):
            merged, template = twins
            self._move(merged, template)
        return template, has_changed, merged

    def _drop(self, template: str) -> None:
        """Nothing is kept of a template that made room for another."""
        for key in [key for key in self._memories if key[0] == template]:
            del self._memories[key]
            self._known.pop(key, None)
            self._kept.note(key, is_news=True)
        for kind in [kind for kind in self._waiting if kind[0] == template]:
            del self._waiting[kind]
            self._others.pop(kind, None)

    def _move(self, gone: str, kept: str) -> None:
        """What was learned of a template goes to the one that it turned out to be part of."""
        for key in [key for key in self._memories if key[0] == gone]:
            memory = self._memories.pop(key)
            self._known.pop(key, None)
            new_key = (kept, *key[1:])
            for one in (key, new_key):
                self._kept.note(one, is_news=True)
            mine = self._memories.setdefault(new_key, FieldMemory(_key_row(self.host, new_key)))
            mine.take_over(memory)
            mine.since = self.version + 1
            self._known[new_key] = mine.known()
        for kind in [kind for kind in self._waiting if kind[0] == gone]:
            self._waiting.setdefault((kept, kind[1]), {}).update(self._waiting.pop(kind))

    def _memory(self, template: str, record: str, seen: FieldSeen) -> FieldMemory:
        key = (template, record, seen.field, seen.schema)
        memory = self._memories.get(key)
        if memory is None:
            memory = self._memories[key] = FieldMemory(_key_row(self.host, key))
        return memory

    def _is_other(self, kind: tuple[str, str], seen: Iterable[FieldSeen]) -> bool:
        tried = [one for one in seen if one.trial]
        is_other = is_another_page(sum(one.used < 0 for one in tried), len(tried))
        if tried:
            self._others[kind] = self._others.get(kind, 0) + 1 if is_other else 0
        return is_other

    def _seek_all(self, kind: tuple[str, str], seen: Iterable[FieldSeen]) -> Iterable[Event]:
        why = f"most fields are missing on {self._others[kind]} pages in a row: the site has changed"
        for one in seen:
            if one.trial and one.used < 0:
                yield from self._memory(*kind, one).seek(why)

    def _note(self, template: str, record: str, seen: FieldSeen, *, is_telling: bool) -> None:
        key = (template, record, seen.field, seen.schema)
        memory = self._memories[key]
        known = memory.known()
        before = self._known.get(key)
        has_changed = known != before
        if has_changed:
            self._known[key] = known
            self.version += 1
            if before is not None and _in_use(before) != _in_use(known):
                memory.since = self.version
            self._templates.keep(one.template for one in self._known.values() if one.promoted or one.pinned)
        is_news = (
            has_changed
            or is_telling
            or (memory.ballot is not None and bool(memory.ballot.lines and seen.value))
        )
        self._kept.note(key, is_news=is_news)

    def _read_again(self, template: str, seen: Observation, events: Iterable[Event]) -> tuple[bytes, ...]:
        """The pages to be read once more: those that came before their fields' selectors were known."""
        waiting = self._waiting.setdefault((template, seen.record), {})
        named: tuple[bytes, ...] = ()
        if any(one.step in {Step.PROMOTED, Step.ROLLED_BACK} for one in events):
            named = tuple(body for body in waiting if body != seen.body)
            waiting.clear()
        of_page = (self._memories[template, seen.record, one.field, one.schema] for one in seen.fields)
        is_complete = all(
            one.used >= 0 or memory.pinned for one, memory in zip(seen.fields, of_page, strict=True)
        )
        if not is_complete:
            waiting[seen.body] = None
            if len(waiting) > MOST_WAITING:
                del waiting[next(iter(waiting))]
        return named


def _key_row(host: str, key: Key) -> LearnedField:
    template, record, field, schema = key
    return LearnedField(host, template, record, field, schema, 0, State.PROBATION, "")


def _in_use(one: KnownField) -> tuple[object, ...]:
    """What decides how a page is read."""
    return one.promoted, one.earlier, one.is_sought


def _says_something(one: KnownField) -> bool:
    return bool(one.pinned or one.promoted or one.earlier or one.probation or not one.is_learning)
