import subprocess
import sys

import pytest

from storage.site import hostname, site


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("shop.example.com", "example.com"),
        ("example.com", "example.com"),
        ("a.b.example.co.uk:8080", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("com", "com"),
        ("me.github.io", "me.github.io"),
        ("x.me.github.io", "me.github.io"),
        ("www.city.kobe.jp", "city.kobe.jp"),
        ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
        ("shop.example.com.", "example.com"),
        ("localhost", "localhost"),
        ("localhost:8000", "localhost"),
        ("shop.localhost:8000", "shop.localhost"),
        ("127.0.0.1:8000", "127.0.0.1"),
        ("[::1]:8000", "[::1]"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("a..b", "a..b"),
    ],
)
def test_the_site_of_a_host_is_its_registrable_domain(host: str, expected: str) -> None:
    assert site(host) == expected


@pytest.mark.parametrize(
    ("host", "name"),
    [("a.b:80", "a.b"), ("a.b.", "a.b"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]"), (".", ".")],
)
def test_a_hostname_has_neither_port_nor_root_dot(host: str, name: str) -> None:
    assert hostname(host) == name


def test_the_list_of_suffixes_is_read_only_when_asked_for() -> None:
    code = "import sys, storage.address; sys.exit('publicsuffixlist' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
