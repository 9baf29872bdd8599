"""Shapes of addresses that bring nothing new are known, and forgiven when they do."""

import pytest

from scraper.barren import HALVED_AT, JUDGED_AFTER, MOST_SHAPES, SETBACK, BarrenShapes, shape


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.test/print/pear", "a.test/print/*"),
        ("https://a.test/print/pear/", "a.test/print/pear/"),
        ("https://a.test/s-8f31/help/pear", "a.test/*/help/*"),
        ("https://a.test/", "a.test//"),
        ("https://a.test/list?sort=up&page=3", "a.test//*?sort&page"),
        ("https://a.test/list?sort=down&page=4#top", "a.test//*?sort&page"),
        ("https://b.test/print/pear", "b.test/print/*"),
    ],
)
def test_addresses_of_one_kind_have_one_shape(url: str, expected: str) -> None:
    assert shape(url) == expected


def fed(fresh: list[bool], folder: str = "print") -> BarrenShapes:
    shapes = BarrenShapes()
    for number, is_fresh in enumerate(fresh):
        shapes.brought(f"https://a.test/{folder}/{number}", is_fresh=is_fresh)
    return shapes


def test_a_shape_that_brings_only_known_texts_is_set_back() -> None:
    shapes = fed([True] + [False] * JUDGED_AFTER)

    assert shapes.setback("https://a.test/print/new") == SETBACK
    assert shapes.setback("https://a.test/story/new") == 0


@pytest.mark.parametrize("fresh", [[False] * (JUDGED_AFTER - 1), [True, False, False, False] * JUDGED_AFTER])
def test_few_pages_and_some_news_are_no_reason(fresh: list[bool]) -> None:
    assert fed(fresh).setback("https://a.test/print/new") == 0


def test_a_shape_is_forgiven_when_it_brings_news_again() -> None:
    assert fed([False] * 3 * HALVED_AT + [True] * 40).setback("https://a.test/print/new") == 0


def test_the_shapes_that_are_remembered_are_bounded() -> None:
    shapes = fed([False] * JUDGED_AFTER)
    for number in range(MOST_SHAPES):
        shapes.brought(f"https://{chr(97 + number % 26)}{number}.test/x", is_fresh=True)

    assert shapes.setback("https://a.test/print/new") == 0
