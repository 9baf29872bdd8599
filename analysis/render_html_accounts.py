"""How a report came about, as HTML: what was crawled and read, by whom, and from which pages."""

from analysis import wording
from analysis.accounts import Coverage
from analysis.render_html_text import escape, link, paragraphs, table
from analysis.schema import Report


def coverage(report: Report) -> str:
    """The account of pages, and what became of the URLs."""
    rows = ((name, f"{pages:,}") for name, pages in wording.accounted(report.coverage))
    tallies = ((row.outcome, row.reason, f"{row.urls:,}") for row in report.tallies)
    hosts = ((row.host, f"{row.pages:,}") for row in report.hosts)
    return (
        f"<section>\n<h2>Coverage</h2>\n{paragraphs([wording.coverage(report.coverage)])}"
        + table([("Pages", False), ("", True)], rows)
        + _batches(report.coverage)
        + table([("Outcome", False), ("Reason", False), ("URLs", True)], tallies)
        + table([("Host", False), ("Stored pages", True)], hosts)
        + "</section>\n"
    )


def _batches(figures: Coverage) -> str:
    if not figures.batches:
        return ""
    head = [("Batch", True), ("Read", True), ("Failed", True), ("Why", False)]
    rows = ((f"{one.number}", f"{one.read:,}", f"{one.failed:,}", one.reason) for one in figures.batches)
    return f"<details><summary>By batch</summary>\n{table(head, rows)}</details>\n"


def methods(report: Report) -> str:
    """Models, writers, and in words what was done."""
    used = report.methods
    written = (
        (wording.heading(one), one.writer, f"{len(one.claims)}") for one in (report.summary, *report.sections)
    )
    versions = wording.versions(used)
    models = (
        table([(name, False) for name in wording.MODEL_HEAD], map(wording.model, used.models))
        if used.models
        else ""
    )
    return (
        f"<section>\n<h2>Methods</h2>\n{paragraphs(used.notes)}{models}"
        + table([("Section", False), ("Writer", False), ("Claims", True)], written)
        + (f"<p><small>{escape(versions)}</small></p>\n" if versions else "")
        + "</section>\n"
    )


def sources(report: Report) -> str:
    """The cited pages, and no others."""
    items = "".join(
        f'<li id="source-{one.number}">{link(one.title, one.url)}<br><small>{escape(one.url)} · '
        f"cited {one.citations} time{'s' if one.citations > 1 else ''}</small></li>\n"
        for one in report.sources
    )
    return f'<section>\n<h2>Sources</h2>\n<ol class="sources">{items}</ol>\n</section>\n' if items else ""
