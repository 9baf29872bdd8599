"""Sentences filled in from patterns."""

from analysis.pattern import masked, patterned


def test_names_and_figures_are_masked() -> None:
    assert masked("The Skarv  weighs 1,522 g in Norway") == "The * weighs * g in *"


def test_sentences_that_share_most_sequences_are_patterned() -> None:
    fuels = ("gas", "petrol", "alcohol", "wood", "tablets")
    texts = [f"The stove burns {fuel} and is lit by a match." for fuel in fuels]
    own = "Warm the cartridge under your jacket before you cook."
    assert patterned([*texts, own]) == [True] * 5 + [False]


def test_short_sentences_have_no_pattern() -> None:
    assert patterned(["Go home."] * 9) == [False] * 9
