"""Lets through what stands word for word in the stored pages and agrees with it; names what does not."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.ask.prompt import Document
from analysis.cite import Source, cite, claim_of
from analysis.claim import Claim, Quote
from analysis.gates.agree import discords
from analysis.gates.quote import Anchor, PageWords
from analysis.gates.words import words
from analysis.terms import STOP_WORDS
from tandem.inference.clean import cleaned

MOST_CLAIMS_OF_ANCHOR = 2  # one sentence that is to prove everything proves nothing
UNKNOWN_DOCUMENT, NO_QUOTE, ANCHOR_REUSED = "unknown_document", "no_quote", "anchor_reused"
# Numbers of documents are ours to give; as figures of the claim they would stand in no page.
_REFERENCES = re.compile(r"\s*\[\d{1,3}(?:\s*[,;]\s*\d{1,3})*\]")
ADDRESS, PAGE_GONE, EMPTY = "address", "page_gone", "empty"

# The whole text that a passage is of; None when it is not kept any more.
TextOf = Callable[[Source], str | None]


@dataclass(frozen=True, slots=True)
class Refused:
    """A claim that is not shown as one, and why."""

    text: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a model said, told apart."""

    claims: tuple[Claim, ...]
    refused: tuple[Refused, ...]


def checked(reply: Any, documents: Sequence[Document], text_of: TextOf) -> Checked:
    """Every claim through both gates. The reply keeps to the schema."""
    pages = _Pages(documents, text_of)
    used: Counter[tuple[str, int, int]] = Counter()
    claims, refused = [], []
    for one in reply["claims"]:
        text = _REFERENCES.sub("", cleaned(one["text"])).strip()
        quotes, reasons = pages.quotes(one["quotes"])
        reasons += _reasons(text, quotes, pages)
        places = {(quote.body_digest, quote.start, quote.end) for quote in quotes}
        if not reasons and any(used[place] >= MOST_CLAIMS_OF_ANCHOR for place in places):
            reasons.append(ANCHOR_REUSED)
        if reasons:
            refused.append(Refused(text, tuple(dict.fromkeys(reasons))))
        else:
            used.update(places)
            claims.append(claim_of(text, quotes))
    return Checked(tuple(claims), tuple(refused))


def _reasons(text: str, quotes: Sequence[Quote], pages: "_Pages") -> list[str]:
    """The second gate, and what no claim may be."""
    if not text:
        return [EMPTY]
    if "://" in text:
        return [ADDRESS]  # links come from the store, never from a model
    if not quotes:
        return []
    return [str(one) for one in discords(text, [quote.words for quote in quotes], pages.is_ordinary)]


class _Pages:
    """The texts of the documents, read once each."""

    def __init__(self, documents: Sequence[Document], text_of: TextOf) -> None:
        self._documents = documents
        self._text_of = text_of
        self._read: dict[Source, PageWords | None] = {}
        self._small: frozenset[str] | None = None

    def quotes(self, given: Sequence[Mapping[str, Any]]) -> tuple[list[Quote], list[str]]:
        """The quotes that stand in their pages, each once, and what is wrong with the others."""
        found: dict[tuple[str, int, int], Quote] = {}
        reasons: list[str] = [] if given else [NO_QUOTE]
        for one in given:
            quote = self._quote(one["document"], one["words"])
            if isinstance(quote, str):
                reasons.append(quote)
            else:
                found.setdefault((quote.body_digest, quote.start, quote.end), quote)
        return list(found.values()), reasons

    def is_ordinary(self, word: str) -> bool:
        """Whether the documents write a word with a small letter, so that it is no name."""
        if self._small is None:
            self._small = frozenset(
                word.text
                for one in self._documents
                for word in words(one.words)
                if one.words[word.start].islower()
            )
        return word in STOP_WORDS or word in self._small

    def _quote(self, number: int, said: str) -> Quote | str:
        if not 1 <= number <= len(self._documents):
            return UNKNOWN_DOCUMENT
        document = self._documents[number - 1]
        source = document.source
        if source not in self._read:
            text = self._text_of(source)
            self._read[source] = PageWords(text) if text is not None else None
        page = self._read[source]
        if page is None:
            return PAGE_GONE
        anchor = page.find(said)
        return (
            cite(source, page.text, anchor, document.standing) if isinstance(anchor, Anchor) else str(anchor)
        )
