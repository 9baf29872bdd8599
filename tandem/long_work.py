"""Says how far a command has come, once it takes longer than anyone waits without a word."""

import sys
import time
from collections.abc import Callable

QUIET_SECONDS = 2.0


class LongWork:
    """Counts pieces of work; a line on stderr now and then."""

    def __init__(self, verb: str, noun: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._verb = verb
        self._noun = noun
        self._clock = clock
        self._started = clock()
        self._next = self._started + QUIET_SECONDS
        self.count = 0

    def add(self, count: int = 1) -> None:
        """So much more is done."""
        self.count += count
        now = self._clock()
        if now >= self._next:
            seconds = now - self._started
            sys.stderr.write(
                f"{self._verb} {self.count:,} {self._noun}, {self.count / seconds:,.0f} per second\n"
            )
            sys.stderr.flush()
            self._next = now + max(QUIET_SECONDS, seconds / 10)  # ever rarer: an hour leaves sixty lines
