"""Counts what a model does: outcomes, tokens, and how long answers take."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import quantiles

from tandem.inference.outcomes import ChatOutcome, EmbedOutcome

_LAST = 200  # answers that latencies and rates are taken from


@dataclass(frozen=True, slots=True)
class Figures:
    """A model in figures, of this process."""

    in_flight: int = 0
    waiting: int = 0  # of these, for a slot
    answers: int = 0
    failures: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)  # by `kind:reason`
    tokens_in: int = 0
    tokens_out: int = 0
    latency_p50_seconds: float | None = None  # without the wait for a slot
    latency_p95_seconds: float | None = None
    queue_p95_seconds: float | None = None
    tokens_per_second: float | None = None


class Meter:
    """The counters of one model."""

    def __init__(self) -> None:
        self._in_flight = 0
        self._outcomes = Counter[str]()
        self._answers = 0
        self._tokens_in = 0
        self._tokens_out = 0
        self._latencies = deque[float](maxlen=_LAST)
        self._queues = deque[float](maxlen=_LAST)
        self._rates = deque[tuple[int, float]](maxlen=_LAST)

    @contextmanager
    def request(self) -> Iterator[None]:
        """One request is under way."""
        self._in_flight += 1
        try:
            yield
        finally:
            self._in_flight -= 1

    def note(self, outcome: ChatOutcome | EmbedOutcome) -> None:
        """Counts what came of a request."""
        usage = outcome.usage
        self._outcomes[f"{outcome.kind}:{outcome.reason}"] += 1
        self._tokens_in += usage.tokens_in
        self._tokens_out += usage.tokens_out
        if outcome.kind != "answered":
            return
        self._answers += 1
        self._latencies.append(usage.total_seconds)
        self._queues.append(usage.queue_seconds)
        seconds = usage.decode_seconds or usage.total_seconds
        if usage.tokens_out and seconds > 0:
            self._rates.append((usage.tokens_out, seconds))

    def figures(self, waiting: int = 0) -> Figures:
        """All counters at this moment."""
        return Figures(
            in_flight=self._in_flight,
            waiting=waiting,
            answers=self._answers,
            failures=self._outcomes.total() - self._answers,
            outcomes=dict(self._outcomes),
            tokens_in=self._tokens_in,
            tokens_out=self._tokens_out,
            latency_p50_seconds=_part(self._latencies, 50),
            latency_p95_seconds=_part(self._latencies, 95),
            queue_p95_seconds=_part(self._queues, 95),
            tokens_per_second=self._rate(),
        )

    def _rate(self) -> float | None:
        seconds = sum(seconds for _, seconds in self._rates)
        return sum(tokens for tokens, _ in self._rates) / seconds if seconds else None


def _part(values: deque[float], percent: int) -> float | None:
    """The value that so many of a hundred do not exceed."""
    if len(values) < 2:
        return values[0] if values else None
    return quantiles(values, n=100, method="inclusive")[percent - 1]
