import hashlib
import random
from dataclasses import replace

import msgpack
import pytest
import zstandard

from scraper.pages import Parsed, ParseSettings, Raw, order_of, settings_from
from scraper.parse import PageParser
from storage.address import DEFAULT_RULES, parse

URL = "http://shop.test/books/"
SETTINGS = ParseSettings(agent="Tandem/1.0 (+https://tandem.test)")

PAGE = """<!doctype html><html lang=en><head><meta charset=utf-8><title>Books</title>
<link rel=canonical href=/books><link rel=next href=?page=2></head>
<body><h1>Books</h1><a href=1.html>One</a> <a href=/cart rel=nofollow>Cart</a> <a href=1.html>One</a>
<a href="mailto:shop@shop.test">Mail</a></body></html>"""


def read(html: str | bytes, settings: ParseSettings = SETTINGS, **raw: object) -> Parsed:
    body = html if isinstance(html, bytes) else html.encode()
    given = {"url": URL, "content_type": "text/html", "media_type": "text/html", "host": "shop.test"} | raw
    return PageParser(settings).parse(Raw(body=body, **given))  # type: ignore[arg-type]


def rows(parsed: Parsed) -> list[list[str]]:
    packed = zstandard.ZstdDecompressor().decompress(parsed.links)
    return msgpack.unpackb(packed)  # type: ignore[no-any-return]


def test_one_parse_gives_everything() -> None:
    parsed = read(PAGE)
    assert zstandard.ZstdDecompressor().decompress(parsed.body) == PAGE.encode()
    assert parsed.digest == hashlib.sha256(PAGE.encode()).digest()
    assert (parsed.reason, parsed.charset, parsed.title, parsed.language) == ("ok", "utf-8", "Books", "en")
    assert parsed.canonical == "http://shop.test/books"
    assert [url for _, url in parsed.follow] == [
        "http://shop.test/books/1.html",
        "http://shop.test/books",
        "http://shop.test/books/?page=2",
    ]
    assert [digest for digest, _ in parsed.follow] == [parse(url).digest for _, url in parsed.follow]
    assert rows(parsed) == [
        ["http://shop.test/books/1.html", "One", ""],
        ["http://shop.test/cart", "Cart", "nofollow"],
        ["http://shop.test/books", "", "canonical"],
        ["http://shop.test/books/?page=2", "", "next"],
    ]


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("/elsewhere/", "http://shop.test/elsewhere/x"),
        ("deeper/", "http://shop.test/books/deeper/x"),
        ("//other.test", "http://other.test/x"),
        ("javascript:alert(1)//", "http://shop.test/books/x"),
        ("data:text/html,", "http://shop.test/books/x"),
        ("file:///etc/", "http://shop.test/books/x"),
        ("http://[broken/", "http://shop.test/books/x"),
        ("", "http://shop.test/books/x"),
    ],
)
def test_a_base_counts_only_when_it_is_a_web_address(base: str, url: str) -> None:
    assert [url for _, url in read(f"<base href='{base}'><a href=x>x</a>").follow] == [url]


@pytest.mark.parametrize(
    ("hrefs", "canonical"),
    [
        (["/a"], "http://shop.test/a"),
        (["a"], "http://shop.test/books/a"),
        (["https://other.test/a"], "https://other.test/a"),
        (["/a", "http://shop.test/a"], "http://shop.test/a"),
        (["/a", "/b"], ""),
        (["javascript:x", "/a"], "http://shop.test/a"),
        (["mailto:x"], ""),
        ([], ""),
    ],
)
def test_claims_of_a_canonical_address_count_unless_they_disagree(hrefs: list[str], canonical: str) -> None:
    assert read("".join(f"<link rel=canonical href='{href}'>" for href in hrefs)).canonical == canonical


@pytest.mark.parametrize(
    ("headers", "meta", "noindex", "nofollow"),
    [
        ((), "", False, False),
        ((), "<meta name=robots content='noindex'>", True, False),
        ((), "<meta name=tandem content='nofollow'>", False, True),
        ((), "<meta name=otherbot content='none'>", False, False),
        (("noindex",), "<meta name=robots content=nofollow>", True, True),
        (("otherbot: noindex", "tandem: nofollow"), "", False, True),
        (("none",), "", True, True),
        (("unavailable_after: 2001-01-01",), "", True, False),
        (("unavailable_after: 2999-01-01",), "", False, False),
    ],
)
def test_header_and_markup_direct_together(
    headers: tuple[str, ...], meta: str, noindex: bool, nofollow: bool
) -> None:
    parsed = read(meta + "<a href=/a>a</a>", robots_headers=headers)
    assert (parsed.noindex, parsed.nofollow) == (noindex, nofollow)
    assert bool(parsed.follow) is not nofollow
    assert len(rows(parsed)) == 1


def test_headers_direct_what_is_no_page_too() -> None:
    assert read(b"%PDF-1.7", media_type="application/pdf", robots_headers=("noindex",)).noindex


@pytest.mark.parametrize(
    ("seconds", "refresh"), [("0", "http://shop.test/new"), ("10", "http://shop.test/new"), ("600", "")]
)
def test_a_quick_refresh_is_a_redirect_and_a_slow_one_a_link(seconds: str, refresh: str) -> None:
    parsed = read(f"<meta http-equiv=refresh content='{seconds};url=/new'>")
    assert parsed.refresh == refresh
    assert rows(parsed) == [["http://shop.test/new", "", "refresh"]]


@pytest.mark.parametrize(
    ("body", "media_type", "reason"),
    [
        (b"", "text/html", "empty"),
        (b"%PDF-1.7", "application/pdf", "damaged"),
        (b"PK", "application/zip", "not_html"),
        (b"x", "", "not_html"),
    ],
)
def test_what_is_no_page_is_only_kept(body: bytes, media_type: str, reason: str) -> None:
    parsed = read(body, media_type=media_type)
    assert parsed.reason == reason
    assert zstandard.ZstdDecompressor().decompress(parsed.body) == body
    assert parsed.digest == hashlib.sha256(body).digest()


@pytest.mark.parametrize(
    ("body", "content_type", "title", "charset"),
    [
        ("<title>Grüße</title>".encode("latin-1"), "text/html; charset=ISO-8859-1", "Grüße", "windows-1252"),
        ("<title>Grüße</title>".encode("utf-16"), "text/html", "Grüße", "utf-16le"),
        ("<title>本</title>".encode("shift_jis"), "text/html; charset=shift_jis", "本", "shift_jis"),
        (b"<title>a\xff</title>", "text/html; charset=utf-8", "a\ufffd", "utf-8"),
    ],
)
def test_text_is_read_in_its_encoding(body: bytes, content_type: str, title: str, charset: str) -> None:
    parsed = read(body, content_type=content_type)
    assert (parsed.title, parsed.charset) == (title, charset)


@pytest.mark.parametrize(
    "body",
    [
        b"\x00" * 1000,
        bytes(range(256)) * 100,
        b"<title>\x00</title><a href='\x00'>\x00</a>",
        "<a href='/\ud800'>\udfff</a>".encode("utf-8", "surrogatepass"),
        "<title>\ud800</title>".encode("utf-16", "surrogatepass"),
        b"<a href=&#xD800;>&#xDFFF;</a>",
        b"<div>" * 5000 + b"<a href=/deep>x</a>",
        b"<a href=/x>" * 3000,
        b"<" * 100_000,
        b"<a " + b"x=1 " * 2000,
        b"<!--" * 10_000,
        b"x" * 3_000_000,
        b"<table>" * 2000 + b"<a href=/x>",
        b"<svg><title><a href=/x>",
        b"<frameset><frame src=/x>",
    ],
)
def test_whatever_stands_in_a_body_it_is_read(body: bytes) -> None:
    parsed = read(body, content_type="text/html; charset=utf-8")
    assert parsed.reason == "ok"
    f"{parsed.title}{parsed.language}{parsed.canonical}{parsed.refresh}".encode()


def test_mutated_pages_never_raise() -> None:
    chance = random.Random(7)
    parser = PageParser(SETTINGS)
    pieces = [
        PAGE.encode(),
        b"<base href=",
        b"<a href='",
        b"&#x",
        b"</",
        b"\x00\xff",
        b"<svg>",
        b"<template>",
        b"]]>",
    ]
    for _ in range(500):
        body = bytearray(PAGE.encode() + chance.choice(pieces) * chance.randrange(4))
        for _ in range(chance.randrange(1, 40)):
            at = chance.randrange(len(body))
            kind = chance.randrange(4)
            if kind == 0:
                body[at] = chance.randrange(256)
            elif kind == 1:
                del body[at : at + chance.randrange(30)]
            elif kind == 2:
                body[at:at] = chance.choice(pieces)
            else:
                body[at:at] = body[: chance.randrange(200)]
            body = body or bytearray(b"<")
        raw = Raw(URL, bytes(body), "text/html", "text/html", "shop.test")
        parsed = parser.parse(raw)
        assert parsed.reason == "ok"
        assert zstandard.ZstdDecompressor().decompress(parsed.body) == body
        f"{parsed.title}{parsed.follow}{parsed.canonical}".encode()


def test_a_page_of_endless_links_keeps_the_first_and_says_that_it_has_more() -> None:
    html = "".join(f"<a href=/{number}>{number}</a>" for number in range(SETTINGS.max_links + 1))
    parsed = read(html)
    assert len(parsed.follow) == len(rows(parsed)) == SETTINGS.max_links
    assert parsed.follow[-1][1] == f"http://shop.test/{SETTINGS.max_links - 1}"
    assert parsed.reason == "links_cut"


def test_a_long_list_keeps_every_link() -> None:
    parsed = read("".join(f"<a href=/{number}>{number}</a>" for number in range(2_500)))
    assert (len(parsed.follow), parsed.reason) == (2_500, "ok")


def test_a_crawl_that_does_not_ask_robots_follows_what_they_may_not() -> None:
    html = "<meta name=robots content=nofollow><a href=/a rel=nofollow>a</a>"
    assert read(html).follow == ()
    assert [url for _, url in read(html, replace(SETTINGS, heeds_nofollow=False)).follow] == [
        "http://shop.test/a"
    ]


def test_the_rules_of_keys_are_the_settings_own() -> None:
    rules = DEFAULT_RULES.extended(["colour"])
    settings = settings_from(order_of(ParseSettings("Tandem/1.0", rules=rules)))
    parsed = read("<a href='/a?colour=red'>red</a><a href='/a?colour=blue'>blue</a>", settings)
    assert parsed.follow == ((parse("http://shop.test/a").digest, "http://shop.test/a?colour=red"),)


def test_settings_travel_unchanged() -> None:
    settings = ParseSettings("Tandem/1.0", page_seconds=1.5, memory_bytes=1 << 28, max_links=7)
    assert order_of(settings_from(order_of(settings))) == order_of(settings)
