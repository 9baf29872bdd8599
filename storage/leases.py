"""Which visits are out, under which token, and until when."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from storage.host_queue import HostQueue, Waiting
from storage.words import Lease, Visit

# Of ended leases, the moments that may be kept; all of them, for ten minutes, would be a million.
SPARE_MOMENTS = 256


@dataclass(slots=True)
class Held:
    """A lease that is out, and the host whose slot it uses until its request is over."""

    lease: Lease
    host: HostQueue
    in_slot: bool = True
    committing: bool = False


class Leases:
    """Leases by token; one whose time is over, or that is being committed, is no longer current."""

    def __init__(self) -> None:
        self._held: dict[int, Held] = {}
        self._expiry: list[tuple[float, int]] = []
        self._tokens = count(1)

    def __len__(self) -> int:
        return len(self._held)

    def new(self, host: HostQueue, row: Waiting, until: float) -> Lease:
        """A lease on a waiting link; its host's slot is in use."""
        token = next(self._tokens)
        lease = Lease(row.visit, token, until, row.link, row.tries, row.earlier)
        self._held[token] = Held(lease, host)
        heapq.heappush(self._expiry, (until, token))
        if len(self._expiry) > 2 * len(self._held) + SPARE_MOMENTS:
            self._expiry = [(held.lease.until, known) for known, held in self._held.items()]
            heapq.heapify(self._expiry)
        return lease

    def current(self, lease: Lease) -> Held | None:
        """Who holds it, unless its token is stale or in the middle of its end."""
        held = self._held.get(lease.token)
        return None if held is None or held.committing else held

    def drop(self, held: Held) -> None:
        """Ends a lease: its token is stale from now on."""
        del self._held[held.lease.token]
        held.host.taken.discard(held.lease.visit)

    def begin_commit(self, visits: Iterable[Visit]) -> tuple[list[Visit], list[int]]:
        """The visits whose tokens are current, which are now being committed, and the tokens that are not."""
        fresh, stale = [], []
        for visit in visits:
            held = self.current(visit.lease)
            if held is None:
                stale.append(visit.lease.token)
            else:
                held.committing = True
                fresh.append(visit)
        return fresh, stale

    def end_commit(self, visits: Iterable[Visit]) -> Iterator[Held]:
        """The leases of committed visits, one by one dropped."""
        for visit in visits:
            held = self._held[visit.lease.token]
            self.drop(held)
            yield held

    def extend(self, leases: Iterable[Lease], until: float) -> list[int]:
        """Keeps leases longer; the tokens that are stale."""
        stale = []
        for lease in leases:
            held = self._held.get(lease.token)
            if held is None:
                stale.append(lease.token)
            else:
                held.lease = replace(held.lease, until=until)
        return stale

    def expired(self, now: float) -> Iterator[Held]:
        """The leases whose time is over, one by one dropped."""
        while self._expiry and self._expiry[0][0] <= now:
            token = heapq.heappop(self._expiry)[1]
            held = self._held.get(token)
            if held is None or held.committing:
                continue
            if held.lease.until > now:  # extended since
                heapq.heappush(self._expiry, (held.lease.until, token))
                continue
            self.drop(held)
            yield held

    def next_expiry(self) -> float | None:
        """When the first of them may expire."""
        return self._expiry[0][0] if self._expiry else None
