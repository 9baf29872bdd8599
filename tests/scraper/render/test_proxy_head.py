from hypothesis import example, given
from hypothesis import strategies as st

from scraper.render.proxy_head import (
    Target,
    answer_body,
    answer_head,
    divided,
    place,
    request_body,
    request_head,
    written_answer,
    written_request,
)

WORDS = (
    *(b"GET ", b"http://", b"a.test", b"@", b":80", b" HTTP/1.1", b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t"),
    *(b"Host: x", b"Content-Length: 1", b"Transfer-Encoding: chunked", b"HTTP/1.1 200 OK", b"X:", b"\xff"),
)
pieces = st.lists(st.sampled_from(WORDS) | st.binary(max_size=6), max_size=14).map(b"".join)


@given(pieces)
@example(b"GET http://a.test/ HTTP/1.1\r\nX: a\r\n\r\n")
def test_whatever_a_client_says_a_server_gets_one_request_or_none(data: bytes) -> None:
    head = request_head(data)
    found = divided(head.target) if head else None
    if head is None or found is None or request_body(head) is None:
        return
    written = written_request(head, found[1], found[0].authority)
    assert written.count(b"\r\n\r\n") == 1
    assert written.endswith(b"\r\n\r\n")
    assert written.replace(b"\r\n", b"").find(b"\n") == -1
    assert b"\0" not in written.partition(b"\r\n")[2]
    again = request_head(written)
    assert again is not None
    assert again.value(b"host") == found[0].authority.encode()


@given(st.lists(pieces.filter(lambda line: b"\n" not in line), max_size=6))
@example([b"HTTP/1.1 200 OK", b"X-Tandem-Reason : egress"])
def test_whatever_a_server_says_a_browser_gets_one_head_that_is_not_the_proxys(lines: list[bytes]) -> None:
    head = answer_head(lines)
    if head is None:
        return
    written = written_answer(head, is_kept=True)
    assert written.count(b"\r\n\r\n") == 1
    assert b"\r" not in written.replace(b"\r\n", b"")
    assert not any(
        line.partition(b":")[0].strip().lower() == b"x-tandem-reason" for line in written.split(b"\r\n")
    )
    answer_body(b"GET", head)


def test_a_place_is_one_host_in_one_spelling() -> None:
    assert place(b"EXAMPLE.com:443", "https") == Target("example.com", 443, "example.com")
    assert place(b"example.com:8443", "https") == Target("example.com", 8443, "example.com:8443")
    assert place(b"[::1]:80", "http") == Target("::1", 80, "[::1]")
    assert place(b"0x7f.1:81", "http") == Target("127.0.0.1", 81, "127.0.0.1:81")
    for bad in (b"", b"a@b", b"a b", b"a/b", b"a\\b", b"a?b", b"a#b", b":80", b"a:99999", b"\xe4", b"x" * 64):
        assert place(bad, "http") is None, bad


def test_only_absolute_addresses_of_plain_http_are_divided() -> None:
    assert divided(b"http://a.test/x?y") == (Target("a.test", 80, "a.test"), b"/x?y")
    assert divided(b"HTTP://a.test?y#z") == (Target("a.test", 80, "a.test"), b"/?y")
    for bad in (b"/x", b"*", b"https://a.test/", b"http:/a.test/", b"ftp://a.test/", b"http://u:p@a.test/"):
        assert divided(bad) is None, bad
