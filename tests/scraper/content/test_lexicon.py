"""The weight of a text is the sum over its words, pairs, and itself."""

import pytest

from scraper.content.lexicon import Lexicon, first_words, text_words

KNOWN = {
    "read": 1.0,
    "read more": 0.5,
    "=read more": -2.0,
    "w1 w2": 8.0,
    "w8 w9": 16.0,
    "=end": 32.0,
}


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("Read more", -0.5),
        ("read read", 1.0),
        ("end", 32.0),
        (" ".join(f"w{place}" for place in range(10)), 8.0),
        (" ".join(f"w{place}" for place in range(10)) + " end", 8.0),
        ("", 0.0),
    ],
)
def test_a_text_weighs_what_its_words_weigh(text: str, weight: float) -> None:
    lexicon = Lexicon(text=KNOWN)

    assert lexicon.read(text) == weight
    assert sum(KNOWN.get(word, 0.0) for word in text_words(first_words(text))) == weight
