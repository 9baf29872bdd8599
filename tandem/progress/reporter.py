"""Tells the progress of a run at a steady pace, however fast the run is."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

from tandem.progress.announcer import Announcer
from tandem.progress.events import Hosts, PageBatch, PageNote
from tandem.progress.tally import Gauge, Tally

BATCH_SECONDS = 0.1
STATS_EVERY = 10  # batches: once a second
HOSTS_EVERY = 20
BATCH_PAGES = 200
BATCH_CHARACTERS = 40_000  # keeps a message below the 64 KiB that any broker takes
NOTES = 2_000  # waiting for the next batch; beyond, the oldest are only counted


class Reporter:
    """Collects what became of URLs and publishes batches of it, figures and the slowest hosts."""

    def __init__(self, announcer: Announcer, tally: Tally, read_gauge: Callable[[], Gauge]) -> None:
        self._announcer = announcer
        self._tally = tally
        self._read_gauge = read_gauge
        self._notes: deque[PageNote] = deque()
        self._unsaid = 0
        self._task: asyncio.Task[None] | None = None

    def note(self, note: PageNote, *, is_page: bool) -> None:
        """Counts one visit and queues it to be told."""
        self._tally.note(note, is_page=is_page)
        if len(self._notes) >= NOTES:
            self._notes.popleft()
            self._unsaid += 1
        self._notes.append(note)

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
        self._say_pages()
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
            self._say_pages()
            ticks += 1

    def _say_pages(self) -> None:
        for pages in self._batches():
            self._announcer.say(PageBatch(run=self._announcer.run, pages=pages))

    def _batches(self) -> Iterator[tuple[PageNote, ...]]:
        while self._notes:
            batch: list[PageNote] = []
            characters = 0
            while self._notes and len(batch) < BATCH_PAGES and characters < BATCH_CHARACTERS:
                note = self._notes.popleft()
                characters += len(note.url) + 120
                batch.append(note)
            yield tuple(batch)

    def _say_stats(self) -> None:
        self._announcer.say(self._tally.stats(self._read_gauge(), self._announcer.dropped + self._unsaid))

    def _say_hosts(self) -> None:
        self._announcer.say(Hosts(run=self._announcer.run, hosts=self._read_gauge().slowest[:50]))
