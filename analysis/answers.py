"""Finds the sentences that answer questions (BM25, with the title of the page as context)."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.centrality import vectors
from analysis.choose import choose
from analysis.corpus import Corpus, Passage
from analysis.sentences import is_whole
from analysis.terms import terms

K1, B = 1.2, 0.6
TITLE_WEIGHT = 0.5  # a term in the title counts half of one in the sentence
LEAST_COVERED = 0.6  # of the rarity-weighted terms of a question, by the best sentence with its title
FRAGMENT_WEIGHT = 0.6  # headings, rows and bylines answer less often than sentences
LEAST_OF_BEST = 0.55  # of the best score, by every further sentence
MOST_COMPARED = 60
PER_PAGE = 2


@dataclass(frozen=True, slots=True)
class _Hit:
    passage: Passage
    terms: Counter[str]  # those the questions ask for
    length: int


def answers(corpus: Corpus, questions: Sequence[str], wanted: int) -> list[list[Passage]]:
    """For each question the sentences that answer it, the best first; empty where none does."""
    asked = [sorted(set(terms(question))) for question in questions]
    hits, length = _hits(corpus, set().union(*asked))
    known_in = Counter(term for hit in hits for term in hit.terms)
    rarity = {term: math.log(1 + len(corpus.passages) / number) for term, number in known_in.items()}
    return [_answer(hits, length, _weights(wishes, rarity), wanted) for wishes in asked]


def _weights(wishes: list[str], rarity: dict[str, float]) -> dict[str, float]:
    """What each term counts; one that no page knows counts like the others, and so is missed."""
    known = [rarity[term] for term in wishes if term in rarity]
    if not known:
        return {}
    return {term: rarity.get(term, sum(known) / len(known)) for term in wishes}


def _hits(corpus: Corpus, asked: set[str]) -> tuple[list[_Hit], float]:
    found: list[_Hit] = []
    total = number = 0
    for passage in corpus.passages:
        if corpus.is_boilerplate(passage):
            continue
        words = terms(passage.sentence.words)
        total, number = total + len(words), number + 1
        wanted = Counter(word for word in words if word in asked)
        if wanted and not _is_title_only(passage, words):
            found.append(_Hit(passage, wanted, len(words)))
    return found, total / number if number else 1.0


def _is_title_only(passage: Passage, words: list[str]) -> bool:
    """Whether the sentence says nothing beyond the title of its page."""
    return set(words) <= set(terms(passage.source.title))


def _answer(hits: list[_Hit], length: float, weights: dict[str, float], wanted: int) -> list[Passage]:
    scored = [(score, hit.passage) for hit in hits if (score := _score(hit, length, weights)) > 0]
    best = sorted(scored, key=lambda pair: -pair[0])[:MOST_COMPARED]
    if not best or _covered(best[0][1], weights) < LEAST_COVERED:
        return []
    near = [(score, passage) for score, passage in best if score >= LEAST_OF_BEST * best[0][0]]
    passages = [passage for _, passage in near]
    space = vectors([passage.sentence.words for passage in passages])
    pages = [passage.source.url for passage in passages]
    return [passages[place] for place in choose([score for score, _ in near], space, pages, wanted, PER_PAGE)]


def _score(hit: _Hit, length: float, weights: dict[str, float]) -> float:
    long = K1 * (1 - B + B * hit.length / length)
    own = sum(
        weights[term] * number * (K1 + 1) / (number + long)
        for term, number in hit.terms.items()
        if term in weights
    )
    if not own:
        return 0.0
    title = set(terms(hit.passage.source.title))
    score = own + TITLE_WEIGHT * sum(weight for term, weight in weights.items() if term in title)
    return score if is_whole(hit.passage.sentence.words) else score * FRAGMENT_WEIGHT


def _covered(passage: Passage, weights: dict[str, float]) -> float:
    said = set(terms(passage.sentence.words)) | set(terms(passage.source.title))
    return sum(weight for term, weight in weights.items() if term in said) / sum(weights.values())
