import gzip
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.sitemap import MAX_ENTRIES, Entry, Sitemap, read_sitemap, urgency

NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
URLS = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset {NS} xmlns:image="http://i">
  <url><loc> http://h.example/a?x=1&amp;y=2 </loc><lastmod>2024-01-02</lastmod><priority>0.8</priority></url>
  <url>
    <loc><![CDATA[http://h.example/b&c]]></loc>
    <image:image><image:loc>http://h.example/picture.jpg</image:loc></image:image>
  </url>
  <!-- <url><loc>http://h.example/hidden</loc></url> -->
  <url><loc>/relative</loc><priority>7</priority><lastmod>soon</lastmod></url>
</urlset>"""
PREFIXED = re.sub("<(/?)(?=url|loc|lastmod|priority)", r"<\1s:", URLS)
ENTRIES = (
    Entry("http://h.example/a?x=1&y=2", 1704153600.0, 0.8),
    Entry("http://h.example/b&c"),
    Entry("/relative"),
)
INDEX = f"<sitemapindex {NS}><sitemap><loc>http://h.example/1.xml</loc></sitemap></sitemapindex>"


def urls(text: str | bytes) -> list[str]:
    found = read_sitemap(text.encode() if isinstance(text, str) else text)
    return [entry.url for entry in (*found.pages, *found.sitemaps)]


def test_a_sitemap_gives_its_pages_with_what_it_says_of_them() -> None:
    assert read_sitemap(URLS.encode()) == Sitemap("ok", ENTRIES)


def test_an_index_gives_sitemaps_and_no_pages() -> None:
    assert read_sitemap(INDEX.encode()) == Sitemap("ok", (), (Entry("http://h.example/1.xml"),))


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(URLS.encode()),
        gzip.compress(URLS[:100].encode()) + gzip.compress(URLS[100:].encode()),
        b"\xef\xbb\xbf" + URLS.encode(),
        URLS.encode("utf-16"),
        URLS.encode("utf-16-le"),
        URLS.encode("utf-16-be"),
        URLS.replace("UTF-8", "iso-8859-1").encode("latin-1"),
        URLS.replace("UTF-8", "iso-8859-99").encode(),
        URLS.replace("UTF-8", "rot13").encode(),
        ("\n\n" + URLS).encode(),
        PREFIXED.encode(),
    ],
)  # fmt: skip
def test_packing_and_encoding_make_no_difference(packed: bytes) -> None:
    assert read_sitemap(packed) == Sitemap("ok", ENTRIES)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("http://h.example/1\nhttps://h.example/2\r\n\n  http://h.example/3  ", [1, 2, 3]),
        ("\ufeffhttp://h.example/1", [1]),
        ("<rss><link>http://h.example/</link><item><link>http://h.example/1</link></item></rss>", [1]),
        ("<rss><item><title>x</title><link>http://h.example/1</link></item><item/></rss>", [1]),
        ("<feed><link href='/'/><entry><link rel='self' href='/s'/><link href='/1'/></entry></feed>", [1]),
        ("<feed><entry><link href='/1' rel='alternate'/><link href='/2'/></entry></feed>", [1]),
        ('<feed><entry><link href="http://h.example/1"></link><id>x</id></entry></feed>', [1]),
        ("<rdf:RDF><item><link>http://h.example/1</link></item></rdf:RDF>", [1]),
    ],
)  # fmt: skip
def test_text_and_feeds_are_sitemaps_too(text: str, found: list[int]) -> None:
    sitemap = read_sitemap(text.encode())
    assert sitemap.reason == "ok"
    assert [int(entry.url[-1]) for entry in sitemap.pages] == found


def test_dates_of_feeds_are_read() -> None:
    feed = "<feed><entry><link href='/1'/><updated>2024-01-02</updated></entry></feed>"
    rss = "<rss><item><link>/1</link><pubDate>Tue, 02 Jan 2024 00:00:00 GMT</pubDate></item></rss>"
    rdf = "<rdf:RDF><item><link>/1</link><dc:date>2024-01-02</dc:date></item></rdf:RDF>"
    assert [read_sitemap(text.encode()).pages for text in (feed, rss, rdf)] == [
        (Entry("/1", 1704153600.0),)
    ] * 3


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (URLS[: URLS.index("</url>") + 6], 1),  # cut
        (URLS[: URLS.index("</urlset>")], 3),
        ("<urlset><url><loc>http://h.example/?a&b</loc></url>", 1),
        ("<urlset><url><loc>http://h.example/1</loc><url><loc>http://h.example/2</loc></url>", 2),
        ("<urlset><url><loc>http://h.example/1</url><url><loc>http://h.example/2</loc></url>", 2),
        ("<urlset><url><loc>http://h.example/1</loc></url><![CDATA[", 1),
        ("<urlset><url><loc>http://h.example/1</loc></url><!--", 1),
        ("<urlset><url><loc>", 0),
        ("<urlset", 0),
        ("<", 0),
    ],
)
def test_a_broken_file_gives_what_stands_before_the_break(text: str, found: int) -> None:
    sitemap = read_sitemap(text.encode())
    assert sitemap.reason == "sitemap_malformed"
    assert len(sitemap.pages) == found


@pytest.mark.parametrize(
    "body", [b"", b"hello", b"<html><a href='http://h.example/'>x</a>", b"\x89PNG", b"{}", b"ftp://x"]
)
def test_what_is_no_sitemap_is_called_so(body: bytes) -> None:
    assert read_sitemap(body) == Sitemap("not_a_sitemap")


def test_an_entity_bomb_does_not_go_off() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + (
        "<urlset><url><loc>http://h.example/&b;&b;&c;</loc></url></urlset>"
    )
    assert urls(bomb) == ["http://h.example/&b;&b;&c;"]


def test_an_external_entity_is_never_opened() -> None:
    text = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>&e;</loc></url></urlset>'
    assert urls(text) == ["&e;"]


def test_a_gzip_bomb_is_cut_at_the_cap() -> None:
    packed = gzip.compress(URLS.encode() + b" " * 5_000_000)
    assert read_sitemap(packed, 100_000) == Sitemap("sitemap_too_large", ENTRIES)
    assert read_sitemap(URLS.encode(), 400).reason == "sitemap_too_large"
    assert read_sitemap(gzip.compress(URLS.encode()), len(URLS.encode())).reason == "ok"


def test_a_cut_or_corrupt_gzip_gives_what_could_be_unpacked() -> None:
    lines = "".join(f"http://h.example/{number * 7919}\n" for number in range(5000)).encode()
    packed = gzip.compress(lines)
    for broken in (packed[: len(packed) // 2], packed[: len(packed) // 2] + bytes(range(256)) * 40):
        sitemap = read_sitemap(broken)
        assert sitemap.reason == "sitemap_malformed"
        assert 1000 < len(sitemap.pages) < 5000


def test_more_entries_than_the_protocol_allows_are_left_out() -> None:
    text = "http://h.example/x\n" * (MAX_ENTRIES + 1)
    assert read_sitemap(text.encode()).reason == "sitemap_too_large"
    assert len(read_sitemap(text.encode()).pages) == MAX_ENTRIES
    xml = "<urlset>" + "<url><loc>/x</loc></url>" * (MAX_ENTRIES + 5) + "</urlset>"
    assert read_sitemap(xml.encode()).reason == "sitemap_too_large"
    assert len(read_sitemap(xml.encode()).pages) == MAX_ENTRIES


@pytest.mark.parametrize(
    "piece", ["<a", "<!--", "<![CDATA[", "<loc>", "</url>", "<url><loc>x", "&", "<a b='", "&#", "<url "]
)
def test_no_text_takes_more_than_linear_time(piece: str) -> None:
    text = "<urlset><url>" + piece * (1_000_000 // len(piece))
    started = time.process_time()
    read_sitemap(text.encode())
    assert time.process_time() - started < 10  # a quadratic reader would take hours


TAGS = ["<urlset>", "<url>", "<loc>", "</loc>", "</url>", "<feed>", "<link href='"]
MARKS = ["<![CDATA[", "]]>", "<!--", "-->", "&amp;", "x"]


@given(
    st.binary(max_size=200)
    | st.lists(st.sampled_from(TAGS + MARKS)).map(lambda pieces: "".join(pieces).encode())
)
def test_no_body_is_too_broken_to_read(body: bytes) -> None:
    found = read_sitemap(body)
    assert found.reason in {"ok", "sitemap_malformed", "sitemap_too_large", "not_a_sitemap"}
    assert all(entry.url for entry in found.pages)


def test_what_changed_last_is_most_urgent() -> None:
    day = 86400.0
    now = 20_000 * day
    order = [
        Entry("", now + day), Entry("", now - day), Entry("", now - 30 * day), Entry("", None, 1.0),
        Entry("", None, 0.5), Entry("", None, 0.0), Entry("", now - 3000 * day),
    ]  # fmt: skip
    ranks = [urgency(entry, now) for entry in order]
    assert ranks == sorted(ranks)
    assert ranks[0] == 0
    assert urgency(Entry("", -1e12), now) == 999
