import pytest

from scraper.target import divided


@pytest.mark.parametrize(
    ("url", "origin", "target"),
    [
        ("http://h/", "http://h", "/"),
        ("https://shop.example:8443/a/b.html?x=1&y=2", "https://shop.example:8443", "/a/b.html?x=1&y=2"),
        ("http://h/a%20b?q=%C3%A4", "http://h", "/a%20b?q=%C3%A4"),
        ("http://h/a//b/../c", "http://h", "/a//b/../c"),
        ("http://h", "http://h", "/"),
        ("http://h?x=1", "http://h", "/?x=1"),
        ("http://h/a?", "http://h", "/a"),
        ("http://h/a#part", "http://h", "/a"),
        ("http://h/a?x=1#part", "http://h", "/a?x=1"),
        ("http://[::1]:8080/a", "http://[::1]:8080", "/a"),
        ("http://user:word@h/a", "http://user:word@h", "/a"),
        ("HTTP://H/A", "http://H", "/A"),
        ("http://h/ü", "http://h", "/ü"),
        ("ftp://h/a", "ftp://h", "/a"),
    ],
)
def test_a_url_is_an_origin_and_what_is_asked_for_there(url: str, origin: str, target: str) -> None:
    assert divided(url) == (origin, target)


def test_the_short_way_and_the_long_one_lead_to_the_same() -> None:
    for character in map(chr, range(0x21, 0x7F)):
        for url in (f"http://h/a{character}b", f"http://h/a?b{character}c"):
            # A fragment takes the long way, and is no part of the target.
            assert divided(url) == divided(f"{url}#"), url


def test_what_has_no_origin_is_refused() -> None:
    with pytest.raises(ValueError, match="IPv6"):
        divided("http://[::1/a")
