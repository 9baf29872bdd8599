"""Reading documents that are no pages, by what they are."""

import json

import pytest

from scraper.documents.read import is_document, is_readable, read_document
from scraper.documents.reading import Reading, Room

URL = "http://shop.test/files/prices.bin"


def read(body: str | bytes, media_type: str, url: str = URL) -> Reading:
    raw = body.encode() if isinstance(body, str) else body
    return read_document(url, raw, (media_type, media_type), Room(10))


@pytest.mark.parametrize(
    ("media_type", "document", "readable"),
    [
        ("application/pdf", True, True),
        ("text/csv", True, True),
        ("application/ld+json", True, True),
        ("application/x-ndjson", True, True),
        ("application/atom+xml", True, True),
        ("image/png", True, False),
        ("application/zip", False, False),
        ("text/css", False, False),
        ("text/html", False, True),
    ],
)
def test_what_is_read(media_type: str, document: bool, readable: bool) -> None:
    assert (is_document(media_type), is_readable(media_type)) == (document, readable)


def test_a_document_without_a_title_goes_by_the_name_of_its_file() -> None:
    assert read("a,b\n1,2\n", "text/csv", "http://shop.test/f/price%20list.csv?x=1").title == "price list.csv"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "name: x; price: 1"),
        ("a.json", "name,price x,1"),
        ("a.txt", "name,price\nx,1"),
    ],
)
def test_plain_text_is_what_its_name_says(name: str, text: str) -> None:
    body = '"name,price x,1"' if name.endswith("json") else "name,price\nx,1\n"
    assert read(body, "text/plain", f"http://shop.test/{name}").text == text


def test_text_is_read_in_its_own_encoding() -> None:
    found = read_document(
        URL, "Grüße".encode("latin-1"), ("text/plain", "text/plain; charset=latin-1"), Room(9)
    )
    assert (found.text, found.charset) == ("Grüße", "windows-1252")


# Plain text and Markdown


def test_lines_that_a_width_parted_are_one_line() -> None:
    part = (
        "This paragraph was wrapped at a width of some sixty letters,\n"
        "so that each of its lines is a part of one sentence only."
    )
    reading = read(f"A title\r\n\r\n{part}\n\n  * one\n  * two\n", "text/plain")
    assert reading.title == "A title"
    assert part.replace("\n", " ") in reading.text
    assert "* one\n  * two" in reading.text


def test_pages_of_plain_text_keep_their_breaks() -> None:
    assert read("Page one.\n\f\nPage two.\n", "text/plain").text == "Page one.\n\f\nPage two."


@pytest.mark.parametrize(("body", "reason"), [(b" \n\t ", "empty"), (bytes(range(1, 9)) * 40, "not_text")])
def test_what_is_no_text_says_so(body: bytes, reason: str) -> None:
    assert read(body, "text/plain").reason == reason


MARKDOWN = """---
layout: x
---
# Strings

Use **good** strings from [a shop](/shop.html "t"),
not others.

How
---

- one
- two

```sh
make
```
![pic](/p.png) <https://h.test/x>
"""


def test_markdown_loses_its_marks_and_keeps_its_links() -> None:
    reading = read(MARKDOWN, "text/markdown")
    assert reading.title == "Strings"
    assert "Use good strings from a shop, not others." in reading.text
    assert "\n\nHow\n\n- one\n- two" in reading.text
    assert reading.markdown.startswith("# Strings")
    assert '<a href="/shop.html">a shop</a>' in reading.html
    assert '<a href="https://h.test/x">' in reading.html
    assert "p.png" not in reading.html.partition("<ul>")[2]


def test_a_program_may_not_take_for_ever() -> None:
    for body in ("[" * 200_000, "[a](" * 50_000, "*a" * 100_000, "\n" * 500_000, "#" * 300_000):
        assert read_document(URL, body.encode(), ("text/markdown", ""), Room(10)).title != ""


# Tables


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("name,price\nViolin,12\nBow,3\n", ["name: Violin; price: 12", "name: Bow; price: 3"]),
        ("name;price\nViolin;9,80\nBow;3,10\n", ["name: Violin; price: 9,80", "name: Bow; price: 3,10"]),
        ('a\tb\r\n"x ""y""\nz"\t2\r\n', ['a: x "y" z; b: 2']),
        ("1,2\n3,4\n", ["column 1: 1; column 2: 2", "column 1: 3; column 2: 4"]),
        ("a,b\n1\n,\n1,2,3\n", ["a: 1", "a: 1; b: 2; column 3: 3"]),
    ],
)
def test_a_row_is_a_line_with_the_names_of_its_columns(body: str, lines: list[str]) -> None:
    reading = read(body, "text/csv")
    assert reading.text.split("\n") == lines
    assert (reading.reason, reading.page_type) == ("ok", "listing")


def test_a_table_of_a_million_columns_is_cut() -> None:
    reading = read("a," * 1_000_000 + "\n1,2\n", "text/csv")
    assert reading.reason == "text_cut"
    assert len(reading.text) < 100_000


def test_a_table_of_a_million_rows_is_cut() -> None:
    reading = read("a,b\n" + "1,2\n" * 1_000_000, "text/csv")
    assert reading.reason == "text_cut"


def test_a_quote_that_never_ends_is_a_fault() -> None:
    reading = read('a,b\n1,2\n"' + "x" * 1_500_000, "text/csv")
    assert reading.reason == "damaged"
    assert "a: 1; b: 2" in reading.text


def test_addresses_in_a_table_are_links() -> None:
    assert '<a href="http://h.test/1">' in read("name,url\nx,http://h.test/1\n", "text/csv").html


# JSON

VIOLINS = {
    "title": "Violins",
    "author": {"name": "Ann"},
    "date": "2026-05-01T10:00:00Z",
    "items": [{"name": "Strad", "price": 12.50, "url": "/v/1"}, {"name": "Amati", "sold": True, "url": None}],
    "meta": {"tags": ["old", "new"], "next": {"href": "http://h.test/2"}},
}


def test_json_is_text_with_paths() -> None:
    reading = read(json.dumps(VIOLINS), "application/json")
    assert reading.text.split("\n") == [
        "title: Violins",
        "author: name: Ann",
        "date: 2026-05-01T10:00:00Z",
        "items: name: Strad; price: 12.5; url: /v/1",
        "items: name: Amati; sold: yes",
        "meta.tags: old, new",
        "meta.next: href: http://h.test/2",
    ]
    assert (reading.title, reading.author, reading.published) == ("Violins", "Ann", "2026-05-01")


def test_addresses_in_json_are_links_where_their_names_say_so() -> None:
    source = {
        "url": "/a",
        "text": "/b",
        "x": "http://h.test/c",
        "@context": "http://schema.test/",
        "image": "http://h.test/d.png",
    }
    html = read(json.dumps(source), "application/json").html.partition("<ul>")[2]
    assert [mark in html for mark in ('/a"', '/b"', 'test/c"', "schema.test", "d.png")] == [
        True,
        False,
        True,
        False,
        False,
    ]


def test_lines_of_json_are_things_of_one_list() -> None:
    reading = read('{"name":"A","n":1}\n{"name":"B","n":20000000000000000000001}\n', "application/x-ndjson")
    assert reading.text == "name: A; n: 1\nname: B; n: 20000000000000000000001"
    assert "<td>20000000000000000000001</td>" in reading.html


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("[" * 200_000 + "]" * 200_000, "too_deep"),
        ('{"a":' * 300 + "1" + "}" * 300, "too_deep"),
        ('{"a": ', "damaged"),
        ('{"a":1}\n{"b":', "damaged"),
        ("[" + "1," * 3_000_000 + "1]", "text_cut"),
        ("{}", "no_text"),
    ],
)
def test_json_that_is_hostile_or_broken_says_so(body: str, reason: str) -> None:
    assert read(body, "application/json").reason == reason


# Feeds and other XML

RSS = """<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//X//DTD" "http://10.0.0.1/x.dtd">
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>News&nbsp;of the day</title>
<link>http://h.test/</link><description>All &lt;b&gt;news&lt;/b&gt;</description><language>en-us</language>
<item><title>One</title><link>http://h.test/1</link><pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate>
<description>short</description>
<content:encoded><![CDATA[<p>Hello <i>you</i></p><p>there</p>]]></content:encoded>
<enclosure url="http://h.test/a.mp3" type="audio/mpeg"/></item>
<item><guid>http://h.test/2</guid><description>Two &amp;amp; three</description></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="http://h.test/x/"><title>T</title>
<link rel="self" href="a"/><link rel="next" href="page2"/><author><name>Ann</name></author>
<entry><title type="html">A &amp;amp; B</title><link href="e1"/><updated>2026-01-02T00:00:00Z</updated>
<content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>Para <b>one</b>.</p><p>Two.</p></div></content></entry></feed>"""


def test_a_feed_is_what_it_announces() -> None:
    reading = read(RSS, "application/rss+xml")
    assert reading.text == "One (2026-11-20)\nHello you there\n\nTwo & three"
    assert (reading.title, reading.language, reading.description) == ("News of the day", "en-us", "All news")
    assert (reading.page_type, reading.modified, reading.reason) == ("listing", "2026-11-20", "ok")
    assert reading.markdown.startswith("## [One](http://h.test/1)\n\n2026-11-20\n\nHello you there")
    for address in ("http://h.test/1", "http://h.test/2", "http://h.test/"):
        assert f'<a href="{address}"' in reading.html
    assert '<a href="http://h.test/a.mp3"' not in reading.html


def test_a_feed_of_atom_resolves_what_it_links_to() -> None:
    reading = read(ATOM, "application/xml")
    assert reading.text == "A & B (2026-01-02)\nPara one. Two."
    assert (reading.title, reading.language, reading.author) == ("T", "de", "Ann")
    assert '<a href="http://h.test/x/e1">' in reading.html
    assert '<a href="http://h.test/x/page2" rel="next">' in reading.html


def test_a_feed_that_is_broken_is_read_up_to_there() -> None:
    reading = read(RSS.replace("<item><guid>", "<item><guid></nonsense>"), "application/rss+xml")
    assert reading.reason == "damaged"
    assert "Hello you there" in reading.text


def test_other_xml_is_the_texts_of_its_elements() -> None:
    source = "<book lang='en'><title>My book</title><para>Some <em>old</em> text.</para><see href='http://h.test/z'/></book>"
    reading = read(source, "application/xml")
    assert reading.text == "My book\n\nSome old text."
    assert (reading.title, reading.language) == ("My book", "en")
    assert '<a href="http://h.test/z">' in reading.html


LAUGHS = "<!DOCTYPE a [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (f"{LAUGHS}]><a>&i;</a>", "entities"),
        ("<!DOCTYPE a [<!ENTITY % p '<!ENTITY q \"x\">'>%p;]><a>&q;</a>", "entities"),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "no_text"),
        ("<a>" * 100_000, "too_deep"),
        ("<a>" + "<b/>" * 300_000 + "</a>", "text_cut"),
        ("<a", "damaged"),
        ("", "damaged"),
    ],
)
def test_xml_that_is_hostile_or_broken_says_so(body: str, reason: str) -> None:
    reading = read(body, "application/xml")
    assert reading.reason == reason
    assert "root:" not in reading.text
