"""When which host may be asked next: gaps, slots and a fair turn for everyone, in memory."""

import heapq
from collections import deque
from dataclasses import dataclass, field
from itertools import count

from storage.words import Link, Validators


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting link as it stands in the ledger."""

    visit: int
    link: Link
    tries: int
    earlier: Validators | None = None


@dataclass(slots=True)
class HostQueue:
    """One host with its politeness and the head of its queue."""

    name: str
    number: int
    gap: float
    slots: int
    ready: deque[Waiting] = field(default_factory=deque)
    taken: set[int] = field(default_factory=set)  # leased or in `ready`: what a refill must skip
    busy: int = 0  # slots in use
    due: float = 0.0
    asking: bool = False  # with a gap, the next request waits until this one is answered
    more: bool = True  # the ledger may hold further rows
    delayed_until: float = 0.0  # nothing in the ledger is ready before
    refilling: bool = False
    offered: bool = False
    stale: bool = False  # what is at hand is no longer the head of the queue

    @property
    def is_servable(self) -> bool:
        """Whether a turn in the schedule would be of use now or later without anyone calling."""
        return self.busy < self.slots and not self.asking and bool(self.ready)

    @property
    def wants_refill(self) -> bool:
        """Whether rows should be fetched before the head runs dry."""
        return self.more and not self.refilling and (self.stale or len(self.ready) <= self.slots)


class Schedule:
    """Hosts by the moment they are due; equal moments go round in turn."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, HostQueue]] = []
        self._turn = count()

    def offer(self, host: HostQueue) -> None:
        """Puts the host in line, once, if it has something to give."""
        if not host.offered and host.is_servable:
            host.offered = True
            heapq.heappush(self._heap, (host.due, next(self._turn), host))

    def next_due(self, now: float) -> HostQueue | None:
        """The host whose turn it is, taken out of the line."""
        while self._heap and self._heap[0][0] <= now:
            host = heapq.heappop(self._heap)[2]
            host.offered = False
            if not host.is_servable:
                continue
            if host.due > now:
                self.offer(host)
                continue
            return host
        return None

    def soonest(self) -> float | None:
        """When the first host in line is due."""
        return self._heap[0][0] if self._heap else None
