"""A job's topic, and how often its words stand in a text."""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote

from scraper.relevance.words import is_pair, naming_terms, normal, stem

MOST_TERMS = 32  # of a topic; what a longer text says later is rarely what it is about


@dataclass(frozen=True, slots=True)
class Topic:
    """Terms in the order in which the topic names them; a mask has one bit for each, from the lowest."""

    terms: tuple[str, ...]
    _places: dict[str, int]
    _pairs: tuple[tuple[int, str], ...]
    _beginnings: re.Pattern[str] | None

    @classmethod
    def of(cls, text: str) -> Self | None:
        """None where the text holds no word."""
        terms = naming_terms(text)[:MOST_TERMS]
        if not terms:
            return None
        stems = sorted((one for one in terms if not is_pair(one)), key=len, reverse=True)
        # A stem is a beginning of its word: one pass finds the few words that may be meant.
        found = re.compile(rf"\b(?:{'|'.join(map(re.escape, stems))})\w*") if stems else None
        pairs = tuple((place, one) for place, one in enumerate(terms) if is_pair(one))
        return cls(terms, {one: place for place, one in enumerate(terms)}, pairs, found)

    def counts(self, text: str) -> list[int]:
        """How often each term stands in the text."""
        counted = [0] * len(self.terms)
        plain = normal(text)
        for word in self._beginnings.findall(plain) if self._beginnings else ():
            place = self._places.get(stem(word))
            if place is not None:
                counted[place] += 1
        for place, pair in self._pairs:
            counted[place] = plain.count(pair)
        return counted

    def mask(self, text: str) -> int:
        """Which terms stand in the text."""
        return sum(1 << place for place, count in enumerate(self.counts(text)) if count)

    def url_mask(self, url: str) -> int:
        """Which terms stand in the path and the query of an address."""
        return self.mask(unquote(url.partition("://")[2].partition("/")[2]))


def length_in_words(text: str) -> int:
    """How long a text is, whether or not its script writes spaces."""
    return max(len(text.split()), len(text) // 12)
