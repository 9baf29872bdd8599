"""Pages that say the same."""

import random

import pytest

from analysis.deep.near import NearPages

_WORDS = [f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(600)]


def _text(seed: int, words: int = 300) -> list[str]:
    return random.Random(seed).choices(_WORDS, k=words)


@pytest.mark.parametrize("changed", [0, 1, 3])
def test_a_page_with_a_few_other_words_is_a_copy(changed: int) -> None:
    near, text = NearPages(), _text(1)
    first = near.join(" ".join(text))
    for number in range(changed):
        text[number * 90] = "otherwise"
    assert near.join(" ".join(text)) == first


def test_another_page_is_none() -> None:
    near = NearPages()
    assert len({near.join(" ".join(_text(seed))) for seed in range(20)}) == 20


def test_a_page_with_another_figure_is_a_witness_of_its_own() -> None:
    near, text = NearPages(), " ".join(_text(1))
    assert near.join(f"{text} costs 12 euros") != near.join(f"{text} costs 13 euros")


def test_short_and_empty_pages_are_themselves() -> None:
    near = NearPages()
    assert [near.join(text) for text in ("", "one", "two", "one", "")] == [0, 1, 2, 1, 0]
