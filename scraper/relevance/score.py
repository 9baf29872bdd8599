"""How much pages and links have to do with a topic: BM25, made comparable from 0 to 1."""

import math
from collections.abc import Sequence

ENOUGH_TERMS = 4  # a page need not say more of a long topic to be about it
SATURATION = 1.2  # k1 of BM25
LENGTH_SHARE = 0.5  # b of BM25
USUAL_WORDS = 400  # fixed, not learned: a page's score does not depend on which pages came before
FULL = 1.1  # a score that only endless repetition would bring to 1 is stretched by this
# Before anything was learned every term counts the same; so many pages without any of them stand for that.
PRIOR_PAGES = 10
# A term that stands on less than a quarter of the pages counts no more for being rarer still: a word of the
# topic that the site does not use would else outweigh those that it does use.
RAREST, COMMONEST = 0.25, 0.95
UNSEEN_HALVED_AFTER = 50  # pages: a term that none of them holds is of less and less account


class Rarity:
    """In how many pages of a crawl each term stands: what is everywhere tells nothing apart."""

    def __init__(self, terms: int) -> None:
        self.pages = 0
        self.holders = [0] * terms
        self._weights: tuple[float, ...] | None = None

    def add(self, counts: Sequence[int]) -> None:
        """One more page with its counts."""
        self.pages += 1
        for place, count in enumerate(counts):
            self.holders[place] += count > 0
        self._weights = None

    def known(self, pages: int, holders: Sequence[int]) -> None:
        """Goes on from what an earlier process learned."""
        self.pages, self.holders, self._weights = pages, list(holders), None

    @property
    def weights(self) -> tuple[float, ...]:
        """What each term counts; the weightiest few together count 1."""
        if self._weights is None:
            raw = [self._rarity(holders) for holders in self.holders]
            whole = sum(sorted(raw, reverse=True)[:ENOUGH_TERMS])
            self._weights = tuple(one / whole for one in raw)
        return self._weights

    def _rarity(self, holders: int) -> float:
        if not holders:
            return -math.log(RAREST) / (1 + self.pages / UNSEEN_HALVED_AFTER)
        share = holders / (self.pages + PRIOR_PAGES)
        return -math.log(min(max(share, RAREST), COMMONEST))


def page_score(counts: Sequence[float], words: int, weights: Sequence[float]) -> float:
    """How relevant a page is whose terms stand in it so often."""
    length = min(words, 4 * USUAL_WORDS) / USUAL_WORDS
    half = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length)
    said = sum(weight * count / (count + half) for weight, count in zip(weights, counts, strict=True))
    return min(1.0, FULL * said)


def coverage(mask: int, weights: Sequence[float]) -> float:
    """How much of the topic the terms of a mask are."""
    return min(1.0, sum(weight for place, weight in enumerate(weights) if mask >> place & 1)) if mask else 0.0
