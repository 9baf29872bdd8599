"""Counts a run while it goes on, and says how fast it goes and how long it will take."""

import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tandem.progress.events import PageNote
from tandem.progress.figures import Host, ModelStats, RenderFigures, Stats, StoreFigures

WINDOW_SECONDS = 10.0
MOST_REASONS = 200  # there are some fifty


@dataclass(frozen=True, slots=True)
class Gauge:
    """What only the crawl can read off: its queue and its hosts at this moment."""

    waiting: int = 0
    in_flight: int = 0
    hosts: int = 0
    slowest: tuple[Host, ...] = ()
    store: StoreFigures | None = None
    models: tuple[ModelStats, ...] = ()
    undecided: int = 0
    browser: RenderFigures | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier processes of the run counted, and the limits over all of them."""

    pages: int = 0
    bytes: int = 0
    seconds: float = 0.0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    limit_pages: int | None = None
    limit_bytes: int | None = None
    limit_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class _Sample:
    at: float
    visits: int
    pages: int
    bytes: int


class Tally:
    """The counters of one run."""

    def __init__(self, run: str, before: Before, clock: Callable[[], float] = time.monotonic) -> None:
        self._run = run
        self._before = before
        self._clock = clock
        self._started = clock()
        self._outcomes = Counter(before.outcomes)
        self._visits = 0
        self._pages = before.pages
        self._bytes = before.bytes
        self._samples = deque([_Sample(self._started, 0, self._pages, self._bytes)])

    def note(self, note: PageNote, *, is_page: bool) -> None:
        """Counts one visit; `is_page` when it counts against the limit on pages."""
        self._outcomes[f"{note.outcome}:{note.reason}"] += 1
        self._visits += 1
        self._pages += is_page
        self._bytes += note.bytes

    def stats(self, gauge: Gauge, dropped: int = 0) -> Stats:
        """The run at this moment."""
        sample = _Sample(self._clock(), self._visits, self._pages, self._bytes)
        oldest = self._slide(sample)
        seconds = max(sample.at - oldest.at, 0.001)
        page_rate = (sample.pages - oldest.pages) / seconds
        byte_rate = (sample.bytes - oldest.bytes) / seconds
        visit_rate = (sample.visits - oldest.visits) / seconds
        return Stats(
            run=self._run,
            elapsed_seconds=round(sample.at - self._started, 3),
            pages=self._pages,
            pages_per_second=round(page_rate, 2),
            bytes=self._bytes,
            bytes_per_second=round(byte_rate, 1),
            waiting=gauge.waiting,
            in_flight=gauge.in_flight,
            hosts=gauge.hosts,
            coverage=self._coverage(gauge),
            outcomes=dict(self._outcomes.most_common(MOST_REASONS)),
            limit_pages=self._before.limit_pages,
            eta_seconds=self._eta(gauge, visit_rate, page_rate, byte_rate),
            dropped_messages=dropped,
            undecided=gauge.undecided,
            store=gauge.store,
            browser=gauge.browser,
        )

    def _coverage(self, gauge: Gauge) -> float | None:
        ended = self._outcomes.total()
        known = ended + gauge.waiting + gauge.in_flight
        return round(ended / known, 4) if known else None

    def _slide(self, sample: _Sample) -> _Sample:
        """The oldest sample within the window; with one call per second some ten are kept."""
        self._samples.append(sample)
        while len(self._samples) > 2 and sample.at - self._samples[1].at >= WINDOW_SECONDS:
            self._samples.popleft()
        return self._samples[0]

    def _eta(self, gauge: Gauge, visit_rate: float, page_rate: float, byte_rate: float) -> float | None:
        """Whatever comes first: the end of the queue as it is now, or a limit."""
        before, ends = self._before, []
        left = gauge.waiting + gauge.in_flight
        if visit_rate > 0:
            ends.append(left / visit_rate)
        if before.limit_pages is not None and page_rate > 0:
            ends.append((before.limit_pages - self._pages) / page_rate)
        if before.limit_bytes is not None and byte_rate > 0:
            ends.append((before.limit_bytes - self._bytes) / byte_rate)
        if before.limit_seconds is not None and ends:  # alone it would only repeat the limit
            ends.append(before.limit_seconds - before.seconds - (self._clock() - self._started))
        return round(max(min(ends), 0.0), 1) if ends else None
