"""Crawls that are killed until they end hold what an unhindered crawl would hold."""

import pytest

from benchmarks.kill import injected_kills, random_kills

pytestmark = pytest.mark.slow


def test_kills_at_random_moments_lose_nothing() -> None:
    assert random_kills(wanted=7, pages=600, seed=1)


@pytest.mark.strace
@pytest.mark.parametrize("part", range(4))
def test_kills_at_single_writes_lose_nothing(part: int) -> None:
    assert injected_kills(points=24, pages=20, part=part, parts=4)
