import pytest

from scraper.render.navigation import refusal


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "https://shop.example:8443/a?b=c#d",
        "HTTPS://SHOP.EXAMPLE/",
        "https://shop.example/users/@me",
        "https://shop.example/?next=file:///etc/passwd",
        "http://[2001:db8::1]/",
        "http://bücher.example/",
        # a browser reads these as the hosts etc and shop.example, and so do we
        "http:///etc/passwd",
        "http://shop.example\\@127.0.0.1/",
    ],
)
def test_web_addresses_may_be_gone_to(url: str) -> None:
    assert refusal(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "fi\tle:///etc/passwd",
        " file:///etc/passwd",
        "\x01file:///etc/passwd",
        "view-source:http://shop.example/",
        "view-source:file:///etc/passwd",
        "chrome://version",
        "chrome-error://chromewebdata/",
        "devtools://devtools/bundled/inspector.html",
        "about:blank",
        "data:text/html,<h1>hi</h1>",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "blob:http://shop.example/1",
        "filesystem:http://shop.example/temporary/a",
        "ftp://shop.example/",
        "ws://shop.example/",
        "http:shop.example",
        "//shop.example/",
        "shop.example",
        "http://",
        "http://user:pass@shop.example/",
        "http://shop.example@127.0.0.1/",
        "http:\\\\shop.example\\@127.0.0.1/",
        " http://shop.example/",
        "ht\ntp://shop.example/",
    ],
)
def test_everything_else_may_not(url: str) -> None:
    assert refusal(url) == "bad_url"
