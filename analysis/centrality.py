"""LexRank: how much each sentence shares with all the others, by the words that are rare."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from analysis.terms import terms

Vector = dict[str, float]
DAMPING = 0.85
ROUNDS = 30
LEAST_SIMILARITY = 0.08
MOST_SHARED = 0.2  # terms in more than this share of the sentences connect everything with everything
SHARED_ANYWAY = 30  # sentences; so many neighbours cost little


def vectors(texts: Sequence[str]) -> list[Vector]:
    """One vector of length 1 per text: term frequency times rarity; empty when a text has no terms."""
    counts = [Counter(terms(text)) for text in texts]
    known_in = Counter(term for count in counts for term in count)
    total = len(texts)
    return [
        _unit({term: number * math.log(1 + total / known_in[term]) for term, number in count.items()})
        for count in counts
    ]


def similarity(one: Vector, other: Vector) -> float:
    """The cosine between two vectors of length 1."""
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[term] for term, weight in one.items() if term in other)


def centrality(space: Sequence[Vector]) -> list[float]:
    """One score per vector; the scores sum to 1."""
    if not space:
        return []
    neighbours = _neighbours(space)
    total = len(space)
    scores = [1 / total] * total
    for _ in range(ROUNDS):
        scores = _round(scores, neighbours)
    return scores


def _round(scores: list[float], neighbours: list[dict[int, float]]) -> list[float]:
    total = len(scores)
    received = [0.0] * total
    lost = 0.0
    for score, near in zip(scores, neighbours, strict=True):
        weight = sum(near.values())
        if not weight:
            lost += score
            continue
        for place, likeness in near.items():
            received[place] += score * likeness / weight
    return [(1 - DAMPING) / total + DAMPING * (gained + lost / total) for gained in received]


def _neighbours(space: Sequence[Vector]) -> list[dict[int, float]]:
    places = defaultdict(list)
    for place, vector in enumerate(space):
        for term, weight in vector.items():
            places[term].append((place, weight))
    most = max(SHARED_ANYWAY, int(len(space) * MOST_SHARED))
    return [_near(place, vector, places, most) for place, vector in enumerate(space)]


def _near(
    place: int, vector: Vector, places: dict[str, list[tuple[int, float]]], most: int
) -> dict[int, float]:
    shared: dict[int, float] = defaultdict(float)
    for term, weight in vector.items():
        if len(places[term]) <= most:
            for other, other_weight in places[term]:
                shared[other] += weight * other_weight
    return {other: value for other, value in shared.items() if other != place and value >= LEAST_SIMILARITY}


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(sum(weight * weight for weight in vector.values()))
    return {term: weight / length for term, weight in vector.items()} if length else {}
