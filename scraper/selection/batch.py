"""Reads the records of pages given as JSON lines, one line for each, in order."""

import gc
import json
import time
from collections.abc import Iterable
from typing import Any, TextIO

from scraper.content.read import LONGEST_HTML, refusal
from scraper.document import Document, Unreadable
from scraper.selection.found import Reading, Value
from scraper.selection.page_view import PageView, view_of
from scraper.selection.read import read_page
from scraper.selection.records import read_records
from scraper.selection.wanted import Wanted

# A page makes thousands of objects; collecting as often as usual costs a fifth of the time.
YOUNG_OBJECTS = 50_000


def run(lines: Iterable[str], output: TextIO, wanted: tuple[Wanted, ...]) -> None:
    """One answer per line of input: the records of the page, or an error with its reason."""
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
    for line in lines:
        started = time.process_time()
        answer = _answer(line, wanted)
        answer["ms"] = round((time.process_time() - started) * 1000, 3)
        output.write(json.dumps(answer, ensure_ascii=False))
        output.write("\n")
        output.flush()


def _answer(line: str, wanted: tuple[Wanted, ...]) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": "not_json"}
    if not isinstance(asked, dict):
        return {"id": None, "error": "not_an_object"}
    identity, html, url = asked.get("id"), asked.get("html"), asked.get("url")
    if not isinstance(html, str):
        return {"id": identity, "error": "no_html"}
    if reason := refusal(html):
        return {"id": identity, "error": reason}
    try:
        document = Document(html[:LONGEST_HTML])
    except Unreadable:
        return {"id": identity, "error": "unreadable"}
    view = view_of(document, url if isinstance(url, str) else "")
    readings = [one for wish in wanted for one in _readings(view, wish, is_alone=len(wanted) == 1)]
    return {
        "id": identity,
        "records": [one.data for one in readings],
        "sources": [_hows(one) for one in readings],
    }


def _readings(view: PageView, wish: Wanted, *, is_alone: bool) -> list[Reading]:
    if wish.many:
        return [one.reading for one in read_records(view, wish)]
    return read_page(view, wish, is_alone=is_alone)


def _hows(reading: Reading) -> dict[str, str]:
    return {
        name: str(found.source.how if isinstance(found, Value) else found[0].source.how)
        for name, found in reading.values.items()
    }
