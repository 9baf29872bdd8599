"""The most telling sentences of a corpus."""

import heapq
import re
from collections.abc import Iterable

from analysis.centrality import centrality, vectors
from analysis.choose import choose
from analysis.corpus import Corpus, Passage
from analysis.pattern import patterned
from analysis.sentences import is_whole

MOST_COMPARED = 10_000  # sentences in which patterns are looked for
MOST_CANDIDATES = 800  # bounds the work: similarities grow with its square
PER_PAGE = 2
SHORTEST, LONGEST = 40, 320  # characters
FEWEST_WORDS = 7
LEAST_LETTERS = 0.7  # share of letters and spaces
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_CLOSING = """"'”’»)]」』）"""
# First words that lean on the sentence before; alone, such a sentence is a riddle.
_LEANING = frozenset(
    "also and but he her his however it its or she so such that their then these they this those".split()  # noqa: SIM905
)
_FIGURE = re.compile(r"\d")


def findings(corpus: Corpus, wanted: int) -> list[Passage]:
    """Whole, self-standing sentences that share most with the others, no two alike, the best first."""
    chosen: list[Passage] = []
    for candidates in _tiers(corpus):
        chosen += _central(candidates, wanted - len(chosen))
    return chosen


def _central(candidates: list[Passage], wanted: int) -> list[Passage]:
    space = vectors([passage.sentence.words for passage in candidates])
    scores = [score * _weight(passage) for score, passage in zip(centrality(space), candidates, strict=True)]
    pages = [passage.source.url for passage in candidates]
    return [candidates[place] for place in choose(scores, space, pages, wanted, PER_PAGE)]


def _tiers(corpus: Corpus) -> tuple[list[Passage], list[Passage]]:
    """Sentences of their own, then those filled in from a pattern; of one wording only the first."""
    by_wording: dict[bytes, Passage] = {}
    for passage in corpus.passages:
        if is_telling(passage.sentence.words) and not corpus.is_boilerplate(passage):
            by_wording.setdefault(passage.alike, passage)
    candidates = _early(by_wording.values(), MOST_COMPARED)
    familiar = patterned([passage.sentence.words for passage in candidates])
    sides: tuple[list[Passage], list[Passage]] = ([], [])
    for passage, known in zip(candidates, familiar, strict=True):
        sides[known or corpus.is_pattern(passage)].append(passage)
    return _early(sides[0], MOST_CANDIDATES), _early(sides[1], MOST_CANDIDATES)


def _early(passages: Iterable[Passage], most: int) -> list[Passage]:
    """Within the bound, what stands first on its page, in the order of the pages."""
    numbered = list(enumerate(passages))
    kept = heapq.nsmallest(most, numbered, key=lambda pair: (pair[1].rank, pair[0]))
    return [passage for _, passage in sorted(kept, key=lambda pair: pair[0])]


def is_telling(words: str) -> bool:
    """Whether a sentence looks like a statement that stands for itself."""
    if not SHORTEST <= len(words) <= LONGEST and not _is_unspaced(words):
        return False
    if not is_whole(words) or words.rstrip(_CLOSING)[-1] in "?？":
        return False
    if words[0].islower() or words.split(maxsplit=1)[0].casefold() in _LEANING:
        return False
    letters = sum(letter.isalpha() or letter.isspace() for letter in words)
    return letters >= LEAST_LETTERS * len(words) and (
        len(words.split()) >= FEWEST_WORDS or _is_unspaced(words)
    )


def _is_unspaced(words: str) -> bool:
    return len(_UNSPACED.findall(words)) >= 12


def _weight(passage: Passage) -> float:
    """What stands early on a page and what names a figure tells more."""
    return (1 + 0.3 / (1 + passage.rank)) * (1.2 if _FIGURE.search(passage.sentence.words) else 1.0)
