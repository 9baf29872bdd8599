"""Checks every citation of a report against the stored pages, without any request."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.cite import page_at
from analysis.claim import Claim, Quote
from analysis.exhibits import RecordSource
from analysis.gates.agree import discords
from analysis.schema import Report
from analysis.sentences import LINE_BREAKS, sentences

# URL, body digest in hex and engine to the text; None when it is not kept.
TextOf = Callable[[str, str, str], str | None]
# Whether the page of a URL and a body digest in hex is stored.
IsStored = Callable[[str, str], bool]


class Flaw(StrEnum):
    """What is wrong with a citation."""

    PAGE_GONE = "page_gone"  # the quoted body is no longer stored, or not as this engine read it
    WORDS_DIFFER = "words_differ"  # other words stand at that place
    CLIPPED = "clipped"  # the words are cut out of their sentence
    AROUND_DIFFERS = "around_differs"  # the words do, but other words stand around them
    PAGE_DIFFERS = "page_differs"  # they stand on another page of the document
    CLAIM_DIFFERS = "claim_differs"  # the words stand there and do not say what the claim says


@dataclass(frozen=True, slots=True)
class Unproved:
    """A citation that the stored pages do not bear out."""

    section: str
    claim: str
    cited: Quote | RecordSource
    flaw: Flaw
    reasons: tuple[str, ...] = ()


def verify(report: Report, text_of: TextOf, is_stored: IsStored) -> Iterator[Unproved]:
    """Every citation that does not hold: digest, text, place, words, figures and sense of the claim."""
    for section, claim in report.claims():
        flawed = list(_flaws(section.title, claim.text, claim.quotes, text_of))
        yield from flawed
        if not flawed:
            yield from _disagreeing(section.title, claim)
    for one in report.contradictions:
        for side in one.sides:
            told = f"{one.entity}: {one.attribute} {side.value}"
            yield from _flaws("Contradictions", told, side.quotes, text_of)
            for record in side.records:
                if not is_stored(record.url, record.body_digest):
                    yield Unproved("Contradictions", told, record, Flaw.PAGE_GONE)
    for each in report.appendix:
        yield from _flaws("Appendix", each.text, each.quotes, text_of)


def _flaws(section: str, claim: str, quotes: Sequence[Quote], text_of: TextOf) -> Iterator[Unproved]:
    for quote in quotes:
        flaw = _flaw(quote, text_of(quote.url, quote.body_digest, quote.engine))
        if flaw is not None:
            yield Unproved(section, claim, quote, flaw)


def _flaw(quote: Quote, text: str | None) -> Flaw | None:
    if text is None:
        return Flaw.PAGE_GONE
    if text[quote.start : quote.end] != quote.words:
        return Flaw.WORDS_DIFFER
    if quote.page != page_at(text, quote.anchor_start):
        return Flaw.PAGE_DIFFERS
    if not _is_whole(text, quote.start, quote.end):
        return Flaw.CLIPPED
    before = text[quote.start - len(quote.before) : quote.start]
    after = text[quote.end : quote.end + len(quote.after)]
    return None if (before, after) == (quote.before, quote.after) else Flaw.AROUND_DIFFERS


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a span is made of whole sentences; none goes beyond its line."""
    first = max(text.rfind(line_break, 0, start) for line_break in LINE_BREAKS) + 1
    ends = (text.find(line_break, end) for line_break in LINE_BREAKS)
    last = min((place for place in ends if place >= 0), default=len(text))
    touched = [
        one for one in sentences(text[first:last]) if first + one.end > start and first + one.start < end
    ]
    return all(start <= first + one.start and first + one.end <= end for one in touched)


def _disagreeing(section: str, claim: Claim) -> Iterator[Unproved]:
    """A claim that is a quote says what it says; any other goes through the second gate once more."""
    evidence = [quote.words for quote in claim.quotes]
    if claim.text in evidence:
        return
    found = discords(claim.text, evidence)
    if found:
        yield Unproved(section, claim.text, claim.quotes[0], Flaw.CLAIM_DIFFERS, tuple(found))
