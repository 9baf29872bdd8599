"""The crawl: claims visits while there is allowance, and ends when nothing is left or someone says stop."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scraper.borders import Frontier
from scraper.commit_queue import CommitQueue, LookOver
from scraper.limits import Allowance
from storage.words import Kind, Lease, Outcome, Page, Visit

LEASE_SECONDS = 600.0  # longer than the slowest visit may take with all its waits
IDLE_SECONDS = 1.0  # how long a claim waits before limits and stop are looked at again
DRAIN_SECONDS = 9.0  # from the word to stop; what is left of ten is for the last commit


class End(StrEnum):
    """Why a crawl ended."""

    EXHAUSTED = "exhausted"
    LIMIT = "limit"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a crawl ended; `limit` names the one that was reached."""

    end: End
    limit: str = ""


Visitor = Callable[[Lease], Awaitable[Visit | None]]
Watcher = Callable[[Sequence[Visit], int], None]  # what was committed, how many tokens were stale


class Crawl:
    """Keeps as many visits in hand as concurrency, politeness and limits allow."""

    def __init__(
        self,
        frontier: Frontier,
        visitor: Visitor,
        allowance: Allowance,
        concurrency: int,
        on_commit: Watcher,
        look_over: LookOver = list,
    ) -> None:
        """What is committed passes `look_over` first, in the order of the commits."""
        self._frontier = frontier
        self._visitor = visitor
        self._allowance = allowance
        self._on_commit = on_commit
        self.concurrency = concurrency
        self.aside: Callable[[], int] = int  # visits in hand that wait for something else than the network
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._stopping = False
        self._drained_by = 0.0
        self._running = asyncio.Event()
        self._running.set()
        self._commits = CommitQueue(frontier, self._committed, look_over)

    @property
    def in_hand(self) -> int:
        """Visits that are claimed and not yet committed or given back."""
        return self._allowance.spent.in_hand

    def stop(self) -> None:
        """Claims nothing more; what is in hand has nine seconds."""
        if not self._stopping:
            self._drained_by = asyncio.get_running_loop().time() + DRAIN_SECONDS
        self._stopping = True
        self._running.set()
        self._changed.set()

    def pause(self) -> None:
        """Claims nothing more until resumed."""
        self._running.clear()

    def resume(self) -> None:
        """Goes on after a pause."""
        self._running.set()

    async def run(self) -> Ending:
        """Crawls until the end."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._commits.run(), name="commits")
            try:
                ending = await self._feed(group)
            finally:
                await self._drain()
            await self._commits.close()
        return ending

    async def _feed(self, group: asyncio.TaskGroup) -> Ending:
        while not self._stopping:
            await self._running.wait()
            self._changed.clear()
            limit = self._allowance.reached()
            if limit and not self._tasks and not self.in_hand:
                return Ending(End.LIMIT, limit)
            count = self._claimable()
            if count == 0:
                await self._change()
                continue
            leases = await self._frontier.claim(count, LEASE_SECONDS, IDLE_SECONDS)
            if not self._running.is_set():  # paused while the claim waited: nothing goes out any more
                for lease in leases:
                    await self._frontier.release(lease, 0.0, "")
                continue
            for lease in leases:
                self._begin(group, lease)
            if not leases and self._frontier.is_exhausted:
                return Ending(End.EXHAUSTED)
        return Ending(End.STOPPED)

    def _claimable(self) -> int:
        # What is fetched and not yet committed takes room, too: that bounds the requests that a kill costs.
        room = self.concurrency + min(self.aside(), self.concurrency) - self.in_hand
        allowed = self._allowance.claimable()
        return room if allowed is None else min(room, allowed)

    async def _change(self) -> None:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                await self._changed.wait()
        except TimeoutError:
            return

    def _begin(self, group: asyncio.TaskGroup, lease: Lease) -> None:
        self._allowance.spent.in_hand += 1
        task = group.create_task(self._visit(lease), name="visit")
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._changed.set()

    async def _visit(self, lease: Lease) -> None:
        """A visit that is given back leaves our hands at once, one that ended when it is committed."""
        visit = None
        try:
            visit = await self._visitor(lease)
        finally:
            if visit is None:
                self._allowance.spent.in_hand -= 1
        if visit is not None:
            self._allowance.spent.bytes += wire_bytes(visit.page)
            await self._commits.put(visit)

    def _committed(self, visits: Sequence[Visit], stale: int) -> None:
        spent = self._allowance.spent
        spent.in_hand -= len(visits) + stale
        spent.pages += sum(map(is_stored_page, visits))
        self._changed.set()
        self._on_commit(visits, stale)

    async def _drain(self) -> None:
        """Lets visits in hand end; what takes too long goes back to the frontier by its lease."""
        if not self._tasks:
            return
        left = self._drained_by - asyncio.get_running_loop().time()
        _, late = await asyncio.wait(self._tasks, timeout=max(left, 0) if self._stopping else 0)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)


def wire_bytes(page: Page) -> int:
    """What came over the wire for a page, with all that a browser asked for it."""
    return page.wire_bytes + (page.rendering.wire_bytes if page.rendering is not None else 0)


def is_stored_page(visit: Visit) -> bool:
    """Whether the visit counts against a limit on pages."""
    stored = visit.outcome in {Outcome.FETCHED, Outcome.UNCHANGED}
    return stored and visit.lease.link.kind is Kind.PAGE
