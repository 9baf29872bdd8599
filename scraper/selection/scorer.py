"""Weighs the candidates of a field: evidence for one value adds up, other values stand against it."""

from collections.abc import Iterable
from typing import NamedTuple

from scraper.selection.candidate import Candidate
from scraper.selection.found import How

ENOUGH = 0.6  # from here on a value is sure
MARGIN = 0.12  # and this far before the next one
# Below, nothing is said: more is wrong than right there. A state has few values: a weak sign is worth saying.
LEAST = 0.45
LEAST_OF_STATE = 0.2
MOST_RANKED = 12
_ADDED = 0.55  # how much further evidence for a value counts, in parts of itself


class Ranked(NamedTuple):
    """One distinct value with all that speaks for it."""

    best: Candidate
    score: float
    others: tuple[Candidate, ...]


def ranked(candidates: Iterable[Candidate]) -> list[Ranked]:
    """Distinct values, the surest first; of equal ones the earlier in the page."""
    by_value: dict[str, list[Candidate]] = {}
    for one in candidates:
        if one.score > 0.02:
            by_value.setdefault(one.key, []).append(one)
    found = [_weighed(group) for group in by_value.values()]
    found.sort(key=lambda one: -one.score)
    return found[:MOST_RANKED]


def _weighed(group: list[Candidate]) -> Ranked:
    group.sort(key=lambda one: -one.score)
    best = group[0]
    missing = 1 - best.score
    seen = {_kind(best)}
    for one in group[1:]:
        if _kind(one) not in seen:  # the same evidence twice says nothing new
            seen.add(_kind(one))
            missing *= 1 - _ADDED * one.score
    return Ranked(best, 1 - missing, tuple(group[1:6]))


def _kind(one: Candidate) -> tuple[object, ...]:
    if one.how is How.SCORER:
        return one.how, bool(one.label), bool(one.attribute)
    return (one.how,)


def margin(found: list[Ranked]) -> float:
    """How far the first is before the second."""
    if not found:
        return 0.0
    return found[0].score - (found[1].score if len(found) > 1 else 0.0)


def is_decided(found: list[Ranked]) -> bool:
    """Whether the first is sure enough and far enough before the others."""
    return bool(found) and found[0].score >= ENOUGH and margin(found) >= MARGIN
