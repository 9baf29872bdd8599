"""When a server is left alone, and when it is asked again."""

import pytest

from tandem.inference.breaker import LONGEST_REST_SECONDS, MOST_FAILURES, REST_SECONDS, Breaker, Gate
from tandem.inference.outcomes import (
    Answered,
    ChatOutcome,
    Invalid,
    Overflowed,
    Refused,
    TimedOut,
    Truncated,
    Unavailable,
    Warming,
)

DOWN = Unavailable("connect")


class Clock:
    """Moves when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(MOST_FAILURES):
        assert breaker.gate() is Gate.FREE
        breaker.note(DOWN)
    return breaker


def test_failures_in_a_row_bar_the_way_until_the_rest_is_over() -> None:
    clock = Clock()
    breaker = opened(clock)
    assert breaker.gate() is Gate.BARRED
    assert breaker.rest_seconds == REST_SECONDS
    clock.now += REST_SECONDS
    assert breaker.gate() is Gate.PROBE
    assert breaker.gate() is Gate.BARRED, "one probe at a time"
    breaker.note(Answered("a"))
    assert breaker.gate() is Gate.FREE


def test_each_failed_probe_doubles_the_rest_up_to_a_limit() -> None:
    clock = Clock()
    breaker = opened(clock)
    rests = []
    for _ in range(8):
        rests.append(breaker.rest_seconds)
        clock.now += breaker.rest_seconds
        assert breaker.gate() is Gate.PROBE
        breaker.note(DOWN)
    assert rests[:3] == [REST_SECONDS, REST_SECONDS * 2, REST_SECONDS * 4]
    assert rests[-1] == LONGEST_REST_SECONDS


def test_a_probe_that_was_given_up_lets_the_next_one_try() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += REST_SECONDS
    assert breaker.gate() is Gate.PROBE
    breaker.abandon()
    assert breaker.gate() is Gate.PROBE


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        (Unavailable("connect"), True),
        (Unavailable("http_500"), True),
        (Unavailable("cut"), True),
        (TimedOut("first"), True),
        (TimedOut("idle"), True),
        (TimedOut("total"), False),  # our own deadline
        (TimedOut("queue"), False),
        (Unavailable("resting"), False),
        (Warming("loading"), False),
        (Warming("busy"), False),
        (Refused("rejected"), False),
        (Overflowed("announced"), False),
        (Truncated("length"), False),
        (Invalid("schema"), False),
    ],
)
def test_only_failures_of_the_server_count(outcome: ChatOutcome, counts: bool) -> None:
    breaker = Breaker(Clock())
    for _ in range(MOST_FAILURES):
        breaker.note(outcome)
    assert breaker.is_open is counts


def test_one_answer_between_failures_starts_the_count_anew() -> None:
    breaker = Breaker(Clock())
    for outcome in [DOWN] * (MOST_FAILURES - 1) + [Answered("a")] + [DOWN] * (MOST_FAILURES - 1):
        breaker.note(outcome)
    assert breaker.gate() is Gate.FREE
