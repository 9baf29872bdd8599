"""The first gate: the words of a quote stand, one after the other, in the stored page.

What stands there is then widened to its whole sentences, which is what a reader sees and what the second gate
reads: words that are clipped against their meaning get the rest of it back.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.gates.words import words
from analysis.sentences import Sentence, sentences

LEAST_WORDS = 4  # of an anchor; fewer stand on any page
LEAST_LETTERS = 12
LONGEST_QUOTE = 2_000  # characters
_APART = "\x1f"


class Refusal(StrEnum):
    """Why a quote is none."""

    TOO_SHORT = "too_short"  # so few words prove nothing
    TOO_LONG = "too_long"
    NOT_THERE = "not_there"  # the page does not say so


@dataclass(frozen=True, slots=True)
class Anchor:
    """Characters `start` to `end` of a page's text, and the whole sentences around them."""

    start: int
    end: int
    whole_start: int
    whole_end: int


class PageWords:
    """The words of one page, ready to be searched for many quotes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._words = words(text)
        self._joined = _APART + _APART.join(word.text for word in self._words) + _APART
        self._starts: list[int] = []
        at = 0
        for word in self._words:
            self._starts.append(at)
            at += len(word.text) + 1
        self._sentences: Sequence[Sentence] | None = None

    def find(self, quote: str) -> Anchor | Refusal:
        """Where the page has these words, or why that does not count."""
        if len(quote) > LONGEST_QUOTE:
            return Refusal.TOO_LONG
        sought = [word.text for word in words(quote)]
        if len(sought) < LEAST_WORDS or sum(map(len, sought)) < LEAST_LETTERS:
            return Refusal.TOO_SHORT
        at = self._joined.find(_APART + _APART.join(sought) + _APART)
        if at < 0:
            return Refusal.NOT_THERE
        first = bisect_right(self._starts, at) - 1
        return self._widened(self._words[first].start, self._words[first + len(sought) - 1].end)

    def _widened(self, start: int, end: int) -> Anchor:
        if self._sentences is None:
            self._sentences = list(sentences(self.text))
        touched = [one for one in self._sentences if one.end > start and one.start < end]
        whole_start = min([start, *(one.start for one in touched)])
        whole_end = max([end, *(one.end for one in touched)])
        return Anchor(start, end, whole_start, whole_end)
