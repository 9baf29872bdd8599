"""Edges of histograms."""

import pytest

from analysis.bins import MOST_BINS, edges


@pytest.mark.parametrize(
    ("least", "most", "whole"),
    [(0, 60, True), (12.9, 890, False), (-3, 3, True), (0.001, 0.002, False), (5, 5, False), (0, 1e9, False)],
)
def test_every_value_lies_between_round_edges(least: float, most: float, whole: bool) -> None:
    found = edges(least, most, whole)
    assert found[0] <= least
    assert most < found[-1]
    assert 1 <= len(found) - 1 <= MOST_BINS + 2
    assert found == sorted(set(found))


def test_steps_are_those_that_people_count_in() -> None:
    assert edges(12.9, 890)[:3] == [0, 100, 200]
    assert edges(0, 3, whole=True) == [0, 1, 2, 3, 4]
