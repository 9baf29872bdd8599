"""Gathers ended visits into groups and commits each group once."""

import asyncio
from collections.abc import Callable, Sequence

from scraper.borders import Frontier
from storage.words import Visit

GROUP = 64
LINGER_SECONDS = 0.01  # a group waits this long for company: a commit costs as much for one as for many
WAITING = 256  # bounds the pages held in memory while the disk is slow


LookOver = Callable[[Sequence[Visit]], list[Visit]]


class CommitQueue:
    """A bounded queue in front of the frontier's commit, with one task that empties it."""

    def __init__(
        self, frontier: Frontier, on_commit: Callable[[Sequence[Visit], int], None], look_over: LookOver
    ) -> None:
        self._frontier = frontier
        self._look_over = look_over
        self._on_commit = on_commit
        self._queue: asyncio.Queue[Visit | None] = asyncio.Queue(WAITING)

    async def put(self, visit: Visit) -> None:
        """Hands over a visit; waits while the disk is behind."""
        await self._queue.put(visit)

    async def close(self) -> None:
        """No more visits will come."""
        await self._queue.put(None)

    async def run(self) -> None:
        """Commits until closed."""
        open_ = True
        while open_:
            group, open_ = await self._gather()
            if group:
                group = self._look_over(group)
                stale = frozenset(await self._frontier.commit(group))
                self._on_commit([visit for visit in group if visit.lease.token not in stale], len(stale))

    async def _gather(self) -> tuple[list[Visit], bool]:
        first = await self._queue.get()
        if first is None:
            return [], False
        group = [first]
        if self._queue.qsize() < GROUP - 1:
            await asyncio.sleep(LINGER_SECONDS)
        while len(group) < GROUP and not self._queue.empty():
            visit = self._queue.get_nowait()
            if visit is None:
                return group, False
            group.append(visit)
        return group, True
