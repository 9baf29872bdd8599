"""What a person typed, as an expression that SQLite's full text search understands; nothing is an error."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

MOST_CHARACTERS = 2_000
MOST_TERMS = 64
# Thai and its neighbours, kana, Han and Hangul: found by pairs of characters, wherever words may end.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_UNSPACED}]+")
_SPACED = re.compile(rf"(?:(?![{_UNSPACED}])[^\W_])+")
_TOUCHING = re.compile(
    rf"(?:(?![{_UNSPACED}])[^\W_])+(?=[{_UNSPACED}])|(?<=[{_UNSPACED}])(?:(?![{_UNSPACED}])[^\W_])+"
)
_LETTERS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_TERM = re.compile(r"""(-?)(?:["“”„]([^"“”„]*)["“”„]?|([^\s"“”„]+))(\*?)""")
_UNSEEN = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or several in this order; spaced and unspaced parts of it."""

    words: tuple[str, ...]
    runs: tuple[str, ...] = ()
    is_prefix: bool = False
    is_excluded: bool = False
    is_exact: bool = False


def parse(text: str) -> tuple[Term, ...]:
    """The terms of a query: words, "phrases", -excluded, prefix*."""
    plain = _UNSEEN.sub(" ", text[:MOST_CHARACTERS])
    found = []
    for minus, phrase, word, star in _TERM.findall(plain):
        piece, is_prefix = (phrase, bool(star)) if phrase else (word.rstrip("*"), word.endswith("*"))
        words, runs = tuple(_SPACED.findall(piece)), tuple(_RUN.findall(piece))
        if words or runs:
            found.append(Term(words, runs, is_prefix, is_excluded=bool(minus), is_exact=bool(phrase)))
    return tuple(found[:MOST_TERMS])


def stems(words: Iterable[str]) -> tuple[Term, ...]:
    """Terms for beginnings of words, as a question is looked for; short ones are meant as they are.

    Of scripts without spaces every few characters may be a word.
    """
    found = []
    for word in words:
        spaced, runs = tuple(_SPACED.findall(word)), _RUN.findall(word)
        if spaced:
            found.append(Term(spaced, is_prefix=len(word) > 3 and not runs and not word[-1].isdigit()))
        found += [Term((), (part,)) for run in runs for part in _parts(run)]
    return tuple(dict.fromkeys(found))[:MOST_TERMS]


def _parts(run: str) -> list[str]:
    """Han and Hangul say much with two characters, letters need some more."""
    length, step = (4, 2) if _LETTERS.match(run) else (2, 1)
    return [run[place : place + length] for place in range(0, max(len(run) - length, 0) + 1, step)]


def beginnings(terms: Iterable[Term]) -> tuple[Term, ...]:
    """The same terms, where plain words may also go on: the same word in another form."""
    return tuple(
        replace(term, is_prefix=True)
        if len(term.words) == 1
        and len(term.words[0]) > 3
        and not (term.runs or term.is_excluded or term.is_exact)
        else term
        for term in terms
    )


def expression(terms: Iterable[Term], *, any_of: bool = False) -> str:
    """The MATCH expression; empty when nothing is wanted."""
    terms = tuple(terms)
    wanted = [_matched(term) for term in terms if not term.is_excluded]
    excluded = [_matched(term) for term in terms if term.is_excluded]
    if not wanted:
        return ""
    joined = (" OR " if any_of else " AND ").join(wanted)
    return f"({joined}) NOT ({' OR '.join(excluded)})" if excluded else joined


def grams(text: str) -> str:
    """Every pair of characters of the runs without spaces, and the last one of each run alone.

    A word that touches a run is said too: for SQLite the two are one.
    """
    if text.isascii():
        return ""
    found: list[str] = []
    for run in _RUN.finditer(text):
        found += (*_pairs(run.group()), run.group()[-1])
    found += (one.group() for one in _TOUCHING.finditer(text))
    return " ".join(found)


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]


def _matched(term: Term) -> str:
    parts = []
    if term.words:
        parts.append(f'"{" ".join(term.words)}"' + (" *" if term.is_prefix else ""))
    # one character begins a pair, or ends its run alone
    parts += [
        f'grams : "{run}" *' if len(run) == 1 else f'grams : "{" ".join(_pairs(run))}"' for run in term.runs
    ]
    return f"({' AND '.join(parts)})"
