"""Pieces of texts."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.chunks import LONGEST, chunks

SENTENCE = "The heron stood in the shallow water and waited for a fish. "


def test_sentences_are_put_together_as_far_as_they_fit() -> None:
    found = list(chunks(SENTENCE * 40))
    assert [one.words.count("heron") for one in found] == [16, 16, 8]
    assert all(one.words.endswith("fish.") for one in found)


@pytest.mark.parametrize("text", ["", " \n ", "\t"])
def test_nothing_gives_nothing(text: str) -> None:
    assert list(chunks(text)) == []


@pytest.mark.parametrize("text", ["x" * 3_333, "word " * 900, "字" * 2_500])
def test_what_has_no_end_is_cut_all_the_same(text: str) -> None:
    found = list(chunks(text))
    assert "".join(one.words for one in found).replace(" ", "") == text.replace(" ", "")
    assert len(found) < len(text) / LONGEST * 2 + 1


@given(st.text(alphabet="ab .!?\n字。", max_size=3_000))
def test_every_piece_stands_where_it_says(text: str) -> None:
    found = list(chunks(text))
    assert all(text[one.start : one.stop] == one.words and len(one.words) <= LONGEST for one in found)
    assert all(one.stop <= two.start for one, two in itertools.pairwise(found))
    assert "".join("".join(one.words for one in found).split()) == "".join(text.split())
