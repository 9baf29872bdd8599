"""Puts pages in the order in which they are worth reading: for a question (BM25), or for all of them."""

import math
from collections import Counter
from collections.abc import Sequence

from analysis.deep.pages import DeepPage
from analysis.terms import terms

K1, B = 1.2, 0.75
TITLE = 3  # a word of the title counts so often
MOST_CHARACTERS = 40_000  # of a page, looked at


class Ranking:
    """The terms of all pages, counted once for every question."""

    def __init__(self, pages: Sequence[DeepPage]) -> None:
        self._pages = pages
        self._counts = [_counted(page) for page in pages]
        self._known_in = Counter(term for counts in self._counts for term in counts)
        lengths = [counts.total() for counts in self._counts]
        self._length = sum(lengths) / len(lengths) if lengths else 1.0

    def for_question(self, question: str) -> list[DeepPage]:
        """The pages that share a term with it, the best first."""
        asked = [term for term in set(terms(question)) if self._known_in[term]]
        scored = [(self._score(counts, asked), place) for place, counts in enumerate(self._counts)]
        return [self._pages[place] for score, place in sorted(scored, key=_best_first) if score > 0]

    def for_all(self) -> list[DeepPage]:
        """All pages, those first that share most with the others and say most."""
        total = len(self._pages)
        central = {
            term: math.log(1 + number) * math.log(1 + total / number)
            for term, number in self._known_in.items()
            if number > 1
        }
        scored = [
            (sum(central.get(term, 0.0) for term in counts) / math.sqrt(1 + len(counts)), place)
            for place, counts in enumerate(self._counts)
        ]
        return [self._pages[place] for _, place in sorted(scored, key=_best_first)]

    def _score(self, counts: Counter[str], asked: Sequence[str]) -> float:
        long = K1 * (1 - B + B * counts.total() / max(self._length, 1.0))
        return sum(
            math.log(1 + len(self._pages) / self._known_in[term])
            * counts[term]
            * (K1 + 1)
            / (counts[term] + long)
            for term in asked
        )


def _counted(page: DeepPage) -> Counter[str]:
    counts = Counter(terms(page.text[:MOST_CHARACTERS]))
    for term in terms(page.source.title):
        counts[term] += TITLE
    return counts


def _best_first(scored: tuple[float, int]) -> tuple[float, int]:
    return -scored[0], scored[1]
