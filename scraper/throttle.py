"""Works out how fast one host is asked, and when it is left alone for a while."""

from dataclasses import dataclass
from typing import Final

MAX_GAP: Final = 60.0
PARK_AFTER: Final = 5  # failures in a row
PARK_SECONDS: Final = 60.0  # doubled with every failure in a row after that
MAX_PARK_SECONDS: Final = 3600.0
NEW_SHARE: Final = 0.3  # of the latest latency in the average
FIRST_PUSHED_GAP: Final = 1.0  # after the first 429 or 503, where no delay was asked for
RELIEF: Final = 0.75  # of the pushed gap stays after each good answer
FORGOTTEN: Final = 0.05  # seconds of pushed gap that are not worth keeping


@dataclass(slots=True)
class Throttle:
    """The pace of one host. `slots` is how many requests may be under way; time comes from the caller."""

    delay: float = 0.0  # what the job asks for
    slots: int = 1
    crawl_delay: float | None = None  # what the host asks for
    latency: float | None = None  # of good answers, averaged
    pushed_gap: float = 0.0  # what overload added
    pushed_until: float = 0.0
    failures: int = 0  # in a row
    parked_until: float = 0.0

    @property
    def gap(self) -> float:
        """Seconds between the starts of two requests.

        Never below the floor. Above it, as long as an answer takes divided by the slots: more requests would
        only queue at the host.
        """
        floor = max(self.delay, self.crawl_delay or 0.0)
        paced = (self.latency or 0.0) / self.slots if floor else 0.0
        return max(floor, min(max(paced, self.pushed_gap), MAX_GAP))

    def succeeded(self, latency: float) -> None:
        """The host gave an answer, whatever its status, that does not speak of overload."""
        old = self.latency
        self.latency = latency if old is None else old + NEW_SHARE * (latency - old)
        self.failures = 0
        self.parked_until = 0.0
        self.pushed_gap *= RELIEF
        if self.pushed_gap < FORGOTTEN:
            self.pushed_gap = 0.0

    def overloaded(self, now: float, retry_after: float | None = None) -> None:
        """The host answered 429 or 503: half the pace, and a pause when it asks for one."""
        self.pushed(now)
        self._count_failure(now)
        self._park(now, max(retry_after or 0.0, self._park_seconds()))

    def pushed(self, now: float) -> None:
        """Half the pace; answers to requests that were under way together count once."""
        if now >= self.pushed_until:
            self.pushed_gap = min(max(2 * self.gap, FIRST_PUSHED_GAP), MAX_GAP)
            self.pushed_until = now + self.pushed_gap

    def failed(self, now: float) -> None:
        """The host gave no answer."""
        self._count_failure(now)
        self._park(now, self._park_seconds())

    def is_parked(self, now: float) -> bool:
        return now < self.parked_until

    def _count_failure(self, now: float) -> None:
        """Requests that were under way when the host was parked all fail together: that is one failure."""
        if not self.is_parked(now):
            self.failures += 1

    def _park_seconds(self) -> float:
        if self.failures < PARK_AFTER:
            return 0.0
        return PARK_SECONDS * 2.0 ** min(self.failures - PARK_AFTER, 20)

    def _park(self, now: float, seconds: float) -> None:
        if seconds > 0:
            self.parked_until = max(self.parked_until, now + min(seconds, MAX_PARK_SECONDS))
