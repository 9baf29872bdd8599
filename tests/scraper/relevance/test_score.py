import pytest

from scraper.relevance.score import Rarity, coverage, page_score

TWO = Rarity(2).weights


def score(*counts: int, words: int = 400) -> float:
    return page_score(counts, words, Rarity(len(counts)).weights)


def test_before_anything_is_learned_every_term_counts_the_same() -> None:
    assert Rarity(2).weights == pytest.approx((0.5, 0.5))


@pytest.mark.parametrize(
    ("counts", "least", "most"),
    [
        ((0, 0), 0.0, 0.0),  # says nothing of it
        ((1, 0), 0.2, 0.3),  # names half of it once
        ((1, 1), 0.45, 0.55),  # names all of it in passing
        ((9, 0), 0.45, 0.55),  # is about half of it
        ((4, 4), 0.8, 0.9),  # in the title, and in the text
        ((99, 99), 0.99, 1.0),
    ],
)
def test_a_score_means_the_same_in_every_job(counts: tuple[int, ...], least: float, most: float) -> None:
    assert least <= score(*counts) <= most


def test_a_long_page_must_say_it_more_often() -> None:
    assert score(2, 2, words=100) > score(2, 2, words=400) > score(2, 2, words=5000)


def test_a_long_topic_need_not_be_said_whole() -> None:
    assert score(9, 9, 9, 9, 0, 0, 0, 0) > 0.9
    assert score(*[9] * 8) <= 1.0


def test_a_term_of_every_page_tells_little_and_one_of_few_tells_much() -> None:
    rarity = Rarity(2)
    for number in range(100):
        rarity.add((1, number % 20 == 0))
    site, subject = rarity.weights
    assert site < 0.1
    assert subject > 0.9
    assert page_score((9, 0), 400, rarity.weights) < 0.1
    assert page_score((0, 9), 400, rarity.weights) > 0.85


def test_a_word_that_the_site_does_not_use_takes_little_from_those_that_it_uses() -> None:
    rarity = Rarity(3)
    for number in range(500):
        rarity.add((number % 5 == 0, number % 5 == 0, 0))
    assert page_score((9, 9, 0), 400, rarity.weights) > 0.85


def test_a_topic_of_one_word_that_is_everywhere_is_still_a_topic() -> None:
    rarity = Rarity(1)
    for _ in range(1000):
        rarity.add((3,))
    assert rarity.weights == pytest.approx((1.0,))


def test_the_order_of_pages_makes_no_difference_to_what_was_learned() -> None:
    pages = [(number % 2, number % 3, 1) for number in range(30)]
    forth, back = Rarity(3), Rarity(3)
    for one, other in zip(pages, reversed(pages), strict=True):
        forth.add(one)
        back.add(other)
    assert forth.weights == back.weights


@pytest.mark.parametrize(("mask", "share"), [(0, 0.0), (1, 0.5), (2, 0.5), (3, 1.0)])
def test_a_mask_covers_its_share_of_the_topic(mask: int, share: float) -> None:
    assert coverage(mask, TWO) == pytest.approx(share)
