"""Estimates of tokens, before and after counts were seen."""

import random

import pytest

from tandem.inference.tokens import Tokens, characters

ENGLISH = "The ship left the harbour before dawn, and nobody on the pier waved. " * 40
CHINESE = "船在黎明前离开港口，码头上没有人挥手。" * 60
RUSSIAN = "Корабль покинул гавань до рассвета, и никто не махал рукой. " * 40
FIGURES = '{"sku":"A-10382","price":12.99,"stock":[1,0,0,3]},' * 40


def count(text: str, noise: float = 1.0) -> int:
    """What some tokenizer makes of a text."""
    per_token = {"latin": 4.4, "alphabet": 2.6, "wide": 1.4, "marks": 1.6}
    return int(sum(n / per_token[kind] for kind, n in characters(text).items()) * noise) + 12


@pytest.mark.parametrize("text", [ENGLISH, CHINESE, RUSSIAN, FIGURES])
def test_before_any_count_the_estimate_is_too_high_rather_than_too_low(text: str) -> None:
    assert Tokens().estimate(text) >= count(text)


def test_after_some_counts_the_estimate_is_close_in_every_script() -> None:
    tokens, chance = Tokens(), random.Random(3)
    for _ in range(60):
        text = chance.choice([ENGLISH, CHINESE, RUSSIAN, FIGURES])[: chance.randrange(400, 2000)]
        tokens.learn(text, count(text, chance.uniform(0.97, 1.03)))
    for text in (ENGLISH, CHINESE, RUSSIAN, FIGURES, ENGLISH + CHINESE):
        assert 0.95 <= tokens.estimate(text) / count(text) <= 1.4


def test_one_language_alone_is_learned_from_one_count() -> None:
    tokens = Tokens()
    tokens.learn(ENGLISH, count(ENGLISH))
    assert tokens.estimate(ENGLISH) == pytest.approx(count(ENGLISH), rel=0.15)


def test_counts_that_no_tokenizer_makes_teach_nothing() -> None:
    tokens = Tokens()
    before = tokens.ratios
    tokens.learn(ENGLISH, len(ENGLISH) // 9)  # a prompt that was cut
    tokens.learn(ENGLISH, 0)
    tokens.learn("short", 1)
    assert tokens.ratios == before


TEXTS = [ENGLISH, CHINESE, RUSSIAN, FIGURES]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("learned", TEXTS)
def test_an_honest_count_is_never_taken_for_a_cut(text: str, learned: str) -> None:
    tokens = Tokens()
    for _ in range(6):
        assert count(text, 0.92) >= tokens.least(text)
        tokens.learn(learned, count(learned, 1.1))  # codes are denser than prose


def test_blanks_and_rules_are_no_reason_for_suspicion() -> None:
    text = (ENGLISH[:70] + " " * 60 + "\n" + "-" * 80 + "\n") * 20
    tokens = Tokens()
    for _ in range(5):
        assert count(ENGLISH[:70]) * 20 >= tokens.least(text)
        tokens.learn(ENGLISH, count(ENGLISH))


@pytest.mark.parametrize("text", TEXTS)
def test_half_a_window_is_taken_for_a_cut_once_the_script_is_known(text: str) -> None:
    tokens = Tokens()
    for _ in range(5):
        tokens.learn(text[:1500], count(text[:1500]))
    assert count(text) // 2 < tokens.least(text)


def test_half_a_window_of_prose_is_taken_for_a_cut_from_the_first() -> None:
    assert count(ENGLISH) // 2 < Tokens().least(ENGLISH)
