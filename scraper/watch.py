"""Ends conversations that last too long or flow too slowly, by one timer for all of them."""

import asyncio
from collections.abc import Callable
from typing import cast

TICK_SECONDS = 0.25


class Clock:
    """The time of one conversation, and why it was ended from here if it was."""

    __slots__ = (
        "_cancelling",
        "_task",
        "deadline",
        "first_byte",
        "is_connected",
        "reason",
        "received",
        "started",
        "was_lost",
    )

    def __init__(self, started: float, timeout_seconds: float) -> None:
        self._task = cast("asyncio.Task[object]", asyncio.current_task())  # only coroutines come here
        self._cancelling = self._task.cancelling()
        self.started = started
        self.deadline = started + timeout_seconds
        self.first_byte = 0.0  # when the headers were there; 0 before
        self.received = 0  # bytes of the body so far
        self.is_connected: Callable[[], bool] | None = None
        self.was_lost = False
        self.reason = ""

    def end(self, reason: str) -> None:
        """Cancels the conversation's task, once."""
        self.reason = reason
        self._task.cancel()

    def is_mine(self) -> bool:
        """Whether a CancelledError came from here and from nobody else; takes it back then."""
        return bool(self.reason) and self._task.uncancel() <= self._cancelling


class Watch:
    """Looks at every running conversation a few times a second: cheaper than a timer for each."""

    def __init__(
        self, least_bytes_per_second: float, grace_seconds: float, tick_seconds: float = TICK_SECONDS
    ) -> None:
        self._least = least_bytes_per_second
        self._grace = grace_seconds
        self._tick = tick_seconds
        self._running: set[Clock] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, clock: Clock) -> None:
        """Begins to watch."""
        self._running.add(clock)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._tick, self._look)

    def drop(self, clock: Clock) -> None:
        """Ends to watch."""
        self._running.discard(clock)

    def close(self) -> None:
        """Ends to watch anything."""
        self._running.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for clock in self._running:
            if not clock.reason and (reason := self._fault(clock, now)):
                clock.end(reason)
        self._timer = loop.call_later(self._tick, self._look) if self._running else None

    def _fault(self, clock: Clock, now: float) -> str:
        if now >= clock.deadline:
            return "timeout"
        if clock.is_connected is not None and not clock.is_connected():
            # aiohttp leaves a reader waiting when a broken chunk made it hang up. Everybody had a turn
            # since the last look, so whoever could still read to an end has.
            if clock.was_lost:
                return "cut"
            clock.was_lost = True
        flowing = now - clock.first_byte if clock.first_byte else 0.0
        is_slow = flowing >= self._grace and clock.received < self._least * flowing
        return "too_slow" if is_slow else ""
