import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.throttle import MAX_GAP, MAX_PARK_SECONDS, PARK_AFTER, PARK_SECONDS, Throttle

NOW = 1000.0


@pytest.mark.parametrize(
    ("delay", "crawl_delay", "gap"),
    [(0, None, 0), (0.5, None, 0.5), (0.5, 2, 2), (3, 2, 3), (0, 60, 60), (90, 2, 90)],
)
def test_the_gap_is_the_longer_wish_of_job_and_host(
    delay: float, crawl_delay: float | None, gap: float
) -> None:
    assert Throttle(delay, crawl_delay=crawl_delay).gap == gap


def test_a_slow_host_is_asked_as_fast_as_it_answers() -> None:
    throttle = Throttle(0.5, slots=4)
    throttle.succeeded(8.0)
    assert throttle.gap == 2.0
    for _ in range(50):
        throttle.succeeded(0.1)
    assert throttle.gap == 0.5


def test_latency_is_averaged_so_that_one_slow_answer_changes_little() -> None:
    throttle = Throttle(0.1)
    for latency in (1.0, 1.0, 2.0):
        throttle.succeeded(latency)
    assert throttle.latency == pytest.approx(1.3)


def test_without_any_delay_only_the_slots_bound_the_pace() -> None:
    throttle = Throttle(0, slots=8)
    throttle.succeeded(5.0)
    assert throttle.gap == 0


def test_overload_halves_the_pace_each_time_up_to_a_bound() -> None:
    throttle = Throttle(0.5)
    gaps = []
    for number in range(10):
        throttle.overloaded(NOW + number * MAX_GAP)
        gaps.append(throttle.gap)
    assert gaps[:4] == [1.0, 2.0, 4.0, 8.0]
    assert gaps[-1] == MAX_GAP


def test_overload_slows_a_host_without_a_delay_too() -> None:
    throttle = Throttle(0)
    throttle.overloaded(NOW)
    assert throttle.gap == 1.0


def test_good_answers_bring_the_pace_back_slowly_and_fully() -> None:
    throttle = Throttle(0.5)
    for number in range(3):
        throttle.overloaded(NOW + number * MAX_GAP)
    throttle.succeeded(0.01)
    assert throttle.gap == pytest.approx(3.0)
    for _ in range(60):
        throttle.succeeded(0.01)
    assert throttle.gap == 0.5
    assert throttle.pushed_gap == 0


def test_the_host_is_left_alone_as_long_as_it_asks() -> None:
    throttle = Throttle(0.5)
    throttle.overloaded(NOW, retry_after=20)
    assert throttle.is_parked(NOW + 19.9)
    assert not throttle.is_parked(NOW + 20)
    throttle.overloaded(NOW, retry_after=1e9)
    assert throttle.parked_until == NOW + MAX_PARK_SECONDS


def test_a_shorter_wish_does_not_end_a_longer_pause() -> None:
    throttle = Throttle(0.5)
    throttle.overloaded(NOW, retry_after=100)
    throttle.overloaded(NOW, retry_after=5)
    assert throttle.parked_until == NOW + 100


def test_a_host_that_never_answers_is_parked_longer_and_longer() -> None:
    throttle = Throttle(0.5)
    for _ in range(PARK_AFTER - 1):
        throttle.failed(NOW)
    assert not throttle.is_parked(NOW)
    now = NOW
    for times in (1, 2, 4):
        throttle.failed(now)
        assert throttle.parked_until == now + times * PARK_SECONDS
        now = throttle.parked_until
    for _ in range(5000):
        throttle.failed(now)
        now = throttle.parked_until
    throttle.failed(now)
    assert throttle.parked_until == now + MAX_PARK_SECONDS


def test_requests_that_fail_together_count_as_one_failure() -> None:
    throttle = Throttle(0)
    for _ in range(50):
        throttle.overloaded(NOW, retry_after=5)
    assert (throttle.failures, throttle.gap, throttle.parked_until) == (1, 1.0, NOW + 5)
    for _ in range(50):
        throttle.failed(NOW + 1)
    assert throttle.failures == 1


def test_one_answer_ends_a_row_of_failures() -> None:
    throttle = Throttle(0.5)
    for _ in range(PARK_AFTER):
        throttle.failed(NOW)
    throttle.succeeded(0.1)
    assert not throttle.is_parked(NOW)
    throttle.failed(NOW)
    assert not throttle.is_parked(NOW)


@given(
    st.floats(0, 100),
    st.none() | st.floats(0, 60),
    st.lists(st.sampled_from(["overloaded", "failed"]) | st.floats(0, 1000), max_size=40),
)
def test_the_gap_is_never_below_the_floor(
    delay: float, crawl_delay: float | None, events: list[str | float]
) -> None:
    throttle = Throttle(delay, crawl_delay=crawl_delay)
    for event in events:
        if isinstance(event, float):
            throttle.succeeded(event)
        else:
            getattr(throttle, event)(NOW)
        assert throttle.gap >= max(delay, crawl_delay or 0)
        assert throttle.gap <= max(delay, MAX_GAP)
