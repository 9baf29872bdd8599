"""Sentences and figures that all formats of a report share."""

import datetime
import unicodedata

from analysis.schema import Coverage, Quote, Report

_HIDDEN = frozenset({"Cc", "Cs"})
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
NO_ANSWER = "No page that was read answers this."
NOTHING_READ = "No page with text was read, so there is nothing to quote."


def moment(when: datetime.datetime) -> str:
    return f"{when.astimezone(datetime.UTC):%d %B %Y, %H:%M} UTC"


def duration(report: Report) -> str:
    """How long the run took, in the two largest units; empty while nobody knows."""
    if report.ended_at is None:
        return ""
    seconds = max(0, round((report.ended_at - report.started_at).total_seconds()))
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def coverage(figures: Coverage) -> str:
    """What was read of what could have been."""
    parts = [f"{figures.read:,} of {figures.eligible:,} stored pages were read"]
    if figures.empty:
        parts.append(f"{figures.empty:,} held no text")
    if figures.unread:
        parts.append(f"{figures.unread:,} were left out by the job's limit on pages")
    return f"{', '.join(parts)}. The crawl ended with an outcome for {figures.crawled:,} URLs."


def place(quote: Quote) -> str:
    """Where the words stand, exactly."""
    return f"body {quote.body_digest[:12]}, characters {quote.start} to {quote.end}"


def repeats(quote: Quote) -> str:
    """Says so when other pages have the same words."""
    if quote.pages == 1:
        return ""
    return f"the same words stand on {quote.pages - 1} other page{'s' if quote.pages > 2 else ''}"


def visible(text: str) -> str:
    """The text on one line, without characters that are invisible or turn the direction of reading."""
    shown = (letter for letter in " ".join(text.split()) if unicodedata.category(letter) not in _HIDDEN)
    return "".join(letter for letter in shown if letter not in _TURNING)


def title(name: str, url: str) -> str:
    return visible(name) or url


def safe_url(url: str) -> str:
    """The URL if a reader may be sent there, empty otherwise."""
    return url if url.lower().startswith(("http://", "https://")) else ""
