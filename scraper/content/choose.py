"""Chooses the blocks to keep so that the expected F1 of the page is highest."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """Which blocks stay, and the F1 that is expected of them."""

    keep: list[bool]
    expected: float


def choose(chances: Sequence[float], words: Sequence[int]) -> Choice:
    """Keeps blocks from the surest down while the expected word F1 of page and choice grows.

    With chances p and word counts w, keeping a set K is expected to score 2 Σ_K pw / (Σ_K w + Σ pw).
    """
    keep = [False] * len(chances)
    wanted = sum(map(float.__mul__, chances, map(float, words)))
    if wanted <= 0.0:
        return Choice(keep, 0.0)
    order = sorted(range(len(chances)), key=chances.__getitem__, reverse=True)
    taken = hit = best = 0.0
    best_size = 0
    for size, place in enumerate(order, start=1):
        taken += words[place]
        hit += chances[place] * words[place]
        expected = 2.0 * hit / (taken + wanted)
        if expected >= best:
            best, best_size = expected, size
        elif chances[place] < best / 4:
            break  # a block helps only where its chance is above half of what is expected
    for place in order[:best_size]:
        keep[place] = True
    return Choice(keep, best)
