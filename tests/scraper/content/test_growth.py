"""Twice the page is twice the work: counted in calls, which no load changes."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from scraper.content.read import read_html
from scraper.content.walk import MARGINS, MOST_CENTRED, Walk
from scraper.document import Document

PAGES: dict[str, Callable[[int], str]] = {
    "paragraphs": lambda count: (
        "<p>Some words of a text with a <b>bold</b> one, enough for a sentence.</p>" * count
    ),
    "links": lambda count: "<ul>" + "<li><a href='/a'>Some link</a></li>" * count + "</ul>",
    "cells": lambda count: "<table>" + "<tr><td>one</td><td>two</td></tr>" * count + "</table>",
    "nested": lambda count: "<div><span>word</span>" * count,
    "margins": lambda count: "<nav>menu</nav><aside>word <script>x</script></aside><p>text</p>" * count,
    "empty": lambda count: "<div class='a'></div>" * count + "<p>text</p>",
}


def _calls(html: str) -> int:
    count = 0

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        read_html(html, "http://a.example/")
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("kind", PAGES)
def test_work_grows_with_the_page(kind: str) -> None:
    make = PAGES[kind]
    read_html(make(10), "http://a.example/")  # the weights are read once

    assert _calls(make(1000)) < 2.2 * _calls(make(500))


def test_margins_in_margins_are_looked_through_a_bounded_number_of_times() -> None:
    walk = Walk(MARGINS)
    body = Document("<header>" * 2_000 + "<h1>Title</h1>").tree.body
    assert body is not None

    for _ in range(2 * MOST_CENTRED):
        assert not walk.is_margin(body)
    assert not walk.margins
