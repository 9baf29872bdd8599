"""Cuts a text into sentences and says where each one stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A full stop counts only before white space; the marks of Chinese and Japanese need none.
# Neither alternative may look twice at a character, or a page of exclamation marks would take for ever.
_ENDS = re.compile(r"""(?<![.!?…])[.!?…]++["'”’»)\]]*+(?=\s)|[。！？]+[」』”）]*""")
_ENDED = re.compile(r"""[.!?…。！？]["'”’»)\]」』）]*\Z""")
LINE_BREAKS = "\n\r\u2028\u2029"
_LINES = re.compile(f"[^{LINE_BREAKS}]+")
_LAST_WORD = re.compile(r"(?:\A|(?<=[\s(\[\"“„«]))([^\W\d_]+(?:\.[^\W\d_]+)*)\.\Z")
_ABBREVIATIONS = frozenset(
    """
    al approx art bzw ca cf co corp d.h dept dr e.g ed eds etc ff fig g.e i.e inc jr ltd max min mr mrs ms
    no nos nr p p.a pp prof resp sr st str u.a u.s usw vgl vol vs z.b
    """.split()  # noqa: SIM905 - a list to read and to extend, in alphabetical order
)
LONGEST_LAST_WORD = 24  # characters looked at before a full stop


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words and their place: text[start:end] == words."""

    start: int
    end: int
    words: str


def sentences(text: str) -> Iterator[Sentence]:
    """Every sentence in order; a line break always ends one, as it does between blocks of a page."""
    for line in _LINES.finditer(text):
        begin = line.start()
        for end in _ENDS.finditer(text, line.start(), line.end()):
            if _is_inside(text, begin, end):
                continue
            yield from _cut(text, begin, end.end())
            begin = end.end()
        yield from _cut(text, begin, line.end())


def is_whole(words: str) -> bool:
    """Whether the words end like a sentence, as headings and table rows do not."""
    return _ENDED.search(words) is not None


def _cut(text: str, begin: int, end: int) -> Iterator[Sentence]:
    piece = text[begin:end]
    words = piece.strip()
    if words:
        start = begin + len(piece) - len(piece.lstrip())
        yield Sentence(start, start + len(words), words)


def _is_inside(text: str, begin: int, end: re.Match[str]) -> bool:
    """Whether the sentence goes on: after an abbreviation or an initial, or with a small letter."""
    following = text[end.end() : end.end() + 2].lstrip()
    if following[:1].islower():
        return True
    if end.group() != ".":
        return False
    last = _LAST_WORD.search(text[max(begin, end.end() - LONGEST_LAST_WORD) : end.end()])
    if last is None:
        return False
    word = last.group(1)
    return word.casefold() in _ABBREVIATIONS or (len(word) == 1 and word.isupper() and word != "I")
