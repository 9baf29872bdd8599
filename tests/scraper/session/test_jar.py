"""The cookies of one login."""

import pytest

from scraper.session.jar import Jar

URL = "https://www.shop.example/a/b"


async def test_servers_win_over_what_the_job_declares() -> None:
    jar = Jar((("sid", "declared"), ("lang", "de")))
    assert jar.header(URL) == "sid=declared; lang=de"
    jar.learn(URL, ["sid=set; Path=/; HttpOnly"])
    assert jar.header(URL) == "sid=set; lang=de"


async def test_values_go_back_as_they_came() -> None:
    jar = Jar()
    jar.learn(URL, ["t=YWJj/+==; Path=/", 'j={"a":1,"b":2}; Path=/'])
    assert jar.pairs(URL) == (("t", "YWJj/+=="), ("j", '{"a":1,"b":2}'))


@pytest.mark.parametrize(
    ("cookie", "url", "expected"),
    [
        ("a=1; Path=/", "https://www.shop.example/", "a=1"),
        ("a=1; Path=/", "https://shop.example/", ""),
        ("a=1; Path=/; Domain=shop.example", "https://shop.example/", "a=1"),
        ("a=1; Path=/; Domain=shop.example", "https://evil-shop.example/", ""),
        ("a=1; Path=/; Domain=other.example", "https://other.example/", ""),
        ("a=1; Path=/; Domain=example", "https://other.example/", ""),
        ("a=1; Path=/; Secure", "http://www.shop.example/", ""),
        ("a=1; Path=/in", "https://www.shop.example/out", ""),
        ("a=1; Path=/; Max-Age=0", "https://www.shop.example/", ""),
    ],
)
async def test_cookies_go_where_their_server_says(cookie: str, url: str, expected: str) -> None:
    jar = Jar()
    jar.learn(URL, [cookie])
    assert jar.header(url) == expected
