"""Makes one ranking out of several (reciprocal rank fusion)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

K = 60  # how little the first places of a ranking stand out


def fused(rankings: Iterable[Sequence[int]]) -> list[int]:
    """Everything that any of them names, the best first; equal ones in the order of the first that does."""
    scores: dict[int, float] = defaultdict(float)
    for ranking in rankings:
        for rank, name in enumerate(ranking, start=1):
            scores[name] += 1 / (K + rank)
    return sorted(scores, key=lambda name: -scores[name])
