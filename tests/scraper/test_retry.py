from random import Random

import pytest

from scraper.retry import MAX_RETRY_AFTER, MAX_SECONDS, is_retried, wait_seconds

NOW = 784111777.0  # Sun, 06 Nov 1994 08:49:37 GMT


@pytest.mark.parametrize(
    ("reason", "status", "retried"),
    [
        ("ok", 200, False),
        ("ok", 301, False),
        ("ok", 400, False),
        ("ok", 404, False),
        ("ok", 410, False),
        ("ok", 408, True),
        ("ok", 429, True),
        ("ok", 500, True),
        ("ok", 501, False),
        ("ok", 502, True),
        ("ok", 503, True),
        ("ok", 504, True),
        ("ok", 505, False),
        ("connect_refused", 0, True),
        ("connect_timeout", 0, True),
        ("connection_reset", 200, True),
        ("cut", 200, True),
        ("dns", 0, True),
        ("tls", 0, False),
        ("robots_unreachable", 0, True),
        ("too_slow", 200, True),
        ("egress", 0, False),
        ("bad_url", 0, False),
        ("too_large", 503, False),
        ("something_new", 0, False),
    ],
)
def test_only_what_can_succeed_is_tried_again(reason: str, status: int, retried: bool) -> None:
    assert is_retried(reason, status) is retried


@pytest.mark.parametrize(("tries", "longest"), [(1, 2), (2, 4), (3, 8), (8, 256), (9, 300), (10_000, 300)])
def test_the_wait_doubles_within_bounds_and_is_spread(tries: int, longest: float) -> None:
    rng = Random(7)
    waits = [wait_seconds(tries, rng) for _ in range(200)]
    assert all(longest / 2 <= wait <= longest <= MAX_SECONDS for wait in waits)
    assert max(waits) - min(waits) > longest / 3


def test_one_seed_gives_one_sequence_of_waits() -> None:
    assert wait_seconds(3, Random(1)) == wait_seconds(3, Random(1))
    assert wait_seconds(3, Random(1)) != wait_seconds(3, Random(2))


def test_before_any_try_there_is_nothing_to_wait_for() -> None:
    assert wait_seconds(0, Random(1)) == 0


def test_the_wish_of_a_server_counts_when_it_is_longer_up_to_an_hour() -> None:
    assert wait_seconds(1, Random(1), 50) == 50
    assert wait_seconds(1, Random(1), 0.1) >= 1
    assert wait_seconds(1, Random(1), 1e12) == MAX_RETRY_AFTER
