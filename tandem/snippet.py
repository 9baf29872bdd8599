"""The part of a text that shows why it was found, with the places of the matching words."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from storage.search_query import Term

LONGEST = 240  # characters
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Snippet:
    """text[start:end] matches, for each of the marks."""

    text: str
    marks: tuple[tuple[int, int], ...]


def snippet(words: str, terms: Sequence[Term]) -> Snippet:
    """The window with most of the different words that were looked for."""
    plain = "".join(" " if letter.isspace() else letter for letter in words)
    hits = _hits(plain, [term for term in terms if not term.is_excluded])
    start = _best_start(plain, hits)
    end = min(len(plain), start + LONGEST)
    if end < len(plain):
        space = plain.rfind(" ", start + LONGEST // 2, end)
        end = space if space > 0 else end
    before, after = ("… " if start else ""), (" …" if end < len(plain) else "")
    moved = len(before) - start
    marks = tuple((first + moved, last + moved) for first, last, _ in hits if start <= first and last <= end)
    return Snippet(f"{before}{plain[start:end]}{after}", marks)


def _best_start(text: str, hits: Sequence[tuple[int, int, int]]) -> int:
    firsts = [first for first, _, _ in hits]
    best, most = 0, 0
    for place, (first, _, _) in enumerate(hits):
        inside = hits[place : bisect_left(firsts, first + LONGEST - 40)]
        different = len({term for _, _, term in inside})
        if different > most:
            best, most = first, different
    start = max(0, best - 40) if len(text) > LONGEST else 0
    return 0 if start == 0 else text.find(" ", start, best) + 1 or start


def _hits(text: str, terms: Sequence[Term]) -> list[tuple[int, int, int]]:
    """Start, end, and which term, in order, none over another."""
    found = []
    for number, term in enumerate(terms):
        wanted = {_plain(word) for word in term.words}
        for one in _WORD.finditer(text):
            word = _plain(one.group())
            if word in wanted or (term.is_prefix and any(word.startswith(each) for each in wanted)):
                found.append((*one.span(), number))
        for run in term.runs:
            found += [(*one.span(), number) for one in re.finditer(re.escape(run), text)]
    clear: list[tuple[int, int, int]] = []
    for hit in sorted(found):
        if not clear or hit[0] >= clear[-1][1]:
            clear.append(hit)
    return clear


def _plain(word: str) -> str:
    """Without accents, in small letters."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
