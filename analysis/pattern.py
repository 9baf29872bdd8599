"""Tells sentences that were filled in from a pattern: most of their word sequences stand in many others."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice

SEQUENCE = 3  # words
FAMILIAR_SHARE = 0.4  # of a sentence's sequences
LEAST_OTHERS = 3
OTHERS_PER_SENTENCE = 1 / 200


def masked(words: str) -> str:
    """The sentence without what differs between pages of one pattern: names and figures."""
    return " ".join("*" if _differs(place, word) else word for place, word in enumerate(words.split()))


def _differs(place: int, word: str) -> bool:
    is_name = place > 0 and word[0].isalpha() and not word[0].islower()
    return is_name or any(map(str.isdigit, word))


def patterned(texts: Sequence[str]) -> list[bool]:
    """For each sentence whether it comes from a pattern that the others show."""
    sequences = [_sequences(masked(text)) for text in texts]
    known_in = Counter(sequence for each in sequences for sequence in each)
    many = max(LEAST_OTHERS, len(texts) * OTHERS_PER_SENTENCE)
    return [
        sum(known_in[sequence] > many for sequence in each) > FAMILIAR_SHARE * len(each) for each in sequences
    ]


def _sequences(text: str) -> set[tuple[str, ...]]:
    words = text.split()
    return set(zip(*(islice(words, start, None) for start in range(SEQUENCE)), strict=False))
