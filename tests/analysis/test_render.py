"""Reports as Markdown and HTML, with pages that mean harm."""

import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from analysis.render_html import html
from analysis.render_markdown import markdown
from tests.analysis.sample import sample

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; onmouseover='alert(1)",
    "[click](javascript:alert(1))",
    "![x](http://evil.test/pixel.png)",
    "</style><svg onload=alert(1)>",
    "# Heading\n\n- list\n\n---\n",
    "`code` *bold* _it_ ~~gone~~ | cell |",
    "&lt;b&gt; &#106;avascript",
    "http://evil.test/ www.evil.test <http://evil.test/> a@evil.test",
    "1. first\n2. second",
    "right\u202eto left\u0000nul\u0007bell",
    "[ref]: http://evil.test/",
    "\\<b>\\[x](http://evil.test/)",
]
BAD_URLS = [
    "javascript:alert(1)",
    "data:text/html,<script>",
    "file:///etc/passwd",
    " javascript:x",
    "//evil.test/",
]


class Seen(HTMLParser):
    """Which tags, attributes and texts a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(document: str) -> Seen:
    parser = Seen()
    parser.feed(document)
    return parser


def links(document: Seen) -> set[str]:
    """Where a reader may be sent to, outside of the document."""
    targets = {value for name, value in document.attributes if name in {"href", "src", "xlink:href"}}
    return {target for target in targets if not target.startswith("#")}


def tokens(text: str) -> list[Token]:
    flat: list[Token] = []
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(text):
        flat += [token, *(token.children or [])]
    return flat


@pytest.mark.parametrize("text", HOSTILE)
def test_page_text_brings_no_tag_attribute_or_link_into_html(text: str) -> None:
    harmless, hostile = seen(html(sample())), seen(html(sample(words=text, title=text)))
    assert hostile.tags == harmless.tags
    assert {name for name, _ in hostile.attributes} == {name for name, _ in harmless.attributes}
    assert links(hostile) == {"http://site.test/a?b=1&c=(2)"}


@pytest.mark.parametrize("text", HOSTILE)
def test_page_text_brings_no_markup_into_markdown(text: str) -> None:
    harmless, hostile = tokens(markdown(sample())), tokens(markdown(sample(words=text, title=text)))
    assert [token.type for token in hostile if token.type != "text_special"] == [
        token.type for token in harmless if token.type != "text_special"
    ]
    targets = {token.attrs["href"] for token in hostile if token.type == "link_open"}
    assert targets == {"http://site.test/a?b=1&c=%282%29"}


def test_readers_that_link_bare_addresses_find_none() -> None:
    text = markdown(sample(words="See http://evil.test/ or www.evil.test or a@evil.test.", title="T"))
    assert not re.search(r"http://evil|www\.evil|a@evil", text)


@pytest.mark.parametrize("url", BAD_URLS)
def test_only_web_addresses_become_links(url: str) -> None:
    assert links(seen(html(sample(url=url)))) == set()
    assert [token for token in tokens(markdown(sample(url=url))) if token.type == "link_open"] == []


def test_the_html_file_loads_and_runs_nothing() -> None:
    document = html(sample())
    assert not {"script", "img", "link", "iframe", "object", "form"} & seen(document).tags
    assert "default-src 'none'" in document
    assert not re.search(r"url\(|@import|src=", document)


def test_invisible_and_turning_characters_are_not_shown() -> None:
    for document in (
        html(sample(words="a\u202eb\u0000c\u2066d")),
        markdown(sample(words="a\u202eb\u0000c\u2066d")),
    ):
        assert "abcd" in document


@pytest.mark.parametrize(
    "words",
    [
        "1,000 of 1,234 stored pages were read, 100 more are copies of one of them, 4 held no text",
        "30 failed, 100 were left out",
        "1,235 URLs",
        "1 h 2 min",
        "20 November 2026, 08:00 UTC",
        "the same words stand on 2 other pages, 2 other pages are copies of this one",
        "No page that was read answers this.",
        "characters 5 to 16",
        "Read by a model.",
        "repaired, then checked again",
        "low confidence: 1 independent source on 1 site, 50% of them agree",
        "Contradictions",
        "not Some words.",
        "12.50",
        "overflow",
        "12, 1 failed",
        "12 min 34 s",
        "2 references to unknown pages taken out",
        "a number is not in the quotes",
    ],
)
def test_both_formats_say_the_same(words: str) -> None:
    assert words in seen(html(sample())).text.replace("1,235 URLs with an outcome", "1,235 URLs")
    assert words in markdown(sample())


def test_a_chart_says_in_words_what_it_shows() -> None:
    document = html(sample("The middle is 2.50."))
    assert document.count("<desc>The middle is 2.50.</desc>") == 6
    assert document.count('role="img"') == 6


def test_a_citation_leads_to_its_source_and_opens_its_page_context() -> None:
    document = html(sample())
    assert 'href="#source-1"' in document
    assert 'id="source-1"' in document
    assert "<blockquote>Some <mark>S<b>ome words.</b></mark> Some words.</blockquote>" in document
