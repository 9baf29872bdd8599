"""Cuts a text into pieces that are short enough to be found, on borders of sentences."""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.sentences import sentences

LONGEST = 1_000  # characters; models for vectors read little more of dense text
MOST_CHARACTERS = 2_000_000  # of one text


@dataclass(frozen=True, slots=True)
class Piece:
    """text[start:stop], whole sentences as far as these are short enough."""

    start: int
    stop: int
    words: str


def chunks(text: str) -> Iterator[Piece]:
    """Every piece in order; nothing but white space is left out."""
    begin = stop = -1
    for start, end in _parts(text[:MOST_CHARACTERS]):
        if begin >= 0 and end - begin > LONGEST:
            yield Piece(begin, stop, text[begin:stop])
            begin = -1
        if begin < 0:
            begin = start
        stop = end
    if begin >= 0:
        yield Piece(begin, stop, text[begin:stop])


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """Sentences; one that is too long is cut at its last space that fits, else in the middle of a word."""
    for sentence in sentences(text):
        start = sentence.start
        while sentence.end - start > LONGEST:
            space = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
            end = space if space > 0 else start + LONGEST
            yield start, end
            start = end + (space > 0)
        if start < sentence.end:
            yield start, sentence.end
