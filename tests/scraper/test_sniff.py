"""What a body is, by its first bytes."""

import pytest

from scraper.sniff import PAGE_FAMILIES, Family, family_of, is_wanted, media_type_of

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
HTML = b"<!DOCTYPE html><html><head><title>x</title></head></html>"

CASES = [
    (HTML, "text/html; charset=utf-8", "text/html"),
    (HTML, "", "text/html"),
    (HTML, "application/octet-stream", "text/html"),
    (HTML, "image/png", "text/html"),
    (HTML, "text/plain", "text/plain"),
    (HTML, "application/xhtml+xml", "application/xhtml+xml"),
    (b"\n  <HTML lang=en>", "", "text/html"),
    (b"<!-- first --><p>", "", "text/html"),
    (b"<p>one</p>", "unknown/unknown", "text/html"),
    (b"<pre-word>one", "", "text/plain"),
    (b"\xef\xbb\xbf<html>", "", "text/html"),
    ("\ufeff<html>".encode("utf-16-le"), "", "text/html"),
    ("<html><p>é".encode("utf-16-be"), "", "text/html"),
    ("<html><p>é".encode("utf-16-le"), "text/html", "text/html"),
    ("\ufeff<html>".encode("utf-32-le"), "", "text/html"),
    ("\ufeff<html>".encode("utf-32-be"), "text/html", "text/html"),
    (b"<html>\x00<p>\x00stray", "", "text/html"),
    (b"words of a page without any tag", "text/html", "text/html"),
    (PNG, "text/html", "image/png"),
    (PNG, "", "image/png"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "text/html", "image/jpeg"),
    (b"GIF89a\x01\x00", "", "image/gif"),
    (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "", "image/webp"),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", "", "audio/wave"),
    (b"%PDF-1.7\n%\xe2\xe3", "text/html", "application/pdf"),
    (b"PK\x03\x04\x14\x00", "text/html", "application/zip"),
    (b"PK\x03\x04\x14\x00", "application/epub+zip", "application/epub+zip"),
    (b"\x1f\x8b\x08\x00\x00", "text/xml", "application/gzip"),
    (b"\x00\x00\x00\x20ftypisom\x00\x00", "text/html", "video/mp4"),
    (b"\x00\x00\x00\x20ftypavif\x00\x00", "", "image/avif"),
    (b"\x1a\x45\xdf\xa3\x01\x00", "", "video/webm"),
    (b"ID3\x03\x00\x00", "", "audio/mpeg"),
    (b"ID3 is what this text is about", "", "text/plain"),
    (b"\xff\xfb\x90\x00\x00", "", "audio/mpeg"),
    (b"wOF2\x00\x01", "", "font/woff2"),
    (b"MZ\x90\x00\x03", "application/octet-stream", "application/vnd.microsoft.portable-executable"),
    (b"MZ is the name of a magazine", "text/html", "text/html"),
    (b"\x7fELF\x02\x01", "", "application/x-elf"),
    (b"a" * 257 + b"ustar\x0000", "", "application/x-tar"),
    (b'<?xml version="1.0"?><rss version="2.0">', "", "application/rss+xml"),
    (b'<?xml version="1.0"?><rss version="2.0">', "text/html", "application/rss+xml"),
    (b'<?xml version="1.0"?><!-- x --><feed xmlns="x"><html>', "text/plain", "text/plain"),
    (b'<?xml version="1.0"?><feed xmlns="x">', "application/octet-stream", "application/atom+xml"),
    (b'<?xml version="1.0"?><urlset>', "", "text/xml"),
    (b'<?xml version="1.0"?><urlset>', "application/xml", "application/xml"),
    (b'<?xml version="1.0"?><html xmlns="x">', "text/html", "text/html"),
    (b"<svg xmlns='x'>", "image/svg+xml", "image/svg+xml"),
    (b'{"a": 1}', "", "application/json"),
    (b'[{"a": 1}]', "application/octet-stream", "application/json"),
    (b'{"a": 1}', "text/html", "text/html"),
    (b'{"a": 1}', "application/ld+json", "application/ld+json"),
    (b"plain words", "", "text/plain"),
    (b"plain words", "nonsense without a slash", "nonsense without a slash"),
    (b"body { color: red }", "text/css", "text/css"),
    (b"\x01\x02\x03\x04", "text/html", "application/octet-stream"),
    (b"\x01\x02\x03\x04", "text/plain", "application/octet-stream"),
    (b"\x01\x02\x03\x04", "", "application/octet-stream"),
    (b"\x01\x02\x03\x04", "video/mp4", "video/mp4"),
    (b"#EXTM3U", "application/vnd.apple.mpegurl", "application/vnd.apple.mpegurl"),
    (b"", "text/html", "text/html"),
    (b"", "", "text/plain"),
]


@pytest.mark.parametrize(("head", "declared", "expected"), CASES)
def test_the_bytes_decide_where_they_can_and_the_header_elsewhere(
    head: bytes, declared: str, expected: str
) -> None:
    assert media_type_of(head, declared) == expected


@pytest.mark.parametrize(
    ("media_type", "family"),
    [
        ("text/html", Family.HTML),
        ("application/xhtml+xml", Family.HTML),
        ("application/rss+xml", Family.XML),
        ("text/xml", Family.XML),
        ("application/ld+json", Family.JSON),
        ("text/markdown", Family.TEXT),
        ("text/css", Family.CODE),
        ("application/pdf", Family.PDF),
        ("image/svg+xml", Family.IMAGE),
        ("audio/mpeg", Family.AUDIO),
        ("video/mp4", Family.VIDEO),
        ("font/woff2", Family.FONT),
        ("application/gzip", Family.ARCHIVE),
        ("application/x-elf", Family.BINARY),
        ("nonsense", Family.BINARY),
    ],
)
def test_every_type_has_a_family(media_type: str, family: Family) -> None:
    assert family_of(media_type) is family
    assert is_wanted(media_type) is (family in PAGE_FAMILIES)


def test_a_reader_may_want_other_families() -> None:
    assert is_wanted("application/gzip", frozenset({Family.ARCHIVE}))
    assert not is_wanted("text/html", frozenset({Family.ARCHIVE}))


def test_only_the_first_bytes_are_looked_at() -> None:
    assert media_type_of(b"words " * 400 + b"\x00" * 100, "") == "text/plain"
