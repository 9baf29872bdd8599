"""Tells the progress of a run at a steady pace, however fast the run is."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlsplit

from tandem.progress.announcer import Announcer
from tandem.progress.events import ErrorEvent, PageBatch, PageNote, RecordBatch, RecordNote
from tandem.progress.figures import Hosts
from tandem.progress.tally import Gauge, Tally

BATCH_SECONDS = 0.1
STATS_EVERY = 10  # batches: once a second
HOSTS_EVERY = 20
BATCH_NOTES = 200
BATCH_CHARACTERS = 40_000  # nearly always below the 64 KiB that any broker takes; what is not is split
NOTES = 2_000  # waiting for the next batch; beyond, the oldest are only counted
FAILURES = 200  # told one by one: the first of each host and reason; the figures count all

Note = TypeVar("Note", PageNote, RecordNote)


class Reporter:
    """Collects what became of URLs and publishes batches of it, figures and the slowest hosts."""

    def __init__(self, announcer: Announcer, tally: Tally, read_gauge: Callable[[], Gauge]) -> None:
        self._announcer = announcer
        self._tally = tally
        self._read_gauge = read_gauge
        self._notes: deque[PageNote] = deque()
        self._records: deque[RecordNote] = deque()
        self._failures: set[tuple[str, str]] = set()
        self._unsaid = 0
        self._task: asyncio.Task[None] | None = None

    def note(self, note: PageNote, *, is_page: bool) -> None:
        """Counts one visit and queues it to be told."""
        self._tally.note(note, is_page=is_page)
        self._queue(self._notes, note)
        if note.outcome == "failed":
            self._note_failure(note)

    def note_record(self, note: RecordNote) -> None:
        """Queues to be told that records were read from a page."""
        self._queue(self._records, note)

    def _queue(self, notes: deque[Note], note: Note) -> None:
        if len(notes) >= NOTES:
            notes.popleft()
            self._unsaid += 1
        notes.append(note)

    def _note_failure(self, note: PageNote) -> None:
        place = (urlsplit(note.url).netloc, note.reason)
        if place in self._failures or len(self._failures) >= FAILURES:
            return
        self._failures.add(place)
        line = f"{note.reason.replace('_', ' ')} at {place[0]}; further ones are only counted"
        self._announcer.say(ErrorEvent(run=self._announcer.run, what=note.reason, message=line, url=note.url))

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._report(), name="progress")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        self.flush()

    def flush(self) -> None:
        """Tells everything there is to tell at this moment."""
        self._say_notes()
        self._say_stats()
        self._say_hosts()

    async def _report(self) -> None:
        ticks = 0
        while True:
            if ticks % STATS_EVERY == 0:
                self._say_stats()
            if ticks % HOSTS_EVERY == 0:
                self._say_hosts()
            await asyncio.sleep(BATCH_SECONDS)
            self._say_notes()
            ticks += 1

    def _say_notes(self) -> None:
        run = self._announcer.run
        for pages in _batches(self._notes):
            self._announcer.say(PageBatch(run=run, pages=pages))
        for records in _batches(self._records):
            self._announcer.say(RecordBatch(run=run, records=records))

    def _say_stats(self) -> None:
        gauge = self._read_gauge()
        self._announcer.say(self._tally.stats(gauge, self._announcer.dropped + self._unsaid))
        for model in gauge.models:
            self._announcer.say(model)

    def _say_hosts(self) -> None:
        self._announcer.say(Hosts(run=self._announcer.run, hosts=self._read_gauge().slowest[:50]))


def _batches(notes: deque[Note]) -> Iterator[tuple[Note, ...]]:
    while notes:
        batch: list[Note] = []
        characters = 0
        while notes and len(batch) < BATCH_NOTES and characters < BATCH_CHARACTERS:
            note = notes.popleft()
            characters += len(note.url) + 120
            batch.append(note)
        yield tuple(batch)
