"""Leaves a server alone that fails again and again, and asks it again in time."""

import time
from collections.abc import Callable
from enum import Enum, auto

from tandem.inference.outcomes import ChatOutcome, EmbedOutcome, TimedOut, Unavailable

MOST_FAILURES = 3
REST_SECONDS = 5.0
LONGEST_REST_SECONDS = 120.0


class Gate(Enum):
    """Whether a request may go."""

    FREE = auto()
    PROBE = auto()  # ask something tiny first; nobody else may meanwhile
    BARRED = auto()


class Breaker:
    """Opens after some failures in a row, rests, and closes when a probe was answered."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._rests = 0
        self._until = 0.0
        self._is_probing = False

    @property
    def is_open(self) -> bool:
        """Whether the server is left alone, or about to be probed."""
        return self._failures >= MOST_FAILURES

    @property
    def rest_seconds(self) -> float:
        """Until it is asked again."""
        return max(self._until - self._clock(), 0.0) if self.is_open else 0.0

    def gate(self) -> Gate:
        """Whether a request may go now. Whoever gets PROBE owes a note or an abandon."""
        if not self.is_open:
            return Gate.FREE
        if self._is_probing or self._clock() < self._until:
            return Gate.BARRED
        self._is_probing = True
        return Gate.PROBE

    def note(self, outcome: ChatOutcome | EmbedOutcome) -> None:
        """Learns from what came of a request."""
        self._is_probing = False
        if not is_failure_of_server(outcome):
            self._failures = self._rests = 0
            return
        was_open = self.is_open
        self._failures += 1
        if self.is_open:
            self._rests += 1 if was_open or self._rests == 0 else 0
            rest = min(REST_SECONDS * 2.0 ** (self._rests - 1), LONGEST_REST_SECONDS)
            self._until = self._clock() + rest

    def wake(self) -> None:
        """Ends the rest: somebody knows that the server is back."""
        self._until = self._clock()

    def abandon(self) -> None:
        """A probe that was given up says nothing."""
        self._is_probing = False


def is_failure_of_server(outcome: ChatOutcome | EmbedOutcome) -> bool:
    """Loading and busy are none, nor is a deadline of ours that a slow model missed."""
    if isinstance(outcome, TimedOut):
        return outcome.reason in {"first", "idle"}
    return isinstance(outcome, Unavailable) and outcome.reason != "resting"
