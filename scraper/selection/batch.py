"""Reads the records of pages given as JSON lines, one line for each, in order."""

from collections.abc import Iterable
from typing import TextIO

from scraper.content.read import LONGEST_HTML, refusal
from scraper.document import Document, Unreadable
from scraper.page_lines import Answer, answer_lines
from scraper.selection.fitting import Fitting
from scraper.selection.found import Reading, Value
from scraper.selection.page_view import PageView, view_of
from scraper.selection.read import read_page
from scraper.selection.records import read_records
from scraper.selection.wanted import Wanted


def run(lines: Iterable[str], output: TextIO, wanted: tuple[Wanted, ...]) -> None:
    """One answer per line of input: the records of the page, or an error with its reason."""
    fitting = Fitting(wanted)
    is_alone = len(wanted) == 1

    def read(html: str, url: str) -> Answer:
        if reason := refusal(html):
            return {"error": reason}
        try:
            document = Document(html[:LONGEST_HTML])
        except Unreadable:
            return {"error": "unreadable"}
        view = view_of(document, url)
        readings = [one for wish in fitting.of(url) for one in _readings(view, wish, is_alone=is_alone)]
        return {"records": [one.data for one in readings], "sources": [_hows(one) for one in readings]}

    answer_lines(lines, output, read)


def _readings(view: PageView, wish: Wanted, *, is_alone: bool) -> list[Reading]:
    if wish.many:
        return [one.reading for one in read_records(view, wish)]
    return read_page(view, wish, is_alone=is_alone)


def _hows(reading: Reading) -> dict[str, str]:
    return {
        name: str(found.source.how if isinstance(found, Value) else found[0].source.how)
        for name, found in reading.values.items()
    }
