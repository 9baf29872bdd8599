"""Makes paragraphs of the lines of a page, with words whole that were parted at the end of a line."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import NamedTuple

from scraper.documents.pdf_library import Line

HEADING = 1.15  # times the size of the text
LONGEST_HEADING = 200
WIDE_GAP = 1.35  # times the usual distance of lines
SHORT_LINE = 0.6  # of a full one
INDENT = 0.8  # of the size of the letters
HYPHENS = "-\u2010\u00ad\ufffe\x02"
_SIGNS = ".,:;!?()[]{}\"'“”‘’«»"
_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_BULLET = re.compile(r"[•●▪◦‣·*–—-]\s")
_NUMBER = re.compile(r"(?:\(?\w{1,3}[.)]|\[\d{1,3}\])\s")
_ENDED = re.compile(r"""[.!?…:;。！？]["'”’»)\]]*\Z""")
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f\u00ad\ufffe\uffff]")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})


class Paragraph(NamedTuple):
    """Words that belong together; size is that of their letters."""

    text: str
    size: float
    ends_parted: bool = False  # the last word goes on elsewhere

    @property
    def is_open(self) -> bool:
        """Whether it may go on, on the next page."""
        return self.ends_parted or not _ENDED.search(self.text)


def text_size(pages: Iterable[Sequence[Line]]) -> float:
    """The size that most letters have."""
    letters: Counter[float] = Counter()
    for page in pages:
        for line in page:
            letters[line.size] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 0.0


def compounds(pages: Iterable[Sequence[Line]]) -> frozenset[str]:
    """The words of a document that are written with a hyphen."""
    return frozenset(word.lower() for page in pages for line in page for word in _COMPOUND.findall(line.text))


def paragraphs(lines: Sequence[Line], hyphened: AbstractSet[str] = frozenset()) -> list[Paragraph]:
    """Those of one page; of words that a line's end parts at their own hyphen, these keep it."""
    if not lines:
        return []
    pitch, full = _pitch(lines), sorted(len(line.text) for line in lines)[len(lines) * 9 // 10]
    groups: list[list[Line]] = [[lines[0]]]
    for before, line in pairwise(lines):
        if _begins(before, line, pitch, full):
            groups.append([line])
        else:
            groups[-1].append(line)
    found = [_joined(group, hyphened) for group in groups]
    return [one for one in found if one.text]


def _pitch(lines: Sequence[Line]) -> float:
    """The distance that lines usually have."""
    gaps = sorted(above.y - below.y for above, below in pairwise(lines) if above.y > below.y)
    return gaps[len(gaps) // 2] if gaps else 0.0


def _begins(before: Line, line: Line, pitch: float, full: int) -> bool:
    """Whether a paragraph begins with this line."""
    down = before.y - line.y
    is_near = line.text[:1].islower() or 0 < down <= WIDE_GAP * pitch
    if before.text[-1] in HYPHENS and line.text[:1].isalpha() and is_near:
        return False
    if down < 0:  # another column
        return not line.text[:1].islower()
    has_ended = _ENDED.search(before.text.rstrip()) is not None
    is_other = abs(line.size - before.size) > 0.08 * max(line.size, before.size)
    if down > WIDE_GAP * pitch or (is_other and (has_ended or not line.text[:1].islower())):
        return True
    if _BULLET.match(line.text) or (has_ended and _NUMBER.match(line.text)):
        return True
    if has_ended and down > 0 and line.x > before.x + INDENT * line.size:
        return True
    return down > 0 and len(before.text) < SHORT_LINE * full and not line.text[:1].islower()


def _joined(lines: Sequence[Line], hyphened: AbstractSet[str]) -> Paragraph:
    text = ""
    for line in lines:
        words = " ".join(line.text.translate(_LIGATURES).split())
        text = joined(text, words, hyphened)
    ends_parted = text[-1:] in HYPHENS and text[-2:-1].isalpha()
    plain = _ODD.sub("", text[:-1] if ends_parted else text)
    return Paragraph(plain, max(line.size for line in lines), ends_parted)


def joined(text: str, words: str, hyphened: AbstractSet[str] = frozenset()) -> str:
    """Both as one line; a word that a hyphen parted is whole again."""
    if text[-1:] in HYPHENS and text[-2:-1].isalpha() and words[:1].isalpha():
        parted = f"{text[:-1].rsplit(maxsplit=1)[-1]}-{words.split(maxsplit=1)[0]}".lower().strip(_SIGNS)
        is_one = words[0].islower() and parted not in hyphened
        return text[:-1] + words if is_one else f"{text[:-1]}-{words}"
    return f"{text} {words}" if text and words else text or words
