"""Choosing what is good and different."""

from analysis.centrality import vectors
from analysis.choose import choose

SPACE = vectors(["red tent in rain", "red tent in rain", "blue boots for snow", "green lamp at night"])


def test_the_best_comes_first_and_its_double_never() -> None:
    assert choose([0.9, 0.8, 0.3, 0.2], SPACE, ["a", "b", "c", "d"], 4, 1) == [0, 2, 3]


def test_one_group_gives_only_so_many() -> None:
    assert choose([0.9, 0.1, 0.8, 0.7], SPACE, ["a", "a", "a", "b"], 4, 1) == [0, 3]


def test_nothing_good_or_nothing_wanted_gives_nothing() -> None:
    assert choose([0.0, 0.0, 0.0, 0.0], SPACE, ["a", "b", "c", "d"], 4, 1) == []
    assert choose([0.9, 0.8, 0.3, 0.2], SPACE, ["a", "b", "c", "d"], 0, 1) == []
    assert choose([], [], [], 4, 1) == []
