"""The embedded frontier: waiting links in the ledger, politeness and leases in memory."""

import asyncio
import heapq
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import count

from storage.along_rows import bringing_along
from storage.frontier_stats import FrontierStats, HostStats
from storage.host_queue import HostQueue, Schedule
from storage.kept_files import keep_files
from storage.leases import Held, Leases
from storage.ledger import Connection, Ledger
from storage.visit_rows import Added, HostNumbers, add_links, commit_visits, refuse_links
from storage.waiting_rows import Head, count_waiting, hosts_with_waiting, postpone, read_head
from storage.words import Lease, Link, Refusal, Visit

ACTIVE_HOSTS = 4_096  # bounds memory: the others wait in the ledger for their turn
HEAD_ROWS = 64  # how many rows of a host are kept at hand


class SqliteFrontier:
    """Gives out due visits and takes back what became of them; one run of one workspace."""

    _add_rows = staticmethod(add_links)
    _commit_rows = staticmethod(bringing_along(commit_visits))

    def __init__(
        self,
        ledger: Ledger,
        run: int,
        *,
        gap: float = 0.0,
        slots: int = 4,
        first_due: float = 0.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._ledger = ledger
        self._run = run
        self._gap = gap
        self._slots = slots
        self._first_due = first_due  # a continued run keeps the distance to the run before it
        self._clock = clock
        self._numbers = HostNumbers()
        self._hosts: dict[str, HostQueue] = {}
        self._schedule = Schedule()
        self._leases = Leases()
        self._delayed: list[tuple[float, int, HostQueue]] = []
        self._order = count()
        self._waiting = 0
        self._changed = asyncio.Event()
        self._refills: set[asyncio.Task[None]] = set()
        self._unloaded = False  # the ledger holds hosts that are not active

    async def open(self) -> None:
        """Reads how much waits and makes the first hosts active."""
        self._waiting = await self._ledger.read(lambda c: count_waiting(c, self._run))
        await self._activate()

    async def close(self) -> None:
        """Ends the refills that are under way."""
        for task in self._refills:
            task.cancel()
        await asyncio.gather(*self._refills, return_exceptions=True)

    # --- adding

    async def add(self, links: Sequence[Link]) -> int:
        """Puts new links in the queue; how many were new."""
        added = await self._ledger.write(lambda c: self._add_rows(c, self._run, links, self._numbers))
        self._note(added)
        return added.waiting

    async def refuse(self, refusals: Sequence[Refusal]) -> int:
        """Records links that the rules refused; how many were new."""
        return await self._ledger.write(lambda c: refuse_links(c, self._run, refusals))

    def _note(self, added: Added) -> None:
        self._waiting += added.waiting
        for name in added.hosts:
            host = self._hosts.get(name) or self._activate_host(name)
            if host is not None:
                host.more = True
                host.delayed_until = 0.0
                self._serve(host)
        self._changed.set()

    # --- hosts

    def _activate_host(self, name: str, number: int = -1) -> HostQueue | None:
        if len(self._hosts) >= ACTIVE_HOSTS and not self._evict():
            self._unloaded = True
            return None
        host = self._hosts[name] = HostQueue(name, number, self._gap, self._slots, due=self._first_due)
        return host

    def _evict(self) -> bool:
        """Makes room by dropping hosts with nothing at hand and nothing to remember."""
        now = self._clock()
        idle = [h.name for h in self._hosts.values() if not (h.more or h.ready or h.taken or h.refilling)]
        gone = [name for name in idle if self._hosts[name].due <= now]
        for name in gone:
            del self._hosts[name]
        return bool(gone)

    async def _activate(self) -> None:
        rows = await self._ledger.read(lambda c: hosts_with_waiting(c, self._run, ACTIVE_HOSTS))
        self._unloaded = len(rows) >= ACTIVE_HOSTS
        for number, name in rows:
            if name not in self._hosts:
                self._activate_host(name, number)
        for host in self._hosts.values():
            self._serve(host)

    def _serve(self, host: HostQueue) -> None:
        self._schedule.offer(host)
        if host.wants_refill and host.delayed_until <= self._clock():
            host.refilling = True
            task = asyncio.create_task(self._refill(host), name=f"refill {host.name}")
            self._refills.add(task)
            task.add_done_callback(self._refills.discard)

    async def _refill(self, host: HostQueue) -> None:
        now = self._clock()
        host.more = False  # set again by an add that comes while we read
        try:
            head = await self._ledger.read(lambda c: self._read_head(c, host, now))
        except BaseException:
            host.more = True
            raise
        finally:
            host.refilling = False
            self._changed.set()
        self._take_in(host, head)

    def _read_head(self, connection: Connection, host: HostQueue, now: float) -> Head:
        if host.number < 0:
            host.number = self._numbers.number(connection, host.name)
        return read_head(connection, self._run, host.number, now, HEAD_ROWS + len(host.taken))

    def _take_in(self, host: HostQueue, head: Head) -> None:
        for row in head.rows:
            if row.visit not in host.taken:
                host.taken.add(row.visit)
                host.ready.append(row)
        host.more = host.more or head.is_full
        if not head.is_full and head.delayed_until is not None:
            host.more = True
            host.delayed_until = head.delayed_until
            heapq.heappush(self._delayed, (head.delayed_until, next(self._order), host))
        self._schedule.offer(host)
        self._changed.set()

    # --- claiming

    async def claim(self, n: int, lease_seconds: float, wait_seconds: float = 0.0) -> list[Lease]:
        """At most n visits whose hosts are due; waits for the first of them if asked to."""
        deadline = self._clock() + wait_seconds
        while True:
            self._changed.clear()
            now = self._clock()
            for held in self._leases.expired(now):
                self._take_back(held)
            leases = self._take(n, lease_seconds, now)
            if leases or now >= deadline or self.is_exhausted:
                return leases
            if self._unloaded and self._evict():
                await self._activate()
                continue
            await self._wait(min(deadline, self._wake_at(now)) - now)

    def _take(self, n: int, lease_seconds: float, now: float) -> list[Lease]:
        leases: list[Lease] = []
        self._wake_delayed(now)
        while len(leases) < n:
            host = self._schedule.next_due(now)
            if host is None:
                break
            host.busy += 1
            host.asking = host.gap > 0
            leases.append(self._leases.new(host, host.ready.popleft(), now + lease_seconds))
            self._serve(host)
        return leases

    def _wake_delayed(self, now: float) -> None:
        while self._delayed and self._delayed[0][0] <= now:
            host = heapq.heappop(self._delayed)[2]
            if host.more and host.delayed_until <= now:
                self._serve(host)

    def _wake_at(self, now: float) -> float:
        delayed = self._delayed[0][0] if self._delayed else None
        moments = (self._schedule.soonest(), self._leases.next_expiry(), delayed)
        return max(min((moment for moment in moments if moment is not None), default=now + 1.0), now)

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0.001)):
                await self._changed.wait()

    def _take_back(self, held: Held) -> None:
        """Its link waits in the ledger and may be given out again."""
        held.host.more = True
        self._free(held)
        self._serve(held.host)

    def _free(self, held: Held) -> None:
        if held.in_slot:
            held.in_slot = False
            host = held.host
            host.busy -= 1
            if host.asking:
                self._pace(host)
            self._serve(host)
            self._changed.set()

    # --- what becomes of leases

    def hold(
        self, host: str, until: float | None = None, gap: float | None = None, slots: int | None = None
    ) -> None:
        """Sets when a host may be asked next, its gap between requests and how many at once."""
        queue = self._hosts.get(host)
        if queue is None:
            return
        queue.gap = queue.gap if gap is None else gap
        queue.slots = queue.slots if slots is None else slots
        queue.due = queue.due if until is None else max(queue.due, until)
        self._schedule.offer(queue)
        self._changed.set()

    def set_gap(self, gap: float) -> None:
        """Sets the gap of every host, also of those that come later."""
        self._gap = gap
        for host in self._hosts.values():
            host.gap = gap

    def answered(self, lease: Lease) -> None:
        """The server has begun to answer: the gap to the host's next request runs from now."""
        held = self._leases.current(lease)
        if held is not None and held.host.asking:
            self._pace(held.host)
            self._serve(held.host)
            self._changed.set()

    def free(self, lease: Lease) -> None:
        """The request is over: its host's slot is free, the visit not yet committed."""
        held = self._leases.current(lease)
        if held is not None:
            self._free(held)

    def _pace(self, host: HostQueue) -> None:
        host.asking = False
        host.due = max(host.due, self._clock() + host.gap)

    def extend(self, leases: Iterable[Lease], until: float) -> list[int]:
        """Keeps leases longer; the tokens that are no longer current."""
        return self._leases.extend(leases, until)

    async def commit(self, visits: Sequence[Visit]) -> list[int]:
        """Ends visits durably, pages and new links in one transaction; the tokens that were refused."""
        fresh, stale = self._leases.begin_commit(visits)
        if fresh:
            fresh = await keep_files(self._ledger.path.parent, fresh)
            added = await self._ledger.write(lambda c: self._commit_rows(c, self._run, fresh, self._numbers))
            for held in self._leases.end_commit(fresh):
                self._free(held)
            self._waiting -= len(fresh)
            self._note(added)
        return stale

    async def release(self, lease: Lease, not_before: float, reason: str, url: str | None = None) -> bool:
        """Gives a visit back to be tried again; False when its token is stale. A reason counts as a try."""
        held = self._leases.current(lease)
        if held is None:
            return False
        held.committing = True
        await self._ledger.write(lambda c: postpone(c, lease.visit, not_before, url, counts=bool(reason)))
        self._leases.drop(held)
        held.host.delayed_until = 0.0
        self._take_back(held)
        self._changed.set()
        return True

    @property
    def is_exhausted(self) -> bool:
        """Whether nothing waits and nothing is out."""
        return self._waiting == 0 and not self._leases

    def stats(self) -> FrontierStats:
        """How much waits, how much is out, how many hosts are active."""
        return FrontierStats(max(self._waiting - len(self._leases), 0), len(self._leases), len(self._hosts))

    def latest_due(self, n: int) -> list[HostStats]:
        """Hosts with something to do, those that are due last first."""
        active = [host for host in self._hosts.values() if host.ready or host.busy or host.more]
        latest = heapq.nlargest(n, active, key=lambda host: (host.due, host.busy, len(host.ready)))
        return [HostStats(host.name, len(host.ready), host.busy, host.gap, host.due) for host in latest]
