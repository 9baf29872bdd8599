"""What waits to be sent: bounded, in order, and what may be lost is lost first."""

import asyncio
from collections import deque
from collections.abc import Iterator

from tandem.progress.envelope import Envelope

# What waits takes some five times its bytes as objects.
ASSURED_BYTES = 4_000_000
OTHER_BYTES = 2_000_000  # a minute of progress or less: older progress is of no use to anyone


class _Queue:
    """Messages of one sort, bounded by their bytes; the oldest makes room."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._messages: deque[Envelope] = deque()

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Envelope]:
        return iter(self._messages)

    @property
    def oldest(self) -> Envelope:
        return self._messages[0]

    def put(self, message: Envelope) -> int:
        """Adds the newest; how many were dropped for it."""
        self._messages.append(message)
        self._bytes += len(message.payload)
        dropped = 0
        while self._bytes > self._limit and len(self._messages) > 1:
            self.pop()
            dropped += 1
        return dropped

    def put_back(self, message: Envelope) -> None:
        self._messages.appendleft(message)
        self._bytes += len(message.payload)

    def pop(self) -> None:
        self._bytes -= len(self._messages.popleft().payload)


class Outbox:
    """Never makes anyone wait; counts what it had to drop."""

    def __init__(self, assured_bytes: int = ASSURED_BYTES, other_bytes: int = OTHER_BYTES) -> None:
        self._assured = _Queue(assured_bytes)
        self._others = _Queue(other_bytes)
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()
        self._retained: dict[str, Envelope] = {}
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._assured) + len(self._others)

    def put(self, message: Envelope) -> None:
        """Adds a message; the oldest of its sort make room."""
        if message.data.retained:
            self._retained[message.topic] = message
        self.dropped += self._queue_of(message).put(message)
        self._filled.set()

    def put_retained_again(self) -> None:
        """Adds what a broker that forgot everything must be told; before what waits, which is newer."""
        waiting = {message.topic for message in (*self._assured, *self._others)}
        for message in reversed(self._retained.values()):
            if message.topic not in waiting:
                self._queue_of(message).put_back(message)
        self._filled.set()

    async def first(self) -> Envelope:
        """The oldest message, which stays until `sent`; waits for one."""
        while not len(self):
            self._filled.clear()
            await self._filled.wait()
        if self._assured and self._others:
            return min(self._assured.oldest, self._others.oldest, key=lambda message: message.seq)
        return (self._assured or self._others).oldest

    def sent(self, message: Envelope) -> None:
        """Forgets a message that `first` gave; it may have been dropped in the meantime."""
        queue = self._queue_of(message)
        if queue and queue.oldest is message:
            queue.pop()
        if not len(self):
            self._emptied.set()

    async def emptied(self) -> None:
        """Waits until everything is sent."""
        while len(self):
            self._emptied.clear()
            await self._emptied.wait()

    def _queue_of(self, message: Envelope) -> _Queue:
        return self._assured if message.data.is_assured else self._others
