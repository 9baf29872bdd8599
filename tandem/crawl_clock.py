"""Seconds of crawling: a clock that stands still while a run is paused."""

import time
from collections.abc import Callable


class CrawlClock:
    """Counts from an arbitrary moment, as `time.monotonic` does."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stood_still = 0.0
        self._paused_at: float | None = None

    def __call__(self) -> float:
        now = self._clock() if self._paused_at is None else self._paused_at
        return now - self._stood_still

    def pause(self) -> None:
        """Stands still until resumed."""
        if self._paused_at is None:
            self._paused_at = self._clock()

    def resume(self) -> None:
        """Goes on."""
        if self._paused_at is not None:
            self._stood_still += self._clock() - self._paused_at
            self._paused_at = None
