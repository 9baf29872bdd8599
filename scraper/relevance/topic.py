"""A job's topic, and how often its words stand in a text."""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote

from scraper.relevance.words import is_pair, naming_terms, normal, stem

MOST_TERMS = 32  # of a topic; what a longer text says later is rarely what it is about
LONGEST_WORD = 60  # what is longer is none
_REST_OF_WORD = re.compile(r"\w*")


@dataclass(frozen=True, slots=True)
class Topic:
    """Terms in the order in which the topic names them; a mask has one bit for each, from the lowest."""

    terms: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self | None:
        """None where the text holds no word."""
        terms = naming_terms(text)[:MOST_TERMS]
        return cls(terms) if terms else None

    def counts(self, text: str) -> list[int]:
        """How often each term stands in the text."""
        plain = normal(text)
        return [plain.count(one) if is_pair(one) else _count_word(plain, one) for one in self.terms]

    def mask(self, text: str) -> int:
        """Which terms stand in the text."""
        return sum(1 << place for place, count in enumerate(self.counts(text)) if count)

    def url_mask(self, url: str) -> int:
        """Which terms stand in the path and the query of an address."""
        return self.mask(unquote(url.partition("://")[2].partition("/")[2]))


def _count_word(plain: str, term: str) -> int:
    """A term is a beginning of its words: what begins otherwise is passed over at the speed of a search."""
    count, at = 0, plain.find(term)
    while at >= 0:
        end = at + 1
        if not at or not plain[at - 1].isalnum():
            rest = _REST_OF_WORD.match(plain, at)
            end = rest.end() if rest else end
            count += end - at <= LONGEST_WORD and stem(plain[at:end]) == term
        at = plain.find(term, end)
    return count


def length_in_words(text: str) -> int:
    """How long a text is, whether or not its script writes spaces."""
    return max(len(text.split()), len(text) // 12)
