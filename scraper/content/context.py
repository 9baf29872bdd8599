"""Adds to a block's description what the first look thought of the blocks around it."""

from collections.abc import Hashable, Sequence
from itertools import accumulate
from typing import TypeVar

from scraper.content.blocks import Block
from scraper.content.choose import choose

Key = TypeVar("Key", bound=Hashable)

CONTEXT_FEATURES = (
    "chance", "before2", "before1", "after1", "after2", "path", "place",
    "holder1", "holder2", "holder3", "holder4",
    "page", "highest", "limit", "expected", "gone", "above_limit",
)  # fmt: skip


def context_rows(
    blocks: Sequence[Block], words: Sequence[int], chances: Sequence[float]
) -> list[list[float]]:
    """One row per block, its columns as in `CONTEXT_FEATURES`."""
    hits = [chance * count for chance, count in zip(chances, words, strict=True)]
    sum_words = [0, *accumulate(words)]
    sum_hits = [0.0, *accumulate(hits)]
    paths = _means([block.element.path for block in blocks], words, hits)
    places = _means([(block.element.tag, block.element.depth) for block in blocks], words, hits)
    limit, expected = _limit(chances, words)
    total = max(sum_hits[-1], 0.01)
    page = sum_hits[-1] / max(sum_words[-1], 1)
    highest = max(chances)
    padded = [0.0, 0.0, *chances, 0.0, 0.0]
    rows: list[list[float]] = []
    for place, block in enumerate(blocks):
        chance = chances[place]
        element = block.element
        row = [
            chance, padded[place], padded[place + 1], padded[place + 3], padded[place + 4],
            paths[element.path], places[element.tag, element.depth],
        ]  # fmt: skip
        step = element.wider
        for _ in range(4):
            if step is None:
                row.append(0.0)
            else:
                first, last = step.first, step.last
                row.append((sum_hits[last] - sum_hits[first]) / (sum_words[last] - sum_words[first]))
                step = step.wider
        row += [page, highest, limit, expected, sum_hits[place] / total, chance - limit]
        rows.append(row)
    return rows


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
