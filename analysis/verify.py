"""Checks every quote of a report against the stored pages, without any request."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from analysis.schema import Quote, Report

TextOf = Callable[
    [str, str], str | None
]  # body digest in hex and engine to the text, None when it is not kept


class Flaw(StrEnum):
    """What is wrong with a quote."""

    PAGE_GONE = "page_gone"  # the quoted body is no longer stored
    WORDS_DIFFER = "words_differ"  # other words stand at that place


@dataclass(frozen=True, slots=True)
class Unproved:
    """A quote that the stored pages do not bear out."""

    quote: Quote
    flaw: Flaw


def verify(report: Report, text_of: TextOf) -> Iterator[Unproved]:
    """Every quote that does not stand, word for word, where the report says."""
    for quote in report.quotes():
        text = text_of(quote.body_digest, quote.engine)
        if text is None:
            yield Unproved(quote, Flaw.PAGE_GONE)
        elif text[quote.start : quote.end] != quote.words:
            yield Unproved(quote, Flaw.WORDS_DIFFER)
