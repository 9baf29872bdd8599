"""The embedded frontier of a best-first crawl: what is best of all that waits goes next, as hosts are due."""

import heapq
from collections.abc import Mapping
from itertools import count

from storage.along_rows import bringing_along
from storage.frontier import SqliteFrontier
from storage.host_queue import HostQueue, Schedule
from storage.ledger import Connection
from storage.ranked_rows import add_ranked, commit_ranked, move_slots
from storage.visit_rows import Added
from storage.waiting_rows import Head, read_head

LEAST_ROWS = 16  # of a host's queue at hand; more where more are asked for at once


class BestFirst(Schedule):
    """Of the hosts that are due the one with the best link; equal ones go round in turn."""

    def __init__(self) -> None:
        super().__init__()
        self._best: list[tuple[int, int, HostQueue]] = []  # of the hosts that are due
        self._places: dict[str, int] = {}  # each host's place in line; what says otherwise is outdated
        self._are_due: set[str] = set()
        self._order = count()

    def offer(self, host: HostQueue) -> None:
        """Puts the host in line, once, if it has something to give."""
        if not host.offered and host.is_servable:
            host.offered = True
            heapq.heappush(self._heap, (host.due, self._place(host), host))

    def next_due(self, now: float) -> HostQueue | None:
        """The host whose turn it is, taken out of the line."""
        while self._heap and self._heap[0][0] <= now:
            _, place, host = heapq.heappop(self._heap)
            if self._places.get(host.name) == place:
                self._are_due.add(host.name)
                self.renew(host)
        while self._best:
            priority, place, host = heapq.heappop(self._best)
            if self._places.get(host.name) != place:
                continue
            if host.is_servable and host.due <= now and host.ready[0].link.priority > priority:
                self.renew(host)
                continue
            self._leave(host)
            if host.is_servable and host.due <= now:
                return host
            self.offer(host)
        return None

    def renew(self, host: HostQueue) -> None:
        """Puts a host that is due where its best link belongs now."""
        if host.name in self._are_due:
            priority = host.ready[0].link.priority if host.ready else 0
            heapq.heappush(self._best, (priority, self._place(host), host))

    def _place(self, host: HostQueue) -> int:
        place = self._places[host.name] = next(self._order)
        return place

    def _leave(self, host: HostQueue) -> None:
        host.offered = False
        del self._places[host.name]
        self._are_due.discard(host.name)


class RankedFrontier(SqliteFrontier):
    """As the one it is made of; links belong to slots, and slots move while their links wait."""

    _add_rows = staticmethod(add_ranked)
    _commit_rows = staticmethod(bringing_along(commit_ranked))

    async def open(self) -> None:
        """Reads how much waits and makes the first hosts active."""
        self._schedule: BestFirst = BestFirst()
        await super().open()

    async def reorder(self, offsets: Mapping[int, int]) -> int:
        """Gives slots another offset to the priority of all that waits in them; on how many hosts."""
        hosts = await self._ledger.write(lambda c: move_slots(c, self._run, offsets))
        self._note(Added(hosts=hosts))
        return len(hosts)

    def _note(self, added: Added) -> None:
        """What is at hand may no longer be the best of its host."""
        for name in added.hosts:
            if name in self._hosts:
                self._hosts[name].stale = True
        super()._note(added)

    async def _refill(self, host: HostQueue) -> None:
        host.stale = False  # set again by what comes while we read
        await super()._refill(host)

    def _read_head(self, connection: Connection, host: HostQueue, now: float) -> Head:
        """Few rows: every commit may bring better ones."""
        if host.number < 0:
            host.number = self._numbers.number(connection, host.name)
        out = len(host.taken) - len(host.ready)
        return read_head(connection, self._run, host.number, now, LEAST_ROWS + 2 * host.slots + out)

    def _take_in(self, host: HostQueue, head: Head) -> None:
        """The head as it is now takes the place of what was at hand and not given out."""
        host.taken.difference_update(row.visit for row in host.ready)
        host.ready.clear()
        super()._take_in(host, head)
        self._schedule.renew(host)
        self._serve(host)  # what was read may have been given out meanwhile: nothing else would ask for more
