"""What waits to be sent: bounded, in order, and what may be lost is lost first."""

import asyncio
from collections import deque

from tandem.progress.envelope import Envelope

ASSURED_MESSAGES = 5_000
OTHER_MESSAGES = 1_000  # some seconds of progress: older progress is of no use to anyone


class Outbox:
    """Never makes anyone wait; counts what it had to drop."""

    def __init__(self, assured: int = ASSURED_MESSAGES, others: int = OTHER_MESSAGES) -> None:
        self._assured: deque[Envelope] = deque()
        self._others: deque[Envelope] = deque()
        self._limits = (assured, others)
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()
        self._retained: dict[str, Envelope] = {}
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._assured) + len(self._others)

    def put(self, message: Envelope) -> None:
        """Adds a message; the oldest of its sort makes room."""
        if message.data.retained:
            self._retained[message.topic] = message
        queue, limit = (
            (self._assured, self._limits[0]) if message.data.is_assured else (self._others, self._limits[1])
        )
        if len(queue) >= limit:
            queue.popleft()
            self.dropped += 1
        queue.append(message)
        self._filled.set()

    def put_retained_again(self) -> None:
        """Adds what a broker that forgot everything must be told; before what waits, which is newer."""
        waiting = {message.topic for message in (*self._assured, *self._others)}
        for message in reversed(self._retained.values()):
            if message.topic not in waiting:
                (self._assured if message.data.is_assured else self._others).appendleft(message)
        self._filled.set()

    async def first(self) -> Envelope:
        """The oldest message, which stays until `sent`; waits for one."""
        while not len(self):
            self._filled.clear()
            await self._filled.wait()
        return self._oldest()[0]

    def sent(self, message: Envelope) -> None:
        """Forgets a message that `first` gave; it may have been dropped in the meantime."""
        queue = self._assured if message.data.is_assured else self._others
        if queue and queue[0] is message:
            queue.popleft()
        if not len(self):
            self._emptied.set()

    async def emptied(self) -> None:
        """Waits until everything is sent."""
        while len(self):
            self._emptied.clear()
            await self._emptied.wait()

    def _oldest(self) -> deque[Envelope]:
        if not self._assured or not self._others:
            return self._assured or self._others
        return self._assured if self._assured[0].seq < self._others[0].seq else self._others
