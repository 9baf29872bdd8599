"""A run of misses is told from chance."""

import pytest

from scraper.selection.health import Health


def _health(hits: int, pages: int) -> Health:
    return Health(hits=hits, pages=pages)


@pytest.mark.parametrize(
    ("hits", "pages", "misses", "is_moved"),
    [
        (3, 3, 4, False),  # three pages say little
        (3, 3, 5, True),
        (30, 30, 2, False),
        (30, 30, 3, True),  # two are never enough, however sure
        (15, 30, 9, False),
        (15, 30, 10, True),
        (3, 30, 40, False),  # hardly any page has it
        (0, 0, 9, False),
    ],
)
def test_misses_count_by_how_common_the_field_was(hits: int, pages: int, misses: int, is_moved: bool) -> None:
    health = _health(hits, pages)
    for _ in range(misses):
        health.miss(is_invalid=False)
    assert health.is_moved is is_moved


def test_a_hit_ends_the_run_and_the_misses_count_from_then_on() -> None:
    health = _health(20, 20)
    for _ in range(2):
        health.miss(is_invalid=True)
    before = health.presence
    health.hit()
    assert health.run == 0
    assert health.presence < before
    assert Health.from_json(health.as_json()).presence == pytest.approx(health.presence, abs=0.01)
