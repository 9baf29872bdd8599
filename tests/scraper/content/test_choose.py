"""Choosing blocks by the F1 that is expected."""

import itertools

import pytest

from scraper.content.choose import choose


def expected(keep: tuple[bool, ...], chances: list[float], words: list[int]) -> float:
    hit = sum(c * w for k, c, w in zip(keep, chances, words, strict=True) if k)
    taken = sum(w for k, w in zip(keep, words, strict=True) if k)
    return 2 * hit / (taken + sum(c * w for c, w in zip(chances, words, strict=True)))


@pytest.mark.parametrize(
    ("chances", "words"),
    [
        ([0.9, 0.1, 0.5, 0.4], [10, 50, 3, 20]),
        ([0.2, 0.2, 0.2], [5, 5, 5]),
        ([0.99, 0.01, 0.6, 0.3, 0.5], [100, 100, 1, 40, 9]),
    ],
)
def test_no_other_choice_is_expected_to_be_better(chances: list[float], words: list[int]) -> None:
    best = max(expected(keep, chances, words) for keep in itertools.product((True, False), repeat=len(words)))

    assert choose(chances, words).expected == pytest.approx(best)


def test_nothing_is_kept_where_nothing_is_likely() -> None:
    assert choose([0.0, 0.0], [3, 4]).keep == [False, False]
    assert choose([], []).keep == []
