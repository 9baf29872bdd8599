"""Reports as Markdown and HTML, with pages that mean harm."""

import datetime
import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from analysis.render_html import html
from analysis.render_markdown import markdown
from analysis.schema import Answer, Coverage, HostTally, Quote, Reference, Report, Tally

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


def report(
    words: str = "Some words.", title: str = "A page", url: str = "http://site.test/a?b=1&c=(2)"
) -> Report:
    quote = Quote(
        url=url,
        title=title,
        body_digest="ab" * 32,
        engine="test 1",
        start=5,
        end=5 + len(words),
        words=words,
        pages=3,
    )
    return Report(
        job="huts",
        run="huts-1",
        started_at=datetime.datetime(2026, 11, 20, 8, 0, tzinfo=datetime.UTC),
        ended_at=datetime.datetime(2026, 11, 20, 9, 2, 5, tzinfo=datetime.UTC),
        ending="complete",
        methods="Extractive, no model.",
        tallies=(
            Tally(outcome="fetched", reason="ok", urls=1234),
            Tally(outcome="refused", reason=title, urls=1),
        ),
        hosts=(HostTally(host=title, pages=3),),
        coverage=Coverage(crawled=1235, eligible=1234, read=1000, empty=4, unread=230),
        findings=(quote,),
        answers=(Answer(question=title, quotes=(quote,)), Answer(question="Nothing?", quotes=())),
        references=(Reference(url=url, title=title, body_digest="ab" * 32, quotes=2),),
    )


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


def tokens(text: str) -> list[Token]:
    flat: list[Token] = []
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(text):
        flat += [token, *(token.children or [])]
    return flat


@pytest.mark.parametrize("text", HOSTILE)
def test_page_text_brings_no_tag_attribute_or_link_into_html(text: str) -> None:
    harmless, hostile = seen(html(report())), seen(html(report(words=text, title=text)))
    assert hostile.tags == harmless.tags
    assert {name for name, _ in hostile.attributes} == {name for name, _ in harmless.attributes}
    assert {value for name, value in hostile.attributes if name in ("href", "src")} == {
        "http://site.test/a?b=1&c=(2)"
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_page_text_brings_no_markup_into_markdown(text: str) -> None:
    harmless, hostile = tokens(markdown(report())), tokens(markdown(report(words=text, title=text)))
    assert [token.type for token in hostile if token.type != "text_special"] == [
        token.type for token in harmless if token.type != "text_special"
    ]
    targets = {token.attrs["href"] for token in hostile if token.type == "link_open"}
    assert targets == {"http://site.test/a?b=1&c=%282%29"}


def test_readers_that_link_bare_addresses_find_none() -> None:
    text = markdown(report(words="See http://evil.test/ or www.evil.test or a@evil.test.", title="T"))
    assert not re.search(r"http://evil|www\.evil|a@evil", text)


@pytest.mark.parametrize("url", BAD_URLS)
def test_only_web_addresses_become_links(url: str) -> None:
    assert "href" not in {name for name, _ in seen(html(report(url=url))).attributes}
    assert [token for token in tokens(markdown(report(url=url))) if token.type == "link_open"] == []


def test_the_html_file_loads_and_runs_nothing() -> None:
    document = html(report())
    assert not {"script", "img", "link", "iframe", "object", "form"} & seen(document).tags
    assert "default-src 'none'" in document
    assert not re.search(r"url\(|@import|src=", document)


def test_invisible_and_turning_characters_are_not_shown() -> None:
    for document in (
        html(report(words="a\u202eb\u0000c\u2066d")),
        markdown(report(words="a\u202eb\u0000c\u2066d")),
    ):
        assert "abcd" in document


@pytest.mark.parametrize(
    "words",
    [
        "1,000 of 1,234 stored pages were read, 4 held no text, 230 were left out",
        "1,235 URLs",
        "1 h 2 min",
        "20 November 2026, 08:00 UTC",
        "the same words stand on 2 other pages",
        "No page that was read answers this.",
        "characters 5 to 16",
        "Extractive, no model.",
    ],
)
def test_both_formats_say_the_same(words: str) -> None:
    assert words in seen(html(report())).text.replace("1,235 URLs with an outcome", "1,235 URLs")
    assert words in markdown(report())
