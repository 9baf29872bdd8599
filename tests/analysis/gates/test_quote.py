"""A quote counts when its words stand in the page, one after the other, and brings its whole sentences."""

import random

import pytest

from analysis.gates.quote import Anchor, PageWords, Refusal

PAGE = (
    "Huts of the valley\nIt is not true that the hut is open in winter."
    " The hut has 1,250 beds, “says” the warden."
    "\nLe prix est de 12,50 € par nuit. 山小屋は冬に閉まっています。電話で予約してください。"
)


def shown(quote: str, page: str = PAGE) -> tuple[str, str] | Refusal:
    """The words that were found, and the whole sentences around them."""
    found = PageWords(page).find(quote)
    if isinstance(found, Refusal):
        return found
    return page[found.start : found.end], page[found.whole_start : found.whole_end]


@pytest.mark.parametrize(
    ("quote", "found", "whole"),
    [
        (
            "the hut is open in winter",
            "the hut is open in winter",
            "It is not true that the hut is open in winter.",
        ),
        (
            'The hut has 1,250 beds "says" the Warden',
            "The hut has 1,250 beds, “says” the warden",
            "The hut has 1,250 beds, “says” the warden.",
        ),
        ("le PRIX est de 12,50", "Le prix est de 12,50", "Le prix est de 12,50 € par nuit."),
        (
            "山小屋は冬に閉まっています",
            "山小屋は冬に閉まっています",
            "山小屋は冬に閉まっています。",
        ),
        (
            "open in winter the hut has 1,250 beds",
            "open in winter. The hut has 1,250 beds",
            "It is not true that the hut is open in winter. The hut has 1,250 beds, “says” the warden.",
        ),
    ],
)
def test_words_are_found_whatever_their_letters_and_marks(quote: str, found: str, whole: str) -> None:
    assert shown(quote) == (found, whole)


@pytest.mark.parametrize(
    ("quote", "refusal"),
    [
        ("the hut is not open in winter", Refusal.NOT_THERE),
        ("the hut is closed in winter", Refusal.NOT_THERE),
        ("The hut has 1,350 beds", Refusal.NOT_THERE),
        ("The hut has 250 beds", Refusal.NOT_THERE),
        ("The hut has 1 beds says", Refusal.NOT_THERE),
        ("hut is open", Refusal.TOO_SHORT),
        ("a b c d", Refusal.TOO_SHORT),
        ("", Refusal.TOO_SHORT),
        ("word " * 500, Refusal.TOO_LONG),
    ],
)
def test_what_does_not_stand_there_or_proves_nothing_is_refused(quote: str, refusal: Refusal) -> None:
    assert shown(quote) is refusal


def test_one_changed_word_is_always_noticed() -> None:
    chance = random.Random(7)
    vocabulary = [f"{letter}{number}" for letter in "abcdefgh" for number in range(20)]
    text = " ".join(chance.choice(vocabulary) for _ in range(600))
    page, words = PageWords(text), text.split()
    for _ in range(300):
        start = chance.randrange(580)
        quote = words[start : start + 12]
        assert isinstance(page.find(" ".join(quote)), Anchor)
        quote[chance.randrange(12)] = "other"
        assert page.find(" ".join(quote)) is Refusal.NOT_THERE


def test_a_page_of_endless_words_is_searched_in_no_time() -> None:
    page = PageWords("the same words again " * 50_000)
    for _ in range(50):
        assert page.find("again the same other words") is Refusal.NOT_THERE
