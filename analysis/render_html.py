"""A report as one HTML file: no script, nothing loaded from elsewhere, page text escaped."""

from functools import cache
from html import escape as escape_html
from pathlib import Path

from analysis import wording
from analysis.schema import Answer, Quote, Report

# Even if escaping failed somewhere, a browser would neither run nor load anything.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@cache
def _style() -> str:
    return Path(__file__).with_name("report.css").read_text(encoding="utf-8")


def html(report: Report) -> str:
    """The whole document."""
    title = f"Report: {report.job}"
    body = "".join((_head(report), _answers(report), _findings(report), _outcomes(report), _sources(report)))
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<style>\n{_style()}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def escape(text: str) -> str:
    return escape_html(wording.visible(text))


def _head(report: Report) -> str:
    figures = report.coverage
    tiles = (
        (f"{figures.crawled:,}", "URLs with an outcome"),
        (f"{figures.eligible:,}", "pages stored"),
        (f"{figures.read:,}", "pages read"),
        (wording.duration(report), "of crawling"),
    )
    shown = "".join(f"<li><b>{escape(value)}</b> {escape(name)}</li>" for value, name in tiles if value)
    return (
        f'<header>\n<p class="over">Tandem report</p>\n<h1>{escape(report.job)}</h1>\n'
        f"<p>Run {escape(report.run)} of {wording.moment(report.started_at)}: {escape(report.ending)}.</p>\n"
        f'<ul class="tiles">{shown}</ul>\n</header>\n'
    )


def _findings(report: Report) -> str:
    quotes = "".join(map(_quote, report.findings)) or f"<p>{wording.NOTHING_READ}</p>\n"
    return f"<section>\n<h2>What the pages say</h2>\n{quotes}</section>\n"


def _answers(report: Report) -> str:
    if not report.answers:
        return ""
    return f"<section>\n<h2>Questions</h2>\n{''.join(map(_answer, report.answers))}</section>\n"


def _answer(answer: Answer) -> str:
    quotes = "".join(map(_quote, answer.quotes)) or f'<p class="none">{wording.NO_ANSWER}</p>\n'
    return f"<article>\n<h3>{escape(answer.question)}</h3>\n{quotes}</article>\n"


def _quote(quote: Quote) -> str:
    repeats = wording.repeats(quote)
    note = f" · {repeats}" if repeats else ""
    return (
        f"<figure>\n<blockquote>{escape(quote.words)}</blockquote>\n"
        f"<figcaption>{_link(quote.title, quote.url)} "
        f"<small>{escape(wording.place(quote))}{escape(note)}</small></figcaption>\n</figure>\n"
    )


def _outcomes(report: Report) -> str:
    most = max((row.urls for row in report.tallies), default=1)
    tallies = "".join(
        f'<tr><td class="{escape(row.outcome)}">{escape(row.outcome)}</td><td>{escape(row.reason)}</td>'
        f'<td class="figure">{row.urls:,}</td><td class="bar">{_bar(row.urls, most)}</td></tr>\n'
        for row in report.tallies
    )
    hosts = "".join(
        f'<tr><td>{escape(row.host)}</td><td class="figure">{row.pages:,}</td></tr>\n' for row in report.hosts
    )
    return (
        "<section>\n<h2>What became of the URLs</h2>\n"
        "<table><thead><tr><th>Outcome</th><th>Reason</th>"
        '<th class="figure">URLs</th><th></th></tr></thead>\n'
        f"<tbody>{tallies}</tbody></table>\n"
        '<table><thead><tr><th>Host</th><th class="figure">Stored pages</th></tr></thead>\n'
        f"<tbody>{hosts}</tbody></table>\n</section>\n"
    )


def _bar(value: int, most: int) -> str:
    width = 100 * value / max(1, most)
    return (
        '<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width:.1f}" height="8"/></svg>'
    )


def _sources(report: Report) -> str:
    items = "".join(
        f"<li>{_link(reference.title, reference.url)}<br><small>{escape(reference.url)}</small></li>\n"
        for reference in report.references
    )
    quoted = f"<h2>Pages quoted</h2>\n<ol>{items}</ol>\n" if items else ""
    return (
        f"<section>\n{quoted}<h2>Coverage and methods</h2>\n"
        f"<p>{escape(wording.coverage(report.coverage))}</p>\n"
        f"<p>{escape(report.methods)}</p>\n</section>\n"
    )


def _link(name: str, url: str) -> str:
    shown = escape(wording.title(name, url))
    target = wording.safe_url(url)
    return f'<a href="{escape(target)}" rel="noreferrer nofollow">{shown}</a>' if target else shown
