"""Puts what a model says before both gates."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from analysis.cite import Standing, cite
from analysis.claim import Quote
from analysis.deep.addressed import speaks_to_a_model
from analysis.deep.pages import DeepPage, place_of
from analysis.gates.agree import discords
from analysis.gates.quote import Anchor, PageWords, Refusal
from analysis.gates.words import words
from analysis.sentences import sentences

INSTRUCTION = "instruction"  # the words speak to a model, not to readers
LEAST_ALIKE = 0.7  # a sentence of the page may take the place of words that were misquoted
MOST_PAGES = 64  # whose words are kept
LONGEST_EVIDENCE = 1_500  # characters of whole sentences


@dataclass(frozen=True, slots=True)
class Statement:
    """Something said with its proof, and what was found against it; nothing when both gates let it pass."""

    text: str
    quotes: tuple[Quote, ...]
    score: int = 0
    reasons: tuple[str, ...] = ()
    alleged: tuple[str, ...] = ()
    is_repaired: bool = False

    @property
    def stands(self) -> bool:
        """Whether it may be published."""
        return bool(self.quotes) and not self.reasons

    @property
    def evidence(self) -> tuple[str, ...]:
        """The whole sentences that it rests on."""
        return tuple(quote.words for quote in self.quotes)


@dataclass(slots=True)
class Gates:
    """Both gates, with the words of the pages asked about last."""

    _words: OrderedDict[bytes, PageWords] = field(default_factory=OrderedDict)

    def pass_note(self, text: str, quote: str, page: DeepPage, score: int = 0) -> Statement:
        """A note: a quote that is nearly there is replaced by what is, and then judged like any other."""
        found = self._of(page).find(quote)
        swapped = found is Refusal.NOT_THERE
        anchor = self._nearest(page, quote) if swapped else found
        if isinstance(anchor, Anchor) and anchor.whole_end - anchor.whole_start > LONGEST_EVIDENCE:
            anchor = Refusal.TOO_LONG
        if isinstance(anchor, Anchor) and speaks_to_a_model(page.text[anchor.whole_start : anchor.whole_end]):
            return Statement(text, (), score, (INSTRUCTION,), (quote,))
        if not isinstance(anchor, Anchor):
            return Statement(text, (), score, (str(anchor),), (quote,))
        cited = cite(page.source, page.text, anchor, Standing(pages=page.copies))
        alleged = (quote,) if swapped else ()
        return judged(Statement(text, (cited,), score, (), alleged, is_repaired=swapped))

    def _nearest(self, page: DeepPage, quote: str) -> Anchor | Refusal:
        sought = [word.text for word in words(quote)]
        if len(sought) < 4:
            return Refusal.NOT_THERE
        best, anchor = LEAST_ALIKE, None
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(sought)
        wanted = set(sought)
        for one in sentences(page.text):
            said = [word.text for word in words(one.words)]
            if len(wanted.intersection(said)) < LEAST_ALIKE * len(wanted):
                continue
            matcher.set_seq1(said)
            alike = sum(block.size for block in matcher.get_matching_blocks()) / len(sought)
            if alike > best:
                best, anchor = alike, Anchor(one.start, one.end, one.start, one.end)
        return anchor or Refusal.NOT_THERE

    def _of(self, page: DeepPage) -> PageWords:
        known = self._words.pop(page.source.digest, None) or PageWords(page.text)
        self._words[page.source.digest] = known
        if len(self._words) > MOST_PAGES:
            self._words.popitem(last=False)
        return known


def judged(statement: Statement) -> Statement:
    """The statement with what the second gate finds against it."""
    found = discords(statement.text, statement.evidence) if statement.text.strip() else ("unsupported",)
    return Statement(
        statement.text,
        statement.quotes,
        statement.score,
        tuple(str(one) for one in found),
        statement.alleged,
        is_repaired=statement.is_repaired,
    )


def places(statements: Sequence[Statement]) -> list[tuple[str, str]]:
    """The URLs and hosts of all that is quoted."""
    return [place_of(quote.url) for one in statements for quote in one.quotes]


def merged(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """Each place once."""
    return tuple({(quote.body_digest, quote.start, quote.end): quote for quote in quotes}.values())
