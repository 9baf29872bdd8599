"""Selection beside a crawl: what pages teach is learned, what they leave open is worked off."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scraper.parse_pool import ParsePool
from scraper.selection.wanted import Wanted
from scraper.sites import Sites
from storage.ledger import Ledger
from storage.selection_rows import Reselected
from storage.words import Outcome, Selected, Visit
from tandem.job import Job
from tandem.progress.events import RecordNote
from tandem.wishes import wanted_of

if TYPE_CHECKING:
    from scraper.selection.asker import FastTier
    from scraper.selection.desk import Desk
    from scraper.selection.drain import Drain
    from scraper.selection.second_look import Bodies

_READ = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})
NoteRecord = Callable[[RecordNote], None]


@dataclass(frozen=True, slots=True)
class SelectionGround:
    """Where records are selected: the open ledger, the run, and how stored pages are read again."""

    ledger: Ledger
    run: int
    run_id: str
    bodies: "Bodies"
    pool: ParsePool
    sites: Sites
    tier: "FastTier | None" = None
    patience_seconds: float = 60.0  # for a tier that is away


def wishes(job: Job) -> tuple[Wanted, ...]:
    """The records that a job wants."""
    return tuple(map(wanted_of, job.select))


class Selecting:
    """The selection of one crawl."""

    def __init__(self, desk: "Desk", drain: "Drain") -> None:
        self._desk = desk
        self._drain = drain
        self._note: NoteRecord | None = None
        drain.told = self._reselected

    def tell(self, note: NoteRecord) -> None:
        """Who wants to know of records."""
        self._note = note

    def committed(self, visits: Iterable[Visit]) -> None:
        """Pages that were committed, with what was selected in them at once."""
        for visit in visits:
            selected = visit.page.selected
            if selected is not None and visit.outcome in _READ:
                self._desk.take(visit.lease.visit, visit.lease.link.host, selected)
                self._say(visit.lease.visit, visit.lease.link.url, selected)

    @property
    def undecided(self) -> int:
        """How many pages wait for a model, as far as it is known."""
        return self._drain.result.left

    async def run(self) -> None:
        """Beside the crawl, until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._desk.run(), name="learning")
            group.create_task(self._drain.run(), name="second looks")

    async def finish(self) -> int:
        """After the crawl: until nothing is undecided or nobody answers any more; how many pages are left."""
        return (await self._drain.finish()).left

    def _reselected(self, pages: Sequence[Reselected]) -> None:
        for page in pages:
            self._say(page.visit, page.url, page.selected)

    def _say(self, visit: int, url: str, selected: Selected) -> None:
        if self._note is None:
            return
        counts: dict[str, int] = {}
        for row in selected.rows:
            counts[row.record] = counts.get(row.record, 0) + 1
        for record, count in counts.items():
            self._note(RecordNote(url=url, record=record, count=count, visit=visit))


@asynccontextmanager
async def selecting(ground: SelectionGround, hosts: Iterable[str]) -> AsyncIterator[Selecting]:
    """Ready with what earlier runs learned of these hosts; what this one learned is kept at the end."""
    from scraper.selection.desk import Desk  # noqa: PLC0415 - many jobs select nothing
    from scraper.selection.drain import Drain  # noqa: PLC0415
    from scraper.selection.second_look import SecondLooks  # noqa: PLC0415

    desk = Desk(ground.ledger, ground.sites)
    await desk.open(hosts)
    looks = SecondLooks(ground.bodies, ground.pool, ground.run_id)
    drain = Drain(ground.ledger, ground.run, desk, looks, ground.tier)
    drain.patience_seconds = ground.patience_seconds
    try:
        yield Selecting(desk, drain)
    finally:
        await desk.close()
