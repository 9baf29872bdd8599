"""The second gate: what a claim says agrees with the whole sentences that it cites.

It fails closed. A number, a month or a name that the sentences lack, a negation more or less, the opposite of
a word: each is a reason against the claim, and so is a claim that shares too few words with its evidence.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import StrEnum

from analysis.gates.figures import Figure, figures
from analysis.gates.lexicon import MONTHS, NEGATIONS, NUMBER_WORDS, OPPOSITES, UNITS
from analysis.gates.words import Word, is_figure, words
from analysis.sentences import sentences
from analysis.terms import STOP_WORDS, terms

LEAST_SHARED = 0.5  # of a claim's terms
_N_NOT = re.compile(r"n't$")


class Discord(StrEnum):
    """What a claim says that its evidence does not."""

    NUMBER = "number"
    UNIT = "unit"
    DATE = "date"
    NAME = "name"
    NEGATION = "negation"
    OPPOSITE = "opposite"
    UNSUPPORTED = "unsupported"


def discords(
    claim: str, evidence: Sequence[str], is_ordinary: Callable[[str], bool] = STOP_WORDS.__contains__
) -> tuple[Discord, ...]:
    """Everything that speaks against the claim; nothing when it may be published.

    `is_ordinary` tells words that pages write with a small letter: only others can be names.
    """
    said = " ".join(evidence)
    found = [
        *_wrong_figures(claim, said),
        *([Discord.NAME] if _has_foreign_name(claim, said, is_ordinary) else []),
        *_turned(claim, evidence),
        *([Discord.UNSUPPORTED] if _shared(claim, said) < LEAST_SHARED else []),
    ]
    return tuple(dict.fromkeys(found))


def _wrong_figures(claim: str, said: str) -> list[Discord]:
    ours, theirs = figures(claim), figures(said)
    found = []
    for number in ours.numbers:
        same = [one for one in theirs.numbers if one.values & number.values]
        if not same and not _is_part_of_date(number, said):
            found.append(Discord.NUMBER)
        elif number.unit and same and not any(one.unit in {number.unit, ""} for one in same):
            found.append(Discord.UNIT)
    if ours.months - theirs.months - _iso_months(said):
        found.append(Discord.DATE)
    return found


def _is_part_of_date(number: Figure, said: str) -> bool:
    """2026-11-20 says 2026, 11 and 20."""
    parts = {Decimal(part) for date in re.findall(r"\b\d{4}-\d{2}-\d{2}\b", said) for part in date.split("-")}
    return bool(number.values & parts)


def _iso_months(said: str) -> frozenset[int]:
    return frozenset(int(month) for month in re.findall(r"\b\d{4}-(\d{2})(?:-\d{2})?\b", said))


def _has_foreign_name(claim: str, said: str, is_ordinary: Callable[[str], bool]) -> bool:
    """Whether the claim has a word with a capital that the evidence lacks and that is no everyday word."""
    known = {word.text for word in words(said)}
    known |= {part for word in known for part in word.split("'")}
    return any(
        not (word.text in known or word.text.removesuffix("'s") in known or _is_everyday(word, is_ordinary))
        for word in words(claim)
        if claim[word.start].isupper()
    )


def _is_everyday(word: Word, is_ordinary: Callable[[str], bool]) -> bool:
    text = word.text.removesuffix("'s")
    return any(text in known for known in (STOP_WORDS, MONTHS, NUMBER_WORDS, UNITS)) or is_ordinary(text)


def _turned(claim: str, evidence: Sequence[str]) -> list[Discord]:
    """Against the sentence that the claim is most like: another one may well say no to something else."""
    nearest = _nearest(claim, evidence)
    found = []
    if _negations(claim) % 2 != _negations(nearest) % 2:
        found.append(Discord.NEGATION)
    ours, theirs = {word.text for word in words(claim)}, {word.text for word in words(nearest)}
    for one, other in OPPOSITES:
        for mine, against in ((one, other), (other, one)):
            if ours & mine and theirs & against and not (theirs & mine or ours & against):
                found.append(Discord.OPPOSITE)
    return found


def _nearest(claim: str, evidence: Sequence[str]) -> str:
    ours = set(terms(claim))
    each = [one.words for text in evidence for one in sentences(text)] or [""]
    return max(each, key=lambda words: len(ours & set(terms(words))))


def _negations(text: str) -> int:
    return sum(word.text in NEGATIONS or _N_NOT.search(word.text) is not None for word in words(text))


def _shared(claim: str, said: str) -> float:
    ours = [term for term in terms(claim) if not is_figure(term)]
    theirs = set(terms(said))
    return sum(term in theirs for term in ours) / len(ours) if ours else 1.0
