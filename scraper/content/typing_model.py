"""Tells the type of a page from its words and counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp

from scraper.content.blocks import Blocks
from scraper.content.facts import Facts
from scraper.content.measure import Measures
from scraper.content.page_type import declared_words, inner_words, page_row
from scraper.content.trees import Forest


@dataclass(frozen=True, slots=True)
class WordScores:
    """What each word adds to the score of each type."""

    start: list[float]
    weights: dict[str, list[float]]

    def score(self, words: Iterable[str]) -> list[float]:
        """The scores of all types."""
        get = self.weights.get
        found = [weights for word in words if (weights := get(word)) is not None]
        return [sum(column) for column in zip(self.start, *found, strict=True)]


@dataclass(frozen=True, slots=True)
class TypeModel:
    """Word scores and one forest for each type."""

    declared: WordScores
    inner: WordScores
    forests: Sequence[Forest]

    def chances(self, found: Blocks, facts: Facts, measures: Measures) -> list[float]:
        """The chance of each type, in the order of `PageType`."""
        row = self.declared.score(declared_words(facts))
        row += self.inner.score(inner_words(found))
        row += page_row(found, facts, measures)
        scores = [forest.score(row) for forest in self.forests]
        highest = max(scores)
        parts = [exp(score - highest) for score in scores]
        total = sum(parts)
        return [part / total for part in parts]
