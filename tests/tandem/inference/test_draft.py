"""Answers that go in circles, and those that do not."""

import pytest

from tandem.inference.draft import Draft, circle
from tests.tandem.inference.asking import request


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * 5000, "repetition"),
        ("{" + " \n" * 500, "whitespace"),
        ("{" + "\t" * 399, ""),
        ("I said so. " * 300, "repetition"),
        ('{"quote": "the same", "page": 1}, ' * 60, "repetition"),
        ("".join(f"{n}, " for n in range(900)), ""),
        ("".join(f'{{"page": {n}, "quote": "the same"}}, ' for n in range(200)), ""),
        ("Once. " + "A sentence that stands here twice, and is long enough for it. " * 2, ""),
    ],
)
def test_only_endless_loops_are_circles(text: str, expected: str) -> None:
    assert circle(text[-1200:]) == expected


def test_a_loop_is_noticed_long_before_the_limit_on_tokens() -> None:
    draft = Draft(request(max_tokens=100_000))
    pieces = 0
    while not draft.add("la la ", is_thought=False):
        pieces += 1
    assert pieces * 6 < 2000


def test_thoughts_are_no_part_of_the_text_but_end_when_they_loop() -> None:
    draft = Draft(request(max_tokens=100_000))
    assert draft.add("hm", is_thought=True) == ""
    assert draft.add("yes", is_thought=False) == ""
    assert draft.text == "yes"
    assert any(draft.add("hm, ", is_thought=True) == "repetition" for _ in range(1000))


@pytest.mark.parametrize("piece", ["", "x"])
def test_a_server_that_ignores_the_limit_is_stopped(piece: str) -> None:
    draft = Draft(request(max_tokens=10))
    reasons = [draft.add(piece and f"{n} words ", is_thought=False) for n in range(5000)]
    assert "too_large" in reasons
