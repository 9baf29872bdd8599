"""What fields are called on pages of many languages, and by which properties machines know them."""

from typing import NamedTuple

from scraper.selection.word_lists import word_lists


class Concept(NamedTuple):
    """One meaning that a field may have."""

    name: str
    phrases: tuple[str, ...]  # labels and names, plain and lower case
    properties: tuple[str, ...]  # the best first; `a.b` is property b of the thing under a


CONCEPTS = tuple(Concept(*one) for one in word_lists("vocabulary.txt"))
