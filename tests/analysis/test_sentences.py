"""Cutting texts into sentences."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sentences import is_whole, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n\t ", []),
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It costs 12.50 euros. Really.", ["It costs 12.50 euros.", "Really."]),
        ("Dr. Frisch met Prof. Adler. They spoke.", ["Dr. Frisch met Prof. Adler.", "They spoke."]),
        ("Bring water, e.g. two litres. Go.", ["Bring water, e.g. two litres.", "Go."]),
        ("J. R. Smith wrote it. I read it.", ["J. R. Smith wrote it.", "I read it."]),
        ("It was minus 4 °C. It snowed.", ["It was minus 4 °C.", "It snowed."]),
        ("So did I. Then we left.", ["So did I.", "Then we left."]),
        ('He said "Stop." Then he left.', ['He said "Stop."', "Then he left."]),
        ("Wait... and see. Now.", ["Wait... and see.", "Now."]),
        ("A heading\nA paragraph. With two.\r\nEnd", ["A heading", "A paragraph.", "With two.", "End"]),
        ("Visit site.test/a.html today. Yes.", ["Visit site.test/a.html today.", "Yes."]),
        ("今日は寒い。明日は暖かい。", ["今日は寒い。", "明日は暖かい。"]),
        ("Das kostet z.B. 5 Euro. Gut.", ["Das kostet z.B. 5 Euro.", "Gut."]),
    ],
)
def test_texts_are_cut_where_readers_stop(text: str, expected: list[str]) -> None:
    assert [sentence.words for sentence in sentences(text)] == expected


@given(st.text(alphabet=st.sampled_from("aAI .!?\n\r\u2028\"')°。é1 \t"), max_size=200))
def test_words_stand_where_the_sentence_says_and_nothing_is_lost(text: str) -> None:
    found = list(sentences(text))
    assert all(text[each.start : each.end] == each.words for each in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert "".join("".join(each.words.split()) for each in found) == "".join(text.split())


def test_a_long_text_without_an_end_is_one_sentence() -> None:
    for text in ("word " * 100_000, "!" * 200_000, "!)" * 100_000, ".'" * 100_000):
        assert len(list(sentences(text))) == 1


@pytest.mark.parametrize(
    ("words", "whole"),
    [("Done.", True), ("Done.”", True), ("Done", False), ("終わり。", True), ("No. 4", False)],
)
def test_headings_are_not_whole_sentences(words: str, whole: bool) -> None:
    assert is_whole(words) is whole
