"""Twice the page is twice the work: counted in calls, which no load changes."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from scraper.content.read import read_html

PAGES: dict[str, Callable[[int], str]] = {
    "paragraphs": lambda count: (
        "<p>Some words of a text with a <b>bold</b> one, enough for a sentence.</p>" * count
    ),
    "links": lambda count: "<ul>" + "<li><a href='/a'>Some link</a></li>" * count + "</ul>",
    "cells": lambda count: "<table>" + "<tr><td>one</td><td>two</td></tr>" * count + "</table>",
    "nested": lambda count: "<div><span>word</span>" * count,
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
