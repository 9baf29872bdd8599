"""A report as Markdown; what comes from pages is escaped, so that it stays text."""

import re
from collections.abc import Iterable, Iterator

from analysis import wording
from analysis.schema import Answer, Quote, Report

# Beside the marks of Markdown: what makes many readers turn bare addresses into links.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&@]|(?<=:)//|(?<=www)\.)", re.IGNORECASE)
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)](?=\s|\Z))")
_NOT_IN_LINK = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20", "\\": "%5C"})


def markdown(report: Report) -> str:
    """The whole report, with a line break at the end."""
    sections = (_head(report), _answers(report), _findings(report), _outcomes(report), _sources(report))
    return "\n".join(line for section in sections for line in section).rstrip() + "\n"


def _head(report: Report) -> Iterator[str]:
    yield f"# Report: {_text(report.job)}"
    yield ""
    when = ", ".join(filter(None, [wording.moment(report.started_at), wording.duration(report)]))
    yield f"Run {_text(report.run)}, {when}: {_text(report.ending)}."
    yield ""
    yield wording.coverage(report.coverage)
    yield ""


def _findings(report: Report) -> Iterator[str]:
    yield "## What the pages say"
    yield ""
    if not report.findings:
        yield wording.NOTHING_READ
        yield ""
    for quote in report.findings:
        yield from _quote(quote)


def _answers(report: Report) -> Iterator[str]:
    if report.answers:
        yield "## Questions"
        yield ""
    for answer in report.answers:
        yield from _answer(answer)


def _answer(answer: Answer) -> Iterator[str]:
    yield f"### {_text(answer.question)}"
    yield ""
    if not answer.quotes:
        yield wording.NO_ANSWER
        yield ""
    for quote in answer.quotes:
        yield from _quote(quote)


def _quote(quote: Quote) -> Iterator[str]:
    notes = [wording.place(quote), *filter(None, [wording.repeats(quote)])]
    yield f"> {_text(quote.words)}"
    yield ">"
    yield f"> — {_link(quote.title, quote.url)} ({'; '.join(notes)})"
    yield ""


def _outcomes(report: Report) -> Iterator[str]:
    yield "## What became of the URLs"
    yield ""
    yield from _table(
        ("Outcome", "Reason", "URLs"), ((row.outcome, row.reason, f"{row.urls:,}") for row in report.tallies)
    )
    yield from _table(("Host", "Stored pages"), ((row.host, f"{row.pages:,}") for row in report.hosts))


def _sources(report: Report) -> Iterator[str]:
    if report.references:
        yield "## Pages quoted"
        yield ""
        for reference in report.references:
            yield f"- {_link(reference.title, reference.url)}"
        yield ""
    yield "## Methods"
    yield ""
    yield report.methods


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(head)
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * (len(names) - 1)}---:|"
    for row in rows:
        yield f"| {' | '.join(_text(cell) for cell in row)} |"
    yield ""


def _link(name: str, url: str) -> str:
    target = wording.safe_url(url)
    shown = _text(wording.title(name, url))
    return f"[{shown}](<{target.translate(_NOT_IN_LINK)}>)" if target else shown


def _text(text: str) -> str:
    """One line in which nothing is markup."""
    line = _SPECIAL.sub(r"\\\1", wording.visible(text))
    return _LINE_START.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", line)
