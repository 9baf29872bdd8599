"""Claims and contradictions as HTML; a citation opens the quote among the sentences around it."""

from collections.abc import Mapping

from analysis import wording
from analysis.claim import Claim, Quote, Unverified
from analysis.exhibits import Contradiction, Side
from analysis.render_html_text import escape, escape_part, link, paragraphs
from analysis.schema import Section

Numbers = Mapping[tuple[str, str], int]  # URL and body of a source to its number


def section(one: Section, numbers: Numbers) -> str:
    """A section with its claims, and who wrote it."""
    claims = "".join(_claim(each, numbers) for each in one.claims)
    note = paragraphs([one.note], "lead" if one.claims else "none")
    return (
        f"<section>\n<h2>{escape(wording.heading(one))}</h2>\n"
        f'<p class="writer">{escape(one.writer)}: {wording.WRITERS[one.writer]}</p>\n'
        f"{note}{claims}</section>\n"
    )


def _claim(claim: Claim, numbers: Numbers) -> str:
    repaired = (
        ' <small class="repaired">repaired, then checked again</small>' if claim.status == "repaired" else ""
    )
    marks = "".join(dict.fromkeys(_mark(quote, numbers) for quote in claim.quotes))
    quotes = "".join(_opened(quote, numbers) for quote in claim.quotes)
    return (
        f'<article class="claim">\n<p>{escape(claim.text)}{marks}{repaired}</p>\n{quotes}'
        f"<p><small>{wording.confidence(claim.confidence)}</small></p>\n</article>\n"
    )


def _mark(quote: Quote, numbers: Numbers) -> str:
    number = numbers.get((quote.url, quote.body_digest))
    return f'<sup><a href="#source-{number}">[{number}]</a></sup>' if number else ""


def _opened(quote: Quote, numbers: Numbers) -> str:
    """The quote in its page, folded away."""
    number = numbers.get((quote.url, quote.body_digest))
    shown = f"[{number}] " if number else ""
    notes = " · ".join(filter(None, [wording.place(quote), wording.repeats(quote)]))
    return (
        f"<details><summary>{shown}{escape(wording.title(quote.title, quote.url))}</summary>\n"
        f"<blockquote>{escape_part(quote.before)}<mark>{_words(quote)}</mark>"
        f"{escape_part(quote.after)}</blockquote>\n"
        f"<p>{link(quote.url, wording.address(quote))}<br><small>{escape(notes)}</small></p></details>\n"
    )


def _words(quote: Quote) -> str:
    """The whole sentences, the anchor standing out where it is only a part of them."""
    first, last = quote.anchor_start - quote.start, quote.anchor_end - quote.start
    if (first, last) == (0, len(quote.words)):
        return escape(quote.words)
    before, behind = quote.words[:first], quote.words[last:]
    return f"{escape_part(before)}<b>{escape_part(quote.anchor)}</b>{escape_part(behind)}"


def contradictions(found: tuple[Contradiction, ...], numbers: Numbers) -> str:
    """What pages say differently of one thing; empty when they agree."""
    if not found:
        return ""
    shown = "".join(_contradiction(one, numbers) for one in found)
    return f"<section>\n<h2>Contradictions</h2>\n{shown}</section>\n"


def _contradiction(one: Contradiction, numbers: Numbers) -> str:
    sides = "".join(_side(side, numbers) for side in one.sides)
    key = f" <small>the same {escape(one.record)} by its {escape(one.key)}</small>" if one.key else ""
    return (
        f'<article class="claim">\n<h3>{escape(one.entity)}: {escape(one.attribute)}{key}</h3>\n'
        f'<ul class="sides">{sides}</ul>\n</article>\n'
    )


def _side(side: Side, numbers: Numbers) -> str:
    pages = f"{side.pages:,} page{'s' if side.pages > 1 else ''}"
    records = "".join(
        f"<li>{link(record.title, record.url)} <small>{escape(record.how)}</small></li>"
        for record in side.records
    )
    quotes = "".join(_opened(quote, numbers) for quote in side.quotes)
    listed = f"<ul>{records}</ul>" if records else ""
    return f"<li><b>{escape(side.value)}</b> <small>{pages}</small>{listed}{quotes}</li>\n"


def appendix(found: tuple[Unverified, ...], numbers: Numbers) -> str:
    """What was written and not published, and why; empty when there is nothing."""
    if not found:
        return ""
    shown = "".join(_unverified(one, numbers) for one in found)
    return (
        "<section>\n<h2>Appendix: not verified</h2>\n<p>These sentences were proposed and did not pass. "
        f"Nothing of them is part of the report.</p>\n{shown}</section>\n"
    )


def _unverified(one: Unverified, numbers: Numbers) -> str:
    alleged = "".join(f"<blockquote>{escape(words)}</blockquote>\n" for words in one.alleged)
    quotes = "".join(_opened(quote, numbers) for quote in one.quotes)
    return (
        f'<article class="claim unverified">\n<p>{escape(one.text)}</p>\n'
        f'<p class="why">{escape(wording.why(one))} '
        f"<small>for: {escape(one.section)}</small></p>\n{alleged}{quotes}</article>\n"
    )
