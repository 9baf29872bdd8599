"""Visible texts of pages that would take a parser for ever, or too much memory."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scraper.plain_text_reader import PlainTextReader
from scraper.plain_text_worker import PAGE_SECONDS

PLAIN = b"<title>A</title><nav><p>Menu</p></nav><h1>Chairs</h1><p>Of <b>oak</b>.</p><script>no()</script>"
ENDLESS = b"<p>Before</p><select>" + b"<option>x" * 400_000


@pytest.fixture
def reader() -> Iterator[PlainTextReader]:
    one = PlainTextReader()
    yield one
    one.close()


def _children() -> set[int]:
    threads = Path("/proc/self/task").glob("*/children")
    return {int(pid) for thread in threads for pid in thread.read_text().split()}


def test_what_readers_see_comes_line_by_line(reader: PlainTextReader) -> None:
    assert reader.read(PLAIN, "text/html") == "Chairs\nOf oak ."
    assert reader.read("<p>é</p>".encode("latin-1"), "text/html; charset=iso-8859-1") == "é"
    assert reader.read(b"", "text/html") == ""


def test_a_page_without_end_says_nothing_and_the_next_one_is_read(reader: PlainTextReader) -> None:
    began = time.process_time()
    assert reader.read(ENDLESS, "text/html") == ""
    assert time.process_time() - began < PAGE_SECONDS, "it was read in this process"
    assert reader.read(PLAIN, "text/html").startswith("Chairs")


def test_the_thread_that_began_it_may_end(reader: PlainTextReader) -> None:
    """The kernel ends a child with the thread that started it."""
    texts: list[str] = []
    for _ in range(2):
        thread = threading.Thread(target=lambda: texts.append(reader.read(PLAIN, "text/html")))
        thread.start()
        thread.join()
    assert texts == ["Chairs\nOf oak ."] * 2


def test_nothing_is_left_behind(reader: PlainTextReader) -> None:
    before = _children()
    assert reader.read(PLAIN, "text/html")
    assert _children() - before
    reader.close()
    assert not _children() - before
