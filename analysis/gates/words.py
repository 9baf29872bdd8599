"""The words of a text as they are compared, each with its place."""

import re
import unicodedata
from typing import NamedTuple

# Scripts without spaces between words: here each character is a word.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# A figure is one word with its points and commas; so is a word with an apostrophe in it.
_WORD = re.compile(
    rf"\d+(?:[.,'’\u00a0\u202f]\d+)*|[{_UNSPACED}]|(?:(?![{_UNSPACED}\d_])\w)+(?:['’](?:(?![{_UNSPACED}\d_])\w)+)*"
)
_APOSTROPHES = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " "})


class Word(NamedTuple):
    """One word; text[start:end] as written."""

    text: str  # as compared
    start: int
    end: int


def words(text: str) -> list[Word]:
    """Every word in order, whatever stands between them."""
    return [Word(normal(found[0]), *found.span()) for found in _WORD.finditer(text)]


def normal(word: str) -> str:
    """The same for the same word in other letters: wide, small, large."""
    return unicodedata.normalize("NFKC", word.translate(_APOSTROPHES)).casefold()


def is_figure(word: str) -> bool:
    """Whether a word is a number."""
    return word[:1].isdigit()
