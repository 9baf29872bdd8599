"""A report as one HTML file: no script, nothing loaded from elsewhere, page text escaped."""

from functools import cache
from pathlib import Path

from analysis import wording
from analysis.render_html_accounts import coverage, methods, sources
from analysis.render_html_claims import appendix, contradictions, section
from analysis.render_html_exhibits import exhibits
from analysis.render_html_text import escape
from analysis.schema import Report

# Even if escaping failed somewhere, a browser would neither run nor load anything.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


@cache
def _style() -> str:
    return Path(__file__).with_name("report.css").read_text(encoding="utf-8")


def html(report: Report, *, unfolded: bool = False) -> str:
    """The whole document; unfolded for paper, on which nobody can open anything."""
    title = f"Report: {report.job}"
    body = "".join(_parts(report))
    if unfolded:
        body = body.replace("<details>", "<details open>")
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<style>\n{_style()}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _parts(report: Report) -> tuple[str, ...]:
    numbers = {(one.url, one.body_digest): one.number for one in report.sources}
    return (
        _head(report),
        section(report.summary, numbers),
        *(section(one, numbers) for one in report.sections),
        contradictions(report.contradictions, numbers),
        exhibits("Data", report.data),
        exhibits("Over time", report.trends),
        coverage(report),
        methods(report),
        sources(report),
        appendix(report.appendix, numbers),
    )


def _head(report: Report) -> str:
    figures = report.coverage
    tiles = (
        (f"{figures.crawled:,}", "URLs with an outcome"),
        (f"{figures.eligible:,}", "pages stored"),
        (f"{figures.read:,}", "pages read"),
        (wording.duration(report), "of crawling"),
    )
    shown = "".join(f"<li><b>{escape(value)}</b> {escape(name)}</li>" for value, name in tiles if value)
    phrases = "".join(f"<li>{escape(one.words)}</li>" for one in report.keyphrases)
    listed = f'<ul class="phrases">{phrases}</ul>\n' if phrases else ""
    return (
        f'<header>\n<p class="over">Tandem report</p>\n<h1>{escape(report.job)}</h1>\n'
        f"<p>Run {report.number} ({escape(report.run)}) of {wording.moment(report.started_at)}: "
        f'{escape(report.ending)}.</p>\n<ul class="tiles">{shown}</ul>\n{listed}</header>\n'
    )
