"""Decides page type and blocks of a page: a quick look at all of them, a second one at those in doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from math import exp

from scraper.content.blocks import Block
from scraper.content.choose import Choice, choose
from scraper.content.content import PageType
from scraper.content.context import context_rows
from scraper.content.describe import Describer
from scraper.content.looks import FOOTER, NAV
from scraper.content.measure import Measures
from scraper.content.page_type import TYPES
from scraper.content.parts import Parts
from scraper.content.trees import chance
from scraper.content.weights import Weights

SURE, CERTAIN = -2.5, 2.0  # a first score outside of these is final
# A page of few words, none of them likely, is a shell that scripts fill or a notice: it has no main content.
SHELL_WORDS = 600
HOPELESS = 0.3
# How much more readily, on the logit scale, a type of page keeps a block. Blocks of a page are right or wrong
# together, which single chances do not show: strict where a wrong region is large, else generous.
LEANING = {
    PageType.PRODUCT: -0.3,
    PageType.LISTING: 0.3,
    PageType.DOCUMENTATION: 0.3,
    PageType.SERVICE: 0.2,
}
MOST_LIKELY, WORTH_A_THOUGHT = 3, 0.1  # types besides the likeliest that are told
TINY_WORDS = 50  # of a page
MENUS = NAV | FOOTER
REPEATED = 0.15  # what remains of a block's chance when other pages of its site have it too
DOUBTED = 0.5  # likelier ones are left alone: labels and notices come back on all products of a shop


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided about one page."""

    page_type: PageType
    type_chance: float
    likely: tuple[PageType, ...]  # types that are worth a thought, the likeliest first
    chances: list[float]
    keep: list[bool]
    expected: float
    words: list[int]


def pick(chances: Sequence[float], words: Sequence[int], page_type: PageType) -> Choice:
    """The blocks to keep on a page of this type, or none where nothing good is expected."""
    odds = exp(LEANING.get(page_type, 0.0))
    leaned = [one * odds / (one * odds + 1.0 - one) for one in chances]
    choice = choose(leaned, words)
    if choice.expected < HOPELESS and sum(words) < SHELL_WORDS:
        return Choice([False] * len(words), choice.expected)
    return choice


def decide(parts: Parts, learned: Weights, repeated: Sequence[bool] = ()) -> Verdict:
    """The verdict on a page that has at least one block; `repeated` are those that its site repeats."""
    blocks = parts.found.blocks
    measures = Measures(parts.found, learned.lexicon)
    types = learned.types.chances(parts.found, parts.facts, measures)
    rows = Describer(measures, learned.lexicon).rows(types)
    scores = [learned.first(*row) for row in rows]
    chances = [chance(score) for score in scores]
    unsure = [place for place, score in enumerate(scores) if SURE <= score < CERTAIN]
    if unsure:
        context = context_rows(blocks, measures.words, chances, unsure)
        second = learned.second
        for place, row in zip(unsure, context, strict=True):
            chances[place] = chance(second(*rows[place], *row))
    for place in compress(range(len(repeated)), repeated):
        if chances[place] < DOUBTED:
            chances[place] *= REPEATED
    ranked = sorted(range(len(types)), key=types.__getitem__, reverse=True)
    best = ranked[0]
    likely = tuple(TYPES[one] for one in ranked[:MOST_LIKELY] if types[one] >= WORTH_A_THOUGHT)
    choice = pick(chances, measures.words, TYPES[best])
    keep = _without_menus(blocks, choice.keep, measures.words)
    return Verdict(TYPES[best], types[best], likely, chances, keep, choice.expected, measures.words)


def _without_menus(blocks: Sequence[Block], keep: list[bool], words: Sequence[int]) -> list[bool]:
    """On a page of a few words everything looks likely; where it has more than menus, they go."""
    if sum(words) >= TINY_WORDS:
        return keep
    kept = [chosen and not block.element.bits & MENUS for block, chosen in zip(blocks, keep, strict=True)]
    return kept if any(kept) else keep
