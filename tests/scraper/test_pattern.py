import time

import pytest

from scraper.pattern import BadPattern, Pattern
from storage.address import parse


@pytest.mark.parametrize(
    ("pattern", "url", "matches"),
    [
        ("/catalogue/*", "http://h.example/catalogue/x/y.html", True),
        ("/catalogue/*", "http://h.example/catalogue/", True),
        ("/catalogue/*", "http://h.example/catalogue", False),
        ("/catalogue/*", "http://h.example/Catalogue/x", False),
        ("/catalogue/*", "http://h.example/old/catalogue/x", False),
        ("/a", "http://h.example/a", True),
        ("/a", "http://h.example/ab", False),
        ("/a", "http://h.example/a?x=1", True),
        ("/a?x=1", "http://h.example/a?x=1", True),
        ("/a?x=1", "http://h.example/a", False),
        ("/a?x=1", "http://h.example/aXx=1", False),
        ("/list?page=*", "http://h.example/list?page=3", True),
        ("*", "http://h.example/", True),
        ("*.pdf", "http://h.example/a.pdf", True),
        ("*.pdf", "http://h.example/a.pdf?download", True),
        ("*.pdf", "http://h.example/a.pdf.html", False),
        ("*print=1*", "http://h.example/a?x=2&print=1", True),
        ("*/a/*/b", "http://h.example/a/x/b", True),
        ("*/a/*/b", "http://h.example/a/b", False),
        ("/ab*ba", "http://h.example/aba", False),
        ("/ab*ba", "http://h.example/abba", True),
        ("/**/x", "http://h.example/a/b/x", True),
        ("http://h.example/*", "http://h.example/a", True),
        ("http://h.example/*", "https://h.example/a", False),
        ("HTTP://H.example/A*", "http://h.example/A1", True),
        ("https://*.example/x", "https://shop.example/x", True),
        ("h.example/*", "https://h.example/a", True),
        ("H.example:8080/*", "http://h.example:8080/a", True),
        ("h.example/*", "http://other.example/h.example/a", False),
        ("/café/*", "http://h.example/caf%C3%A9/menu", True),
        ("/a b", "http://h.example/a b", True),
        ("/a.c", "http://h.example/abc", False),
        ("/[ab]", "http://h.example/a", False),
    ],
)
def test_a_pattern_covers_whole_paths_or_urls(pattern: str, url: str, matches: bool) -> None:
    assert Pattern.of(pattern).matches(parse(url)) is matches


@pytest.mark.parametrize("text", ["", "  ", "re:^/a", "regex:x", "^/a$"])
def test_what_cannot_be_meant_as_a_pattern_is_said_at_once(text: str) -> None:
    with pytest.raises(BadPattern):
        Pattern.of(text)


def test_no_pattern_takes_exponential_time() -> None:
    pattern = Pattern.of("/" + "*a" * 200 + "*b")
    address = parse("http://h.example/" + "a" * 2000)
    started = time.process_time()
    assert not pattern.matches(address)
    assert time.process_time() - started < 1  # a backtracking matcher would not end
