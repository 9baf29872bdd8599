"""The queue for one endpoint: people before batch work, nobody for ever last."""

import asyncio
from collections import deque
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tandem.inference.outcomes import Refused, TimedOut
from tandem.inference.slots import Held, SlotFiles, Ticket, moment
from tandem.inference.words import Endpoint, Lane

MOST_WAITING = 256  # in this process: each holds its prompt in memory
_SHORTEST_SECONDS = 0.005
_LONGEST_SECONDS = 0.05  # between two looks at what other processes hold


class Slot:
    """A held slot of the endpoint."""

    def __init__(self, held: Held, queue: "Lanes", waited_seconds: float) -> None:
        self._held = held
        self._queue = queue
        self.waited_seconds = waited_seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.release()
        self._queue.wake()


class Lanes:
    """This process's way to the slots of one endpoint.

    Looking at the lock files takes some tens of microseconds and stays on the event loop. In each lane
    only the first one looks; the others wait behind it.
    """

    def __init__(self, folder: Path, endpoint: Endpoint, most_waiting: int = MOST_WAITING) -> None:
        self._files = SlotFiles(folder, endpoint)
        self._lines: dict[Lane, deque[object]] = {lane: deque() for lane in Lane}
        self._most_waiting = most_waiting
        self._changed = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many wait in this process."""
        return sum(map(len, self._lines.values()))

    async def take(self, lane: Lane, seconds: float | None = None) -> Slot | Refused | TimedOut:
        """A slot, as soon as it is this one's turn."""
        if self.waiting >= self._most_waiting:
            return Refused("queue_full", f"{self.waiting} requests wait already")
        place, since = object(), moment()
        line = self._lines[lane]
        line.append(place)
        try:
            while line[0] is not place:
                if not await self._pause(_left(since, seconds)):
                    return TimedOut("queue", seconds or 0.0)
            return await self._first(lane, since, seconds)
        finally:
            line.remove(place)
            self.wake()

    def wake(self) -> None:
        """Lets those who wait look again."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def _first(self, lane: Lane, since: int, seconds: float | None) -> Slot | TimedOut:
        ticket = self._files.join(lane, since)
        try:
            return await self._stand(ticket, since, seconds)
        finally:
            ticket.close()

    async def _stand(self, ticket: Ticket, since: int, seconds: float | None) -> Slot | TimedOut:
        pause = _SHORTEST_SECONDS
        while True:
            held = self._files.take(ticket)
            if held is not None:
                return Slot(held, self, (moment() - since) / 1e9)
            left = _left(since, seconds)
            if left is not None and left <= 0:
                return TimedOut("queue", seconds or 0.0)
            await self._pause(pause if left is None else min(pause, left))
            pause = min(pause * 1.5, _LONGEST_SECONDS)

    async def _pause(self, seconds: float | None) -> bool:
        """Waits for a change; False when the time is over."""
        if seconds is not None and seconds <= 0:
            return False
        changed = self._changed
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # wait_for would lose a cancellation that meets a change
                await changed.wait()
        return True


def _left(since: int, seconds: float | None) -> float | None:
    return None if seconds is None else seconds - (moment() - since) / 1e9
