"""Which hosts an entry of a job means."""

import pytest

from scraper.host_pattern import BadHost, HostPattern


@pytest.mark.parametrize(
    ("entry", "host", "expected", "at_any_port"),
    [
        ("shop.example", "shop.example", True, True),
        ("Shop.Example", "shop.example", True, True),
        ("shop.example", "shop.example:8080", False, True),
        ("shop.example", "www.shop.example", False, False),
        ("shop.example", "evilshop.example", False, False),
        ("shop.example:8080", "shop.example:8080", True, True),
        ("shop.example:8080", "shop.example:80800", False, False),
        ("shop.example:8080", "shop.example", False, False),
        ("shop.example:443", "shop.example", True, True),
        ("*.shop.example", "www.shop.example", True, True),
        ("*.shop.example", "a.b.shop.example", True, True),
        ("*.shop.example", "shop.example", False, False),
        ("*.shop.example", "evilshop.example", False, False),
        ("*.shop.example:81", "www.shop.example:81", True, True),
        ("127.0.0.1:9", "127.0.0.1:9", True, True),
        ("127.0.0.1", "127.0.0.1:9", False, True),
        ("[::1]:9", "[::1]:9", True, True),
        ("[::1]", "[::1]", True, True),
        ("bücher.example", "xn--bcher-kva.example", True, True),
    ],
)
def test_an_entry_means_its_hosts_and_no_others(
    entry: str, host: str, expected: bool, at_any_port: bool
) -> None:
    pattern = HostPattern.of(entry)
    assert pattern.covers(host) is expected
    assert pattern.covers(host, any_port=True) is at_any_port


@pytest.mark.parametrize(
    "entry", ["", "*", "*.", "http://shop.example", "shop.example/a", "a@b", "a b", "*.*"]
)
def test_what_names_no_host_is_refused(entry: str) -> None:
    with pytest.raises(BadHost, match=r"is not a host"):
        HostPattern.of(entry)
