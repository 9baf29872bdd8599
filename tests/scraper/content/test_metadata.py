"""Titles, authors and dates."""

import pytest

from scraper.content.metadata import iso_day, read_author, read_dates, read_title
from scraper.content.parts import read_parts
from scraper.document import Document


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-02-03T08:00:00Z", "2026-02-03"),
        ("20260203", "2026-02-03"),
        ("Posted on February 3rd, 2026 by Ada", "2026-02-03"),
        ("3 Feb 2026", "2026-02-03"),
        ("Sept. 14, 2025", "2025-09-14"),
        ("May 2026", ""),
        ("2026-13-01", ""),
        ("call 555 2026 12", ""),
    ],
)
def test_days_are_read(text: str, day: str) -> None:
    assert iso_day(text) == day


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title>Grafting | Orchard Press</title>", "Grafting"),
        ("<title>Orchard Press: Grafting apples</title><h1>Grafting apples</h1>", "Grafting apples"),
        ("<title>How to graft | Orchard Press</title><h1>Orchard Press</h1>", "How to graft"),
        ("<meta property=og:title content='How to graft'><h1>Menu</h1>", "How to graft"),
        ("<h1>Only a heading</h1>", "Only a heading"),
        ("", ""),
    ],
)
def test_the_title_is_the_pages_own(html: str, title: str) -> None:
    parts = read_parts(Document(html), "https://a.example/")

    assert read_title(parts.facts, parts.found) == title


@pytest.mark.parametrize(
    ("html", "author"),
    [
        ("<meta name=author content='Ada Pomeroy'>", "Ada Pomeroy"),
        ("<p class=byline>By Ada Pomeroy | 3 Feb 2026</p>", "Ada Pomeroy"),
        ("<meta name=author content='https://a.example/ada'>", ""),
        ("<p>Written long ago</p>", ""),
    ],
)
def test_the_author_is_a_name(html: str, author: str) -> None:
    parts = read_parts(Document(html), "https://a.example/")

    assert read_author(parts.facts, parts.found) == author


def test_shown_dates_stand_in_for_declared_ones() -> None:
    parts = read_parts(Document("<time datetime=2026-02-03>last week</time>"), "https://a.example/")

    assert read_dates(parts.facts, parts.found) == ("2026-02-03", "")
