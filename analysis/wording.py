"""Sentences and figures that all formats of a report share."""

import datetime
import unicodedata
from collections.abc import Iterator

from analysis.accounts import Coverage, Methods, ModelUse
from analysis.claim import Claim, Confidence, Quote, Unverified
from analysis.exhibits import Cell, Column
from analysis.schema import Report, Section, Writer

_HIDDEN = frozenset({"Cc", "Cs"})
_TURNING = frozenset(
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
WRITERS = {
    Writer.DEEP: "written by the deep model, checked against its quotes",
    Writer.FAST: "written by the fast model, checked against its quotes",
    Writer.EXTRACTIVE: "sentences of the pages, word for word",
}
REASONS = {
    "too_short": "the quote is too short to prove anything",
    "too_long": "the quote is too long",
    "not_there": "the quote stands in no stored page",
    "instruction": "the quote is addressed to a model, not to readers",
    "anchor_reused": "one quote was to prove too many claims",
    "number": "a number is not in the quotes",
    "unit": "a unit is not that of the quotes",
    "date": "a date is not in the quotes",
    "name": "a name is not in the quotes",
    "negation": "the quotes say no where the claim says yes, or the other way round",
    "opposite": "the quotes say the opposite",
    "unsupported": "the quotes say too little of it",
}


def moment(when: datetime.datetime) -> str:
    return f"{when.astimezone(datetime.UTC):%d %B %Y, %H:%M} UTC"


def duration(report: Report) -> str:
    """How long the run took; empty while nobody knows."""
    if report.ended_at is None:
        return ""
    return seconds(max(0, round((report.ended_at - report.started_at).total_seconds())))


def seconds(number: float) -> str:
    """In the two largest units."""
    whole = round(number)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def coverage(figures: Coverage) -> str:
    """What was read of what could have been."""
    parts = [f"{figures.read:,} of {figures.eligible:,} stored pages were read"]
    if figures.clustered:
        parts.append(f"{figures.clustered:,} more are copies of one of them")
    if figures.empty:
        parts.append(f"{figures.empty:,} held no text")
    if figures.failed:
        parts.append(f"{figures.failed:,} failed")
    if figures.never_read:
        parts.append(f"{figures.never_read:,} were left out by the limit on pages")
    return f"{', '.join(parts)}. The crawl ended with an outcome for {figures.crawled:,} URLs."


def accounted(figures: Coverage) -> Iterator[tuple[str, int]]:
    """The lines of the account of pages; those from `read` on add up to the line before them."""
    yield "URLs with an outcome", figures.crawled
    yield "stored pages with text or markup", figures.eligible
    yield "read", figures.read
    yield "copies of a page that was read", figures.clustered
    yield "without text", figures.empty
    yield "failed", figures.failed
    yield "never read", figures.never_read


def place(quote: Quote) -> str:
    """Where the words stand, exactly."""
    page = f"page {quote.page}, " if quote.page else ""
    return f"{page}body {quote.body_digest[:12]}, {quote.engine}, characters {quote.start} to {quote.end}"


def address(quote: Quote) -> str:
    """Where a reader is sent: to the page of a document, which viewers know by this name."""
    return f"{quote.url.partition('#')[0]}#page={quote.page}" if quote.page else quote.url


def repeats(quote: Quote) -> str:
    """Says so when other pages have the same words, or are copies of the page."""
    parts = []
    if quote.pages > 1:
        parts.append(f"the same words stand on {quote.pages - 1} other page{'s' if quote.pages > 2 else ''}")
    if quote.copies:
        parts.append(
            f"{quote.copies} other page{'s are copies' if quote.copies > 1 else ' is a copy'} of this one"
        )
    return ", ".join(parts)


def is_own_quote(claim: Claim) -> bool:
    """Whether the claim is nothing but the words of its quote."""
    return len(claim.quotes) == 1 and claim.quotes[0].words == claim.text


def confidence(computed: Confidence) -> str:
    sources = f"{computed.clusters} independent source{'s' if computed.clusters > 1 else ''}"
    sites = f"{computed.domains} site{'s' if computed.domains > 1 else ''}"
    share = "" if computed.agreement == 1 else f", {computed.agreement:.0%} of them agree"
    return f"{computed.level} confidence: {sources} on {sites}{share}"


def heading(section: Section) -> str:
    return section.question or section.title


def why(unverified: Unverified) -> str:
    """What was found against a claim."""
    return "; ".join(REASONS.get(reason, reason.replace("_", " ")) for reason in unverified.reasons)


def model(use: ModelUse) -> tuple[str, ...]:
    """One row of the table of models."""
    failed = f", {use.failed_calls:,} failed" if use.failed_calls else ""
    return (
        use.tier,
        use.name,
        use.digest.removeprefix("sha256:")[:12],
        f"{use.effective_context:,}",
        f"{use.calls:,}{failed}",
        f"{use.prompt_tokens:,} in, {use.output_tokens:,} out",
        seconds(use.seconds),
    )


MODEL_HEAD = ("Tier", "Model", "Digest", "Context", "Calls", "Tokens", "Time")


def versions(used: Methods) -> str:
    """What the report was made with, in one line."""
    parts = (
        used.version and f"Tandem {used.version}",
        used.prompt_version and f"prompts {used.prompt_version}",
        used.stripped_ids and f"{used.stripped_ids:,} references to unknown pages taken out",
    )
    return " · ".join(str(part) for part in parts if part)


def cell(value: Cell, column: Column) -> str:
    """One value of a table, as people write it."""
    if value is None:
        return "–"
    if isinstance(value, int):
        return f"{value:,}" if column.is_number else str(value)
    return number(value) if isinstance(value, float) else value


def number(value: float) -> str:
    """With as many decimals as it needs, up to two."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def column(one: Column) -> str:
    return f"{one.name} ({one.unit})" if one.unit else one.name


def visible(text: str) -> str:
    """The text on one line, without characters that are invisible or turn the direction of reading."""
    shown = (letter for letter in " ".join(text.split()) if unicodedata.category(letter) not in _HIDDEN)
    return "".join(letter for letter in shown if letter not in _TURNING)


def title(name: str, url: str) -> str:
    return visible(name) or url


def safe_url(url: str) -> str:
    """The URL if a reader may be sent there, empty otherwise."""
    return url if url.lower().startswith(("http://", "https://")) else ""
