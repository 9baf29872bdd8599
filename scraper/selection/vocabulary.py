"""What fields are called on pages of many languages, and by which properties machines know them."""

from typing import NamedTuple

from scraper.selection.word_lists import word_lists

_VAGUE = "~"


class Concept(NamedTuple):
    """One meaning that a field may have."""

    name: str
    phrases: tuple[str, ...]  # labels and names, plain and lower case
    properties: tuple[str, ...]  # the best first; `a.b` is property b of the thing under a
    vague: frozenset[str]  # phrases that may as well name something else


def _concept(name: str, phrases: tuple[str, ...], properties: tuple[str, ...]) -> Concept:
    vague = frozenset(one[:-1] for one in phrases if one[-1] == _VAGUE)
    return Concept(name, tuple(one.rstrip(_VAGUE) for one in phrases), properties, vague)


CONCEPTS = tuple(_concept(*one) for one in word_lists("vocabulary.txt"))
