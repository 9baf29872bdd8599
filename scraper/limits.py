"""How much a run may still do: pages to the one, bytes and minutes up to the requests in flight."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a job, over all continuations of a run."""

    pages: int | None = None
    bytes: int | None = None
    seconds: float | None = None


@dataclass(slots=True)
class Spent:
    """What a run has used up, and what the visits in hand may still use."""

    pages: int = 0
    bytes: int = 0
    seconds: float = 0.0
    in_hand: int = 0


class Allowance:
    """Answers how many more visits may be claimed, and which limit says none."""

    def __init__(self, limits: Limits, spent: Spent, clock: Callable[[], float]) -> None:
        self._limits = limits
        self.spent = spent
        self._clock = clock
        self._started = clock()

    def claimable(self) -> int | None:
        """How many visits may still be begun; None when only concurrency decides."""
        if self._is_over():
            return 0
        if self._limits.pages is None:
            return None
        return max(self._limits.pages - self.spent.pages - self.spent.in_hand, 0)

    def reached(self) -> str:
        """The name of the limit that ends the run, or nothing."""
        if self._limits.pages is not None and self.spent.pages >= self._limits.pages:
            return "max_pages"
        return self._is_over()

    def _is_over(self) -> str:
        if self._limits.bytes is not None and self.spent.bytes >= self._limits.bytes:
            return "max_bytes"
        if self._limits.seconds is not None and self.seconds_used() >= self._limits.seconds:
            return "max_minutes"
        return ""

    def seconds_used(self) -> float:
        """Over all continuations."""
        return self.spent.seconds + self._clock() - self._started
