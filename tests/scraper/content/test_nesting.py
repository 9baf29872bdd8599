"""Sources that no parser takes in time are told from long ones."""

import pytest

from scraper.content.nesting import DEEPEST, is_too_deep
from scraper.content.read import read_html

OPEN = "<div>x" * (2 * DEEPEST)


@pytest.mark.parametrize(
    ("html", "is_deep"),
    [
        (OPEN, True),
        ("<DIV>x" * (2 * DEEPEST), True),
        ("<x-y>" * (2 * DEEPEST), True),
        ("<div>x</div>" * (2 * DEEPEST), False),
        ("<li>x" * (2 * DEEPEST), False),
        ("<br>" * (2 * DEEPEST), False),
        ("<div>x" * (DEEPEST // 2), False),
        ("a < b " * (2 * DEEPEST), False),
    ],
)
def test_elements_left_open_are_counted(html: str, is_deep: bool) -> None:
    assert is_too_deep(html) is is_deep


def test_a_page_too_deep_is_refused_by_name() -> None:
    assert read_html(OPEN, "http://a.example/").reason == "too_deep"
