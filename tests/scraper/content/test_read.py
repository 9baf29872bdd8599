"""Reading a page: what is kept, what is said of it, and what happens to pages that are none."""

import pytest

from scraper.content.content import PageType
from scraper.content.decide import DOUBTED
from scraper.content.read import examine, read_content, read_html
from scraper.document import Document
from tests.scraper.content.sample_pages import ARTICLE, STORY, product

URL = "https://orchard.example/2026/02/grafting"


def test_an_article_keeps_its_story_and_loses_menu_and_footer() -> None:
    content = read_html(ARTICLE, URL)

    assert content.reason == "ok"
    assert content.page_type is PageType.ARTICLE
    assert all(sentence in content.text for sentence in STORY)
    for gone in ("Shop", "Privacy policy", "newsletter", "Ten pears"):
        assert gone not in content.text


def test_what_a_page_declares_is_read() -> None:
    content = read_html(ARTICLE, URL)

    assert content.title == "How apple trees are grafted"
    assert content.author == "Ada Pomeroy"
    assert content.published == "2026-02-03"
    assert content.language == "en-gb"
    assert content.canonical == "https://orchard.example/grafting"


def test_removed_parts_are_counted_by_kind() -> None:
    content, decisions = examine(Document(ARTICLE), URL)
    removed = {one.kind: one for one in content.removed}

    assert {"header", "footer"} <= set(removed)
    assert sum(one.blocks for one in content.removed) == sum(not decision.is_kept for decision in decisions)
    assert all(decision.kind for decision in decisions if not decision.is_kept)


def test_a_product_page_is_told_from_an_article() -> None:
    content = read_html(
        product("Pruning saw", "39.50", "PS-1120"), "https://orchard.example/products/pruning-saw"
    )

    assert content.page_type is PageType.PRODUCT
    assert "turned from ash" in content.text
    assert "Privacy policy" not in content.text


def test_doubtful_blocks_lose_their_chance_when_other_pages_of_the_site_have_them() -> None:
    page = Document(ARTICLE)
    alone, before = examine(page, URL, frozenset())
    known = examine(page, URL, alone.hashes)[1]
    doubted = [place for place, then in enumerate(before) if 0 < then.chance < DOUBTED]

    assert doubted
    assert all(known[place].chance < before[place].chance for place in doubted)
    assert all(
        now.chance == then.chance for now, then in zip(known, before, strict=True) if then.chance >= DOUBTED
    )


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("", "empty"),
        (" \n\t\ufeff ", "empty"),
        ("\x00\x01\x02\x03PNG\x00" * 100, "not_text"),
        ("\ufffd" * 500, "not_text"),
        ("<html><body></body></html>", "no_text"),
        ("<html><head><script>fill()</script></head><body><div id=app></div></body></html>", "no_text"),
        ("(function(){var a={b:1};window.c=function(d){return d(a);};})();" * 3, "script"),
    ],
)
def test_what_is_no_page_gives_a_reason(html: str, reason: str) -> None:
    content = read_html(html, URL)

    assert content.reason == reason
    assert content.text == ""


def test_the_head_of_a_page_without_text_is_still_read() -> None:
    html = (
        "<html><head><title>Loading shop</title><meta name=description content='All our tools'></head></html>"
    )

    content = read_content(Document(html), URL)

    assert (content.reason, content.title, content.description) == (
        "no_text",
        "Loading shop",
        "All our tools",
    )


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000 + "deep" + "</div>" * 20_000,
        "<ul>" + "<li><a href=/x>word</a></li>" * 5_000 + "</ul>",
        "<table><tr><td>cell" * 3_000,
        "<p>" + "word " * 100_000,
        "<script type='application/ld+json'>" + "[" * 100_000 + "</script><p>text",
        '<a href="http://[broken">x</a><p>text <img src="//[" alt=a> more text here</p>',
        "<p>caf\u00e9 \ud800 lone surrogate and some more words to read</p>",
    ],
    ids=["deep", "wide", "unclosed", "long", "nested data", "broken address", "surrogate"],
)
def test_no_page_raises(html: str) -> None:
    assert read_html(html, "https://[also broken").reason in {"ok", "no_main_text"}


def test_blocks_beyond_the_bound_are_said_to_be_missing() -> None:
    html = "".join(f"<p>paragraph number {number} says little</p>" for number in range(10_050))

    assert read_html(html, URL).truncated
