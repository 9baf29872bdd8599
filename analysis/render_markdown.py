"""A report as Markdown."""

from collections.abc import Iterator, Mapping

from analysis import wording
from analysis.claim import Claim, Quote
from analysis.exhibits import Contradiction, Exhibit
from analysis.render_markdown_text import block, link, table, text
from analysis.schema import Report, Section

Numbers = Mapping[tuple[str, str], int]  # URL and body of a source to its number


def markdown(report: Report) -> str:
    """The whole report, with a line break at the end."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def _lines(report: Report) -> Iterator[str]:
    numbers = {(one.url, one.body_digest): one.number for one in report.sources}
    yield from _head(report)
    for section in (report.summary, *report.sections):
        yield from _section(section, numbers)
    yield from _contradictions(report.contradictions, numbers)
    for title, exhibits in (("Data", report.data), ("Over time", report.trends)):
        if exhibits:
            yield from block(f"## {title}")
        for one in exhibits:
            yield from _exhibit(one)
    yield from _coverage(report)
    yield from _methods(report)
    yield from _sources(report)
    yield from _appendix(report)


def _head(report: Report) -> Iterator[str]:
    when = ", ".join(filter(None, [wording.moment(report.started_at), wording.duration(report)]))
    phrases = ", ".join(text(one.words) for one in report.keyphrases)
    yield from block(
        f"# Report: {text(report.job)}",
        f"Run {report.number} ({text(report.run)}), {when}: {text(report.ending)}.",
        f"Key phrases: {phrases}." if phrases else "",
    )


def _section(section: Section, numbers: Numbers) -> Iterator[str]:
    yield from block(
        f"## {text(wording.heading(section))}",
        f"*{section.writer}: {wording.WRITERS[section.writer]}*",
        text(section.note),
    )
    for claim in section.claims:
        yield from _claim(claim, numbers)


def _claim(claim: Claim, numbers: Numbers) -> Iterator[str]:
    marks = "".join(dict.fromkeys(_mark(quote, numbers) for quote in claim.quotes))
    repaired = " (repaired, then checked again)" if claim.status == "repaired" else ""
    if wording.is_own_quote(claim):
        yield f"> {text(claim.text)}{marks}"
        yield ">"
        yield f"> — {_origin(claim.quotes[0])}; {wording.confidence(claim.confidence)}"
        yield ""
        return
    yield from block(f"{text(claim.text)}{marks}{repaired}")
    for quote in claim.quotes:
        yield f"> {text(quote.words)}"
        yield ">"
        yield f"> — {_origin(quote)}"
        yield ""
    yield from block(f"*{wording.confidence(claim.confidence)}*")


def _mark(quote: Quote, numbers: Numbers) -> str:
    number = numbers.get((quote.url, quote.body_digest))
    return f" \\[{number}\\]" if number else ""


def _origin(quote: Quote) -> str:
    notes = "; ".join(filter(None, [wording.place(quote), wording.repeats(quote)]))
    return f"{link(quote.title or quote.url, wording.address(quote))} ({text(notes)})"


def _contradictions(found: tuple[Contradiction, ...], numbers: Numbers) -> Iterator[str]:
    if found:
        yield from block("## Contradictions")
    for one in found:
        yield from block(f"### {text(one.entity)}: {text(one.attribute)}")
        for side in one.sides:
            pages = [link(record.title, record.url) for record in side.records]
            pages += [f"{link(quote.title, quote.url)}{_mark(quote, numbers)}" for quote in side.quotes]
            count = f"{side.pages:,} page{'s' if side.pages > 1 else ''}"
            yield f"- **{text(side.value)}** ({count}): {', '.join(dict.fromkeys(pages))}"
        yield ""


def _exhibit(one: Exhibit) -> Iterator[str]:
    yield from block(f"### {text(one.title)}", *(text(note) for note in one.notes))
    for chart in one.charts:
        yield from block(f"**{text(chart.title)}.** {text(chart.description)}")
    for each in one.tables:
        head = [(wording.column(column), column.is_number) for column in each.columns]
        yield from block(f"**{text(each.title)}**")
        yield from table(
            head,
            (
                [wording.cell(value, column) for value, column in zip(row, each.columns, strict=True)]
                for row in each.rows
            ),
        )


def _coverage(report: Report) -> Iterator[str]:
    yield from block("## Coverage", wording.coverage(report.coverage))
    rows = ((name, f"{pages:,}") for name, pages in wording.accounted(report.coverage))
    yield from table([("Pages", False), ("Number", True)], rows)
    if report.coverage.batches:
        yield from table(
            [("Batch", True), ("Read", True), ("Failed", True), ("Why", False)],
            (
                (f"{one.number}", f"{one.read:,}", f"{one.failed:,}", one.reason)
                for one in report.coverage.batches
            ),
        )
    yield from table(
        [("Outcome", False), ("Reason", False), ("URLs", True)],
        ((row.outcome, row.reason, f"{row.urls:,}") for row in report.tallies),
    )
    yield from table(
        [("Host", False), ("Stored pages", True)], ((row.host, f"{row.pages:,}") for row in report.hosts)
    )


def _methods(report: Report) -> Iterator[str]:
    used = report.methods
    yield from block("## Methods", *(text(note) for note in used.notes))
    if used.models:
        yield from table([(name, False) for name in wording.MODEL_HEAD], map(wording.model, used.models))
    yield from table(
        [("Section", False), ("Writer", False), ("Claims", True)],
        (
            (wording.heading(one), one.writer, f"{len(one.claims)}")
            for one in (report.summary, *report.sections)
        ),
    )
    yield from block(text(wording.versions(used)))


def _sources(report: Report) -> Iterator[str]:
    if report.sources:
        yield from block("## Sources")
        for one in report.sources:
            yield f"{one.number}. {link(one.title, one.url)}"
        yield ""


def _appendix(report: Report) -> Iterator[str]:
    if report.appendix:
        yield from block(
            "## Appendix: not verified",
            "These sentences were proposed and did not pass. Nothing of them is part of the report.",
        )
    for one in report.appendix:
        yield f"- {text(one.text)} ({text(wording.why(one))}; for: {text(one.section)})"
