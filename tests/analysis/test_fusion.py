"""Several rankings as one."""

import pytest

from analysis.fusion import fused


@pytest.mark.parametrize(
    ("rankings", "expected"),
    [
        ([], []),
        ([[1, 2, 3]], [1, 2, 3]),
        ([[1, 2, 3], [3, 4]], [3, 1, 2, 4]),
        ([[1, 2], [3, 4]], [1, 3, 2, 4]),
        ([[9], [1, 2, 3], [2, 1, 5]], [1, 2, 9, 3, 5]),
    ],
)
def test_what_more_rankings_name_comes_first(rankings: list[list[int]], expected: list[int]) -> None:
    assert fused(rankings) == expected
