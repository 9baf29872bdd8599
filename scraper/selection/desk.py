"""Where all pages come together: takes what they teach, tells the workers, and keeps it in the ledger."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

import msgpack

from scraper.parse import SELECTION
from scraper.selection.field_event import Step
from scraper.selection.knowledge import LearnedField, LearnedTemplate, State, packed_knowledge
from scraper.selection.learn import Changes, HostLearning
from scraper.selection.observation import observation_from
from scraper.sites import Sites
from storage.learned_rows import FieldRow, Learned, TemplateRow, keep_learned, learned_hosts, read_learned
from storage.ledger import Connection, Ledger
from storage.selection_rows import place_undecided
from storage.words import Selected

MOST_OPENED = 1_000  # hosts of earlier runs, some 10 kB each; others are opened with their first page
MOST_HELD = 2_000  # hosts; what was learned of others is read again with their next page
MOST_LESSONS = 10_000  # that wait, some kB each: what one page teaches others teach, too
KEEP_SECONDS = 1.0  # what was learned since may be learned again after a kill
TELLING = frozenset({Step.PROMOTED, Step.ROLLED_BACK})


class _Lesson(NamedTuple):
    """One page, as it was observed."""

    host: str
    observed: bytes
    unplaced: int  # the visit, where it waits without a template


class Desk:
    """Learns from pages in the order of their commits."""

    def __init__(self, ledger: Ledger, sites: Sites, most_held: int = MOST_HELD) -> None:
        self._ledger = ledger
        self._sites = sites
        self._most_held = most_held
        self._hosts: OrderedDict[str, HostLearning] = OrderedDict()  # the last used last
        self._lessons: asyncio.Queue[_Lesson] = asyncio.Queue(MOST_LESSONS)
        self._placed: list[tuple[str, int]] = []  # template, visit
        self._learning = asyncio.Lock()  # lessons are taken in one after the other
        self._changed: set[str] = set()
        self._clock = time.monotonic
        self._moment = time.time
        self._keep_due = 0.0
        self._merged: dict[str, str] = {}  # template -> the one that it turned out to be
        self._promoted: dict[str, int] = {}  # template -> the version of its host that knew more of it
        self._news: dict[str, None] = {}  # templates of which pages may wait that were read before that

    async def open(self, hosts: Iterable[str]) -> None:
        """What earlier runs learned of these hosts and others, before their first pages come."""
        known = await self._ledger.read(lambda c: learned_hosts(c, MOST_OPENED))
        for host in dict.fromkeys([*hosts, *known]):
            await self._host(host)

    def take(self, visit: int, host: str, selected: Selected) -> None:
        """One page was committed."""
        if selected.observed:
            is_unplaced = selected.undecided is not None and not selected.undecided.template
            with suppress(asyncio.QueueFull):
                self._lessons.put_nowait(_Lesson(host, selected.observed, visit if is_unplaced else 0))
        waits = selected.undecided
        if waits is not None and self.knows_more(waits.template, waits.version):
            self._news[waits.template] = None  # it was on its way when its selectors became known

    async def run(self) -> None:
        """Learns until it is cancelled."""
        while True:
            lesson = await self._lessons.get()
            async with self._learning:
                await self._learn(lesson)
            await self.settle()
            if self._clock() >= self._keep_due:
                await self.keep()
                self._keep_due = self._clock() + KEEP_SECONDS

    async def settle(self) -> None:
        """Learns what has come so far."""
        async with self._learning:
            while not self._lessons.empty():
                await self._learn(self._lessons.get_nowait())
            placed, self._placed = self._placed, []
            if placed:
                await self._ledger.write(lambda c: place_undecided(c, placed))
                self._news |= dict.fromkeys(template for template, _ in placed if template in self._promoted)

    async def close(self) -> None:
        """Learns what is left, and keeps all of it."""
        await self.settle()
        self._changed = set(self._hosts)
        await self.keep(with_counts=True)

    async def keep(self, *, with_counts: bool = False) -> None:
        """In one transaction; hosts beyond what is held at once are let go when all of them is kept."""
        surplus = set(islice(self._hosts, max(len(self._hosts) - self._most_held, 0)))
        hosts = sorted(self._changed | surplus)
        self._changed.clear()
        taken = [self._hosts[host].take_changes(with_counts=with_counts or host in surplus) for host in hosts]
        changes = [one for one in taken if not one.is_empty]
        if changes:
            await self._ledger.write(lambda c: _keep_all(c, changes))
        for host in surplus - self._changed:
            for template in self._hosts.pop(host).settled_templates:
                self._promoted.pop(template, None)

    @property
    def held(self) -> int:
        """How many hosts are in memory."""
        return len(self._hosts)

    @property
    def lessons(self) -> int:
        """How many pages wait to be learned from."""
        return self._lessons.qsize()

    def take_news(self) -> list[tuple[str, int]]:
        """Templates of which more has become known since the last call, with the version that knows it."""
        news, self._news = self._news, {}
        return [(template, version) for template in news if (version := self._known_since(template))]

    def knows_more(self, template: str, version: int) -> bool:
        """Whether a page of a template that was read at this version is worth a second look."""
        return self._known_since(template) > version

    def _known_since(self, template: str) -> int:
        while template in self._merged:
            template = self._merged[template]
        return self._promoted.get(template, 0)

    async def may_ask(self, host: str, template: str, record: str, fields: Sequence[str]) -> tuple[str, ...]:
        """The fields about which the model may be asked on one more page."""
        return (await self._host(host)).may_ask(template, record, fields)

    async def note_asked(self, host: str, template: str, record: str, fields: Sequence[str]) -> None:
        """The model said something about these fields on one page."""
        (await self._host(host)).note_asked(template, record, fields)
        self._changed.add(host)

    async def _learn(self, lesson: "_Lesson") -> None:
        host, observed, unplaced = lesson
        learning = await self._host(host)
        version = learning.version
        for packed in msgpack.unpackb(observed):
            learned = learning.learn(observation_from(packed))
            if unplaced and learned.template:
                self._placed.append((learned.template, unplaced))
            if learned.merged:
                self._merged[learned.merged] = learned.template
            if any(event.step in TELLING for event in learned.events):
                self._promote(learned.template, learning.version)
        self._changed.add(host)
        if learning.version != version:
            self._tell(learning)

    def _promote(self, template: str, version: int) -> None:
        """Pages of it may wait under the names that it had before."""
        self._promoted[template] = version
        former = (gone for gone in self._merged if self._known_since(gone) == version)
        self._news |= dict.fromkeys((template, *former))

    def _tell(self, learning: HostLearning) -> None:
        self._sites.learn(learning.host, SELECTION, packed_knowledge(learning.knowledge()))

    async def _host(self, host: str) -> HostLearning:
        if host not in self._hosts:
            learned = await self._ledger.read(lambda c: read_learned(c, host))
            if host not in self._hosts:  # nobody was faster
                self._open(host, learned)
        self._hosts.move_to_end(host)
        return self._hosts[host]

    def _open(self, host: str, learned: Learned) -> None:
        # Pages that wait name the version at which they were read, perhaps by a process that has ended.
        version = int(self._moment() * 1000)
        learning = self._hosts[host] = HostLearning(host, *rows_of(learned), version)
        settled = learning.settled_templates
        self._promoted |= dict.fromkeys(settled, version)
        self._news |= dict.fromkeys(settled)
        if learned != Learned():
            self._tell(learning)


def _keep_all(connection: Connection, changes: Iterable[Changes]) -> None:
    for one in changes:
        keep_learned(connection, *kept(one))


def rows_of(learned: Learned) -> tuple[list[LearnedTemplate], list[LearnedField]]:
    """Rows of the ledger as selection knows them."""
    return (
        [LearnedTemplate(*row) for row in learned.templates],
        [LearnedField(*row[:6], State(row.state), row.body) for row in learned.fields],
    )


def kept(changes: Changes) -> tuple[Learned, list[str], list[FieldRow]]:
    """Changes as rows of the ledger."""
    return (
        Learned(
            tuple(
                TemplateRow(one.id, one.host, one.shape, one.sketch, one.pages, one.body)
                for one in changes.templates
            ),
            tuple(map(_field_row, changes.fields)),
        ),
        list(changes.gone_templates),
        list(map(_field_row, changes.gone_fields)),
    )


def _field_row(one: LearnedField) -> FieldRow:
    return FieldRow(
        one.host, one.template, one.record, one.field, one.schema, one.version, str(one.state), one.body
    )
