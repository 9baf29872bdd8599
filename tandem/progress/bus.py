"""The border of a bus: whoever has something to say, and whoever listens, know no more than this."""

import asyncio
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from tandem.progress.envelope import Envelope

QUEUE_MESSAGES = 1_000  # per listener; protects memory from one that does not read


class Subscription:
    """The messages of one listener, oldest first; when it falls behind, the oldest are dropped."""

    def __init__(
        self, filter_: str, leave: Callable[["Subscription"], None], limit: int = QUEUE_MESSAGES
    ) -> None:
        self.filter = filter_
        self.dropped = 0
        self._leave = leave
        self._limit = limit
        self._messages: deque[Envelope] = deque()
        self._arrived = asyncio.Event()
        self._closed = False

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is taken."""
        return self._closed

    def offer(self, message: Envelope) -> None:
        """Queues a message; never waits."""
        if self._closed:
            return
        if len(self._messages) >= self._limit:
            self._messages.popleft()
            self.dropped += 1
        self._messages.append(message)
        self._arrived.set()

    def close(self) -> None:
        """No message comes any more; those that are queued can still be read."""
        self._closed = True
        self._arrived.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave(self)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Envelope:
        while not self._messages:
            if self._closed:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        return self._messages.popleft()


class Bus(Protocol):
    """Carries messages from who publishes them to who subscribed; neither ever waits for the other."""

    def publish(self, message: Envelope) -> None:
        """Hands a message over; what cannot be delivered is counted, never raised."""

    def subscribe(self, filter_: str) -> Subscription:
        """Messages whose topic matches, retained ones first; `+` is one word, a last `#` all that follow."""

    @property
    def dropped(self) -> int:
        """Messages that somebody should have got and did not."""


def matches(filter_: str, topic: str) -> bool:
    """Whether a topic matches a filter, as MQTT says."""
    wanted, words = filter_.split("/"), topic.split("/")
    for at, word in enumerate(wanted):
        if word == "#":
            return True
        if at >= len(words) or word not in {"+", words[at]}:
            return False
    return len(wanted) == len(words)
