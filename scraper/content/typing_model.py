"""Tells the type of a page from its words and counts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import exp

from scraper.content.blocks import Blocks
from scraper.content.facts import Facts
from scraper.content.measure import Measures
from scraper.content.page_type import declared_words, inner_words, page_row

# The weights of a word for all types travel in one integer: adding two of those adds all of them at once.
LANE_BITS = 40
STEPS = 100  # weights are whole hundredths
MIDDLE = 1 << LANE_BITS - 1


@dataclass(frozen=True, slots=True)
class WordScores:
    """What each word adds to the score of each type."""

    start: list[float]
    weights: dict[str, list[float]]
    _packed: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        packed = {word: _packed(weights) for word, weights in self.weights.items()}
        object.__setattr__(self, "_packed", packed)

    def score(self, words: Iterable[str]) -> list[float]:
        """The scores of all types; each word once."""
        packed = self._packed
        total = sum([packed[word] for word in packed.keys() & words])
        total += sum(MIDDLE << LANE_BITS * lane for lane in range(len(self.start)))
        lanes = (total >> LANE_BITS * lane & (1 << LANE_BITS) - 1 for lane in range(len(self.start)))
        return [start + (lane - MIDDLE) / STEPS for start, lane in zip(self.start, lanes, strict=True)]


def _packed(weights: Sequence[float]) -> int:
    return sum(round(weight * STEPS) << LANE_BITS * lane for lane, weight in enumerate(weights))


@dataclass(frozen=True, slots=True)
class TypeModel:
    """Word scores and one function of trees for each type."""

    declared: WordScores
    inner: WordScores
    forests: Sequence[Callable[..., float]]

    def chances(self, found: Blocks, facts: Facts, measures: Measures) -> list[float]:
        """The chance of each type, in the order of `PageType`."""
        row = self.declared.score(declared_words(facts))
        row += self.inner.score(inner_words(found))
        row += page_row(found, facts, measures)
        scores = [forest(*row) for forest in self.forests]
        highest = max(scores)
        parts = [exp(score - highest) for score in scores]
        total = sum(parts)
        return [part / total for part in parts]
