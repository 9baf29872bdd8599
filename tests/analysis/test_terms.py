"""Comparable terms of texts."""

import pytest

from analysis.terms import terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("huts", "hut"),
        ("Washed", "washing"),
        ("dries", "dried"),
        ("boxes", "box"),
        ("planned", "plan"),
        ("ＡＢＣ", "abc"),
        ("STRASSE", "straße"),
        ("filled", "filling"),
    ],
)
def test_forms_of_one_word_are_one_term(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


@pytest.mark.parametrize(
    ("one", "other"), [("glass", "glas"), ("bus", "bu"), ("ring", "r"), ("2026", "202"), ("bed", "b")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert terms(one) != terms(other)


def test_stop_words_are_no_terms() -> None:
    assert terms("Which of the huts is it, und warum?") == ["hut", "warum"]


def test_writing_without_spaces_becomes_pairs() -> None:
    assert terms("東京都") == ["東京", "京都"]
    assert terms("山") == ["山"]
