"""What a meter counts."""

from contextlib import suppress

from tandem.inference.meter import Meter
from tandem.inference.outcomes import Answered, Refused, Truncated, Usage


def test_outcomes_tokens_and_times_are_counted() -> None:
    meter = Meter()
    for seconds in range(1, 101):
        usage = Usage(tokens_in=100, tokens_out=10, decode_seconds=0.5, total_seconds=float(seconds))
        meter.note(Answered("a", usage=usage))
    meter.note(Truncated("length", usage=Usage(tokens_in=100, tokens_out=40, total_seconds=900.0)))
    meter.note(Refused("queue_full"))
    figures = meter.figures(waiting=2)
    assert (figures.answers, figures.failures, figures.waiting) == (100, 2, 2)
    assert figures.outcomes == {"answered:ok": 100, "truncated:length": 1, "refused:queue_full": 1}
    assert (figures.tokens_in, figures.tokens_out) == (10_100, 1040)
    assert figures.latency_p50_seconds == 50.5
    assert 95 <= (figures.latency_p95_seconds or 0) <= 96
    assert figures.tokens_per_second == 20


def test_nothing_yet_is_no_latency() -> None:
    figures = Meter().figures()
    assert figures.latency_p50_seconds is figures.tokens_per_second is None


def test_requests_under_way_are_counted_until_they_end_however_they_end() -> None:
    meter = Meter()
    with suppress(ZeroDivisionError), meter.request(), meter.request():
        assert meter.figures().in_flight == 2
        _ = 1 / 0
    assert meter.figures().in_flight == 0
