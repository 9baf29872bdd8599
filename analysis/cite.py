"""Makes a quote of words that the first gate found: their place, their sentences, what stands around."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from analysis.claim import Claim, Confidence, Quote, level_of
from analysis.gates.quote import Anchor
from analysis.sentences import sentences
from storage.address import NotAnAddress, parse
from storage.site import site

AROUND = 2  # sentences on each side
FARTHEST = 600  # characters on each side
PAGE_BREAK = "\f"  # between the pages of a document, in its text


@dataclass(frozen=True, slots=True)
class Source:
    """Where sentences come from: a page without its text."""

    url: str
    title: str
    digest: bytes
    engine: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What else is known of quoted words: pages that have the same, and the page read for all its copies."""

    pages: int = 1
    cluster: bytes = b""  # by its body; empty: the quoted page itself
    copies: int = 0  # of the quoted page


def cite(source: Source, text: str, anchor: Anchor, standing: Standing = Standing()) -> Quote:
    """The quote; `text` is what the engine of the source made of the body."""
    start, end = anchor.whole_start, anchor.whole_end
    return Quote(
        url=source.url,
        title=source.title,
        body_digest=source.digest.hex(),
        engine=source.engine,
        start=start,
        end=end,
        words=text[start:end],
        anchor_start=anchor.start,
        anchor_end=anchor.end,
        page=page_at(text, anchor.start),
        before=_before(text, start),
        after=_after(text, end),
        pages=standing.pages,
        cluster=standing.cluster.hex(),
        copies=standing.copies,
    )


def page_at(text: str, place: int) -> int | None:
    """The page of a place, from 1; None where the text has no page breaks."""
    return text.count(PAGE_BREAK, 0, place) + 1 if PAGE_BREAK in text else None


def claim_of(text: str, quotes: Sequence[Quote], *, repaired: bool = False, agreement: float = 1.0) -> Claim:
    """A claim that passed both gates, with its confidence computed."""
    return Claim(
        text=text,
        status="repaired" if repaired else "verified",
        quotes=tuple(quotes),
        confidence=confidence(quotes, agreement),
    )


def confidence(quotes: Sequence[Quote], agreement: float = 1.0) -> Confidence:
    """What stands behind a claim: copies of a page are one witness, wherever they lie."""
    domain_of: dict[str, str] = {}
    for quote in quotes:
        domain_of.setdefault(quote.witness, _domain(quote.url))
    clusters, domains = len(domain_of), len(set(domain_of.values()))
    level = level_of(clusters, domains, agreement)
    return Confidence(clusters=clusters, domains=domains, agreement=agreement, level=level)


def _domain(url: str) -> str:
    try:
        return site(parse(url).host)
    except NotAnAddress:
        return url


def _before(text: str, start: int) -> str:
    """Up to so many sentences that end before a place, white space between included."""
    begin = max(0, start - FARTHEST)
    near = [one for one in sentences(text[begin:start]) if begin + one.end <= start]
    return text[begin + near[-AROUND:][0].start : start] if near else ""


def _after(text: str, end: int) -> str:
    near = list(islice(sentences(text[end : end + FARTHEST]), AROUND))
    return text[end : end + near[-1].end] if near else ""
