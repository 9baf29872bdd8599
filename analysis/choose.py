"""Chooses what is both good and different from what was chosen before (maximal marginal relevance)."""

from collections import Counter
from collections.abc import Sequence

from analysis.centrality import Vector, similarity

RELEVANCE = 0.7  # against novelty
TOO_ALIKE = 0.75


def choose(
    scores: Sequence[float], space: Sequence[Vector], groups: Sequence[object], wanted: int, per_group: int
) -> list[int]:
    """Places of the chosen, the best first; at most so many of one group."""
    best = max(scores, default=0.0)
    if best <= 0:
        return []
    open_places = [place for place, score in enumerate(scores) if score > 0]
    nearest = [0.0] * len(scores)  # likeness to the chosen one that is most alike
    taken: Counter[object] = Counter()
    chosen: list[int] = []
    while open_places and len(chosen) < wanted:
        place = max(
            open_places, key=lambda each: RELEVANCE * scores[each] / best - (1 - RELEVANCE) * nearest[each]
        )
        chosen.append(place)
        taken[groups[place]] += 1
        for each in open_places:
            nearest[each] = max(nearest[each], similarity(space[each], space[place]))
        open_places = [
            each
            for each in open_places
            if each != place and nearest[each] < TOO_ALIKE and taken[groups[each]] < per_group
        ]
    return chosen
