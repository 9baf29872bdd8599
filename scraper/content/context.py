"""Adds to a block's description what the first look thought of the blocks around it."""

from collections.abc import Hashable, Iterable, Sequence
from itertools import accumulate
from operator import mul
from typing import TypeVar

from scraper.content.blocks import Block, Element
from scraper.content.choose import choose

Key = TypeVar("Key", bound=Hashable)

CONTEXT_FEATURES = (
    "chance", "before1", "after1", "path", "place", "holder1", "holder3", "holder4",
    "page", "highest", "limit", "expected", "gone", "above_limit",
)  # fmt: skip


def context_rows(
    blocks: Sequence[Block], words: Sequence[int], chances: Sequence[float], wanted: Iterable[int]
) -> list[tuple[float, ...]]:
    """One row per wanted block, its columns as in `CONTEXT_FEATURES`."""
    hits = list(map(mul, chances, words))
    sum_words = [0, *accumulate(words)]
    sum_hits = [0.0, *accumulate(hits)]
    paths = _means([block.element.path for block in blocks], words, hits)
    keys = [(block.element.tag, block.element.depth) for block in blocks]
    places = _means(keys, words, hits)
    limit, expected = _limit(chances, words)
    total = max(sum_hits[-1], 0.01)
    page = (sum_hits[-1] / max(sum_words[-1], 1), max(chances), limit, expected)
    holders = _Holders(sum_words, sum_hits)
    padded = [0.0, *chances, 0.0]
    rows = []
    for place in wanted:
        element, chance = blocks[place].element, chances[place]
        rows.append((
            chance, padded[place], padded[place + 2], paths[element.path], places[keys[place]],
            *holders.of(element.place[4]), *page, sum_hits[place] / total, chance - limit,
        ))  # fmt: skip
    return rows


class _Holders:
    """The mean chance of a word in the elements around a block; many blocks have the same ones."""

    def __init__(self, sum_words: Sequence[int], sum_hits: Sequence[float]) -> None:
        self._sum_words, self._sum_hits = sum_words, sum_hits
        self._known: dict[Element | None, list[float]] = {None: [0.0, 0.0, 0.0]}

    def of(self, wider: Element | None) -> list[float]:
        """The nearest one, the third and the fourth."""
        known = self._known.get(wider)
        if known is None:
            second = wider.place[4] if wider is not None else None
            third = second.place[4] if second is not None else None
            fourth = third.place[4] if third is not None else None
            known = self._known[wider] = [self._mean(wider), self._mean(third), self._mean(fourth)]
        return known

    def _mean(self, element: Element | None) -> float:
        if element is None:
            return 0.0
        first, last = element.first, element.last
        words = self._sum_words[last] - self._sum_words[first]
        return (self._sum_hits[last] - self._sum_hits[first]) / words


def _means(keys: Sequence[Key], words: Sequence[int], hits: Sequence[float]) -> dict[Key, float]:
    """The mean chance of a word under each key."""
    counts: dict[Key, int] = {}
    sums: dict[Key, float] = {}
    for key, count, hit in zip(keys, words, hits, strict=True):
        counts[key] = counts.get(key, 0) + count
        sums[key] = sums.get(key, 0.0) + hit
    return {key: sums[key] / counts[key] for key in counts}


def _limit(chances: Sequence[float], words: Sequence[int]) -> tuple[float, float]:
    """The lowest chance that the first look would keep, and the F1 it expects."""
    choice = choose(chances, words)
    kept = [chance for chance, keep in zip(chances, choice.keep, strict=True) if keep]
    return (min(kept) if kept else 1.0), choice.expected
