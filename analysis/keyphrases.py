"""Phrases that tell a corpus from language at large: on several of its pages, and not on too many."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from analysis.corpus import Corpus
from analysis.terms import STOP_WORDS, terms

LONGEST = 3  # words
MOST_SENTENCES = 10_000  # taken evenly from all pages
MOST_COUNTED = 300_000  # phrases that are counted at once; the rarest are dropped
ENOUGH_AROUND = 8  # different neighbours: more say nothing new
MOST_PAGES = 0.3  # of the pages that have phrases: what stands on more is the site's own furniture
IN_TITLES = 3.0
FEW_PAGES = 10  # are never too many
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\S")
Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words as they were first written, what they are compared by, and on how many pages they were met."""

    words: str
    stems: Stems
    pages: int
    score: float


@dataclass(slots=True)
class _Counted:
    """On how many pages a phrase stands; pages come one after another."""

    words: str
    pages: int = 0
    last: bytes = b""
    around: set[tuple[str, str]] = field(default_factory=set)


def keyphrases(corpus: Corpus, wanted: int) -> list[Phrase]:
    """The most telling phrases, none of which is a part of another."""
    counted, pages = _count(corpus)
    titled = {stem for title in {one.source.title for one in corpus.passages} for stem in terms(title)}
    least = 2 if pages > 4 else 1
    most = max(FEW_PAGES, MOST_PAGES * pages)
    scored = [
        Phrase(one.words, stems, one.pages, score * _freedom(one) * _named(stems, titled))
        for stems, one in counted.items()
        if least <= one.pages <= most and (score := _score(stems, one.pages, pages))
    ]
    chosen: list[Phrase] = []
    for phrase in sorted(scored, key=lambda each: (-each.score, each.stems)):
        if not any(set(phrase.stems) & set(other.stems) for other in chosen):
            chosen.append(phrase)
            if len(chosen) == wanted:
                break
    return chosen


def _count(corpus: Corpus) -> tuple[dict[Stems, _Counted], int]:
    counted: dict[Stems, _Counted] = {}
    pages: Counter[bytes] = Counter()
    for passage in corpus.passages[:: 1 + len(corpus.passages) // MOST_SENTENCES]:
        if corpus.is_boilerplate(passage) or corpus.is_pattern(passage):
            continue
        page = passage.source.digest
        pages[page] += 1
        for words, stems, around in _phrases(passage.sentence.words):
            known = counted.setdefault(stems, _Counted(words))
            if len(known.around) < ENOUGH_AROUND:
                known.around.add(around)
            known.pages += known.last != page
            known.last = page
        if len(counted) > MOST_COUNTED:
            counted = {stems: one for stems, one in counted.items() if one.pages > 1}
    return counted, len(pages)


def _phrases(sentence: str) -> Iterator[tuple[str, Stems, tuple[str, str]]]:
    """Runs of up to three words without a stop word or a mark between them, and the words around."""
    run: list[tuple[str, str]] = []
    ahead = ""
    for word in [*_WORD.findall(sentence), "."]:
        stems = terms(word) if word[0].isalpha() and word.casefold() not in STOP_WORDS else []
        if len(stems) == 1 and len(word) > 2:
            run.append((word, stems[0]))
            continue
        for first in range(len(run)):
            for last in range(first + 1, min(first + LONGEST, len(run)) + 1):
                part = run[first:last]
                around = (run[first - 1][0] if first else ahead, run[last][0] if last < len(run) else word)
                yield " ".join(word for word, _ in part), tuple(stem for _, stem in part), around
        run, ahead = [], word


def _freedom(one: _Counted) -> float:
    """Low for what always stands between the same two words, as in sentences that are filled in."""
    return len(one.around) / min(one.pages, ENOUGH_AROUND)


def _named(stems: Stems, titled: set[str]) -> float:
    """High for words that pages call themselves by."""
    return IN_TITLES if titled.issuperset(stems) else 1.0


def _score(stems: Stems, on: int, pages: int) -> float:
    """Rare words on many of these pages; two words say more than one."""
    return on * math.log(1 + pages / on) * (1.0, 2.2, 2.6)[len(stems) - 1]
