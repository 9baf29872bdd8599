import time

import pytest

from scraper.relevance.topic import MOST_TERMS, Topic, length_in_words


def topic(text: str) -> Topic:
    found = Topic.of(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Coffee grinding, the COFFEES grinder; a grind", [2, 3]),
        ("scoffee coffeepot groundhog", [0, 0]),
        ("coffee-grinder_coffee", [2, 1]),
        ("", [0, 0]),
    ],
)
def test_terms_are_counted_as_whole_words(text: str, counts: list[int]) -> None:
    assert topic("coffee grinders").counts(text) == counts


def test_pairs_are_counted_wherever_they_stand() -> None:
    assert topic("東京都").counts("この東京都と京都") == [1, 2]


@pytest.mark.parametrize(
    ("url", "mask"),
    [
        ("http://coffee.test/grinders/7", 0b10),
        ("http://a.test/Coffee_Grinder.html?x=1", 0b11),
        ("http://a.test/?q=coffee", 0b01),
        ("http://a.test/caf%C3%A9-coff%65e", 0b01),
        ("http://a.test", 0),
    ],
)
def test_an_address_says_something_by_its_path_and_query(url: str, mask: int) -> None:
    assert topic("coffee grinder").url_mask(url) == mask


def test_a_long_text_is_a_topic_of_its_first_words() -> None:
    assert len(topic(" ".join(f"word{n}x" for n in range(99))).terms) == MOST_TERMS


def test_a_text_without_words_is_no_topic() -> None:
    assert Topic.of(" – ?! ") is None


@pytest.mark.parametrize("text", ["a" * 400_000, "violin" * 70_000, "violin " * 60_000, "violi_" * 70_000])
def test_counting_stays_linear(text: str) -> None:
    before = time.process_time()
    topic("violin repair").counts(text)
    assert time.process_time() - before < 1.0


def test_a_text_without_spaces_has_a_length_too() -> None:
    assert length_in_words("one two three") == 3
    assert length_in_words("東" * 1200) == 100
