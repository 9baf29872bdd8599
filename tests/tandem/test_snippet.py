"""Snippets show why something was found."""

import pytest

from storage.search_query import parse
from tandem.snippet import LONGEST, snippet


@pytest.mark.parametrize(
    ("words", "query", "marked"),
    [
        ("The red wool jacket", "wool", ["wool"]),
        ("The Café is open", "cafe", ["Café"]),
        ("Jackets and a jacket", "jacket*", ["Jackets", "jacket"]),
        ("東京都の物価", "物価", ["物価"]),
        ("not this one", "-this one", ["one"]),
        ("nothing of it", "zebra", []),
    ],
)
def test_the_words_that_were_looked_for_are_marked(words: str, query: str, marked: list[str]) -> None:
    made = snippet(words, parse(query))
    assert [made.text[start:end] for start, end in made.marks] == marked


def test_the_window_has_most_of_the_different_words() -> None:
    text = "red " * 100 + "and then a red jacket of wool stands here " + "wool " * 100
    made = snippet(text, parse("red jacket wool"))
    assert "red jacket of wool" in made.text
    assert made.text.startswith("… ")
    assert made.text.endswith(" …")
    assert len(made.text) <= LONGEST + 4
    assert {made.text[start:end] for start, end in made.marks} == {"red", "jacket", "wool"}


def test_lines_become_one() -> None:
    assert snippet("one\ntwo\tthree", parse("two")).text == "one two three"
