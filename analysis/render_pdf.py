"""A report as PDF, where WeasyPrint is installed; nothing is loaded from anywhere."""

import logging
from typing import Any, NoReturn

from analysis.render_html import html
from analysis.schema import Report

MISSING = 'PDF needs WeasyPrint: pip install "tandem-scraper[pdf]"'


class NoPdf(Exception):
    """PDF cannot be made on this machine; the message names what is missing."""


def pdf(report: Report) -> bytes:
    """The HTML file on pages, its folded quotes shown."""
    writer = load()
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # it tells of CSS that only browsers know
    document = writer(string=html(report, unfolded=True), url_fetcher=_refused, media_type="print")
    return bytes(document.write_pdf())


def load() -> Any:
    """What writes PDF; NoPdf says what is missing for it."""
    try:
        from weasyprint import HTML  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        raise NoPdf(MISSING) from error
    except OSError as error:  # the package is there and a system library that it draws with is not
        raise NoPdf(
            f"PDF needs Pango: {error}; apt-get install libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from error
    return HTML


def _refused(url: str, *_: Any, **__: Any) -> NoReturn:
    raise ValueError(f"nothing is loaded for a report: {url}")
