import string

import pytest
from ada_url import URL
from hypothesis import assume, example, given
from hypothesis import strategies as st

from storage.address import MAX_LENGTH, NotAnAddress, parse

PAGE = "http://shop.example/a/b/page.html?x=1"

READ = [  # text, what is requested
    ("http://shop.example", "http://shop.example/"),
    ("HTTP://SHOP.example:80/Path", "http://shop.example/Path"),
    ("https://shop.example:443/", "https://shop.example/"),
    ("https://shop.example:80/", "https://shop.example:80/"),
    ("/x", "http://shop.example/x"),
    ("/x/", "http://shop.example/x/"),
    ("/", "http://shop.example/"),
    ("x", "http://shop.example/a/b/x"),
    ("x.html", "http://shop.example/a/b/x.html"),
    ("./x", "http://shop.example/a/b/x"),
    ("../x", "http://shop.example/a/x"),
    ("../../../../x", "http://shop.example/x"),
    ("/./a/%2e%2E/b", "http://shop.example/b"),
    ("", "http://shop.example/a/b/page.html?x=1"),
    ("#top", "http://shop.example/a/b/page.html?x=1"),
    ("?y=2", "http://shop.example/a/b/page.html?y=2"),
    ("//other.example/z", "http://other.example/z"),
    ("/\t/other.example/z", "http://other.example/z"),
    ("\\\\other.example\\z", "http://other.example/z"),
    ("http://shop.example//two", "http://shop.example//two"),
    ("http://shop.example/\\two", "http://shop.example//two"),
    ("http:relative", "http://shop.example/a/b/relative"),
    ("http:", "http://shop.example/a/b/page.html?x=1"),
    ("http:?y", "http://shop.example/a/b/page.html?y"),
    ("https:relative", "https://relative/"),
    ("  /x \n", "http://shop.example/x"),
    ("/a\nb", "http://shop.example/ab"),
    ("/q?b=2&a=1", "http://shop.example/q?b=2&a=1"),
    ("/q?utm_source=x", "http://shop.example/q?utm_source=x"),
    ("/%7Euser/%e4", "http://shop.example/%7Euser/%e4"),
    ("/ä ö", "http://shop.example/%C3%A4%20%C3%B6"),
    ("/q?", "http://shop.example/q?"),
    ("http://user:secret@shop.example/x", "http://shop.example/x"),
    ("http://user@shop.example:8080/@x", "http://shop.example:8080/@x"),
    ("http://bücher.example/", "http://xn--bcher-kva.example/"),
    ("http://shop.example./x", "http://shop.example./x"),
    ("http://[::FFFF]:80/", "http://[::ffff]/"),
    ("http://0x7f.1/", "http://127.0.0.1/"),
    ("/half\ud800", "http://shop.example/half%EF%BF%BD"),
]


@pytest.mark.parametrize(("text", "fetch"), READ)
def test_the_requested_url_is_what_a_browser_would_request(text: str, fetch: str) -> None:
    assert parse(text, PAGE).fetch == fetch


SAME_PAGE = [  # text, key
    ("http://h.example/Path?Q=A", "http://h.example/Path?Q=A"),
    ("http://h.example/#x", "http://h.example/"),
    ("http://h.example/a?", "http://h.example/a"),
    ("http://h.example/a?b=2&a=1", "http://h.example/a?a=1&b=2"),
    ("http://h.example/a?a=2&b&a=1", "http://h.example/a?a=2&a=1&b"),
    ("http://h.example/a?b=&a", "http://h.example/a?a&b="),
    ("http://h.example/a?&&a=1&", "http://h.example/a?a=1"),
    ("http://h.example/%7euser/%c3%a4", "http://h.example/~user/%C3%A4"),
    ("http://h.example/%41%2f%3f", "http://h.example/A%2F%3F"),
    ("http://h.example/%252e", "http://h.example/%252e"),
    ("http://h.example/100%", "http://h.example/100%"),
    ("http://h.example/a?q=%61%26b", "http://h.example/a?q=a%26b"),
    ("http://h.example/a?q=a+b", "http://h.example/a?q=a+b"),
    ("http://h.example/a?utm_source=x&UTM_Medium=y&id=3", "http://h.example/a?id=3"),
    ("http://h.example/a?utm%5Fsource=x", "http://h.example/a"),
    ("http://h.example/a?gclid=1&fbclid=2&msclkid=3", "http://h.example/a"),
    ("http://h.example/a?ref=home&page=2", "http://h.example/a?page=2&ref=home"),
    ("http://h.example/a?PHPSESSID=12&x=1", "http://h.example/a?x=1"),
    ("http://h.example/a?ASPSESSIONIDQQ=12", "http://h.example/a"),
    ("http://h.example/a;jsessionid=A1?x=1", "http://h.example/a?x=1"),
    ("http://h.example/a;JSESSIONID=A1/b;v=1", "http://h.example/a/b;v=1"),
    ("http://h.example/..;jsessionid=1/b", "http://h.example/..;jsessionid=1/b"),
    ("http://h.example/(S(lit3py55t21z5v55vlm25s55))/p.aspx", "http://h.example/p.aspx"),
    ("http://h.example/(S(lit3py55t21z5v55vlm25s55))", "http://h.example/"),
    ("http://h.example/(draft)/p", "http://h.example/(draft)/p"),
    ("http://h.example/a?sid=0123456789abcdef0123456789abcdef", "http://h.example/a"),
    ("http://h.example/a?session=0b4f5a0e-1c2d-4e3f-8a9b-123456789abc", "http://h.example/a"),
    ("http://h.example/a?sid=17", "http://h.example/a?sid=17"),
    ("http://h.example/a?sid=2024111200000017", "http://h.example/a?sid=2024111200000017"),
    ("http://h.example/a?session=opening-keynote", "http://h.example/a?session=opening-keynote"),
    ("http://h.example./a", "http://h.example/a"),
    ("http://h.example.:8080/a", "http://h.example:8080/a"),
    ("http://./a", "http://./a"),
    ("http://..:81/a", "http://..:81/a"),
    ("http://h.example../a", "http://h.example../a"),
    ("http://user:pw@h.example/a", "http://h.example/a"),
]


@pytest.mark.parametrize(("text", "key"), SAME_PAGE)
def test_the_key_is_the_same_for_all_spellings_of_one_page(text: str, key: str) -> None:
    assert parse(text).key == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://h.example/a", "http://h.example/A"),
        ("http://h.example/a", "http://h.example/a/"),
        ("http://h.example/a", "https://h.example/a"),
        ("http://h.example/a", "http://h.example:8080/a"),
        ("http://h.example/a?x=1", "http://h.example/a?X=1"),
        ("http://h.example/a?x=1&x=2", "http://h.example/a?x=2&x=1"),
        ("http://h.example/a?x", "http://h.example/a"),
        ("http://h.example/a%2Fb", "http://h.example/a/b"),
        ("http://h.example//a", "http://h.example/a"),
        ("http://h.example/a?q=a%2Bb", "http://h.example/a?q=a+b"),
    ],
)
def test_different_pages_keep_different_keys(one: str, other: str) -> None:
    assert parse(one).key != parse(other).key
    assert parse(one).digest != parse(other).digest


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("javascript:alert(1)", "not_http"),
        ("mailto:a@b.example", "not_http"),
        ("tel:+123", "not_http"),
        ("data:text/html,x", "not_http"),
        ("file:///etc/passwd", "not_http"),
        ("ftp://h.example/", "not_http"),
        ("ws://h.example/", "not_http"),
        ("http://", "not_a_url"),
        ("http://exa mple/", "not_a_url"),
        ("http://h.example:99999/", "not_a_url"),
        ("http://1.2.3.4.5/", "not_a_url"),
        ("http://[::1", "not_a_url"),
        ("/" + "x" * MAX_LENGTH, "too_long"),
        ("/" + "ä" * 400, "too_long"),
        ("x" * 1_000_000, "too_long"),
    ],
)
def test_what_cannot_be_requested_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(NotAnAddress) as caught:
        parse(text, PAGE)
    assert caught.value.reason == reason


def test_a_relative_link_without_a_usable_base_is_no_address() -> None:
    for base in (None, "", "not a url", "mailto:x@y.example"):
        with pytest.raises(NotAnAddress):
            parse("/x", base)
        assert parse("http://h.example/x", base).fetch == "http://h.example/x"


def test_the_longest_url_is_still_an_address() -> None:
    origin = "http://h.example"
    text = "/" + "x" * (MAX_LENGTH - len(origin) - 1)
    assert len(parse(text, origin).fetch) == MAX_LENGTH
    with pytest.raises(NotAnAddress, match="too_long"):
        parse(text + "x", origin)


@pytest.mark.parametrize(
    ("text", "host", "scheme", "port"),
    [
        ("http://Shop.Example/", "shop.example", "http", 80),
        ("https://shop.example:443/", "shop.example", "https", 443),
        ("https://shop.example:8443/", "shop.example:8443", "https", 8443),
        ("http://[::1]:8080/", "[::1]:8080", "http", 8080),
        ("http://[::1]/", "[::1]", "http", 80),
        ("http://shop.example.:81/", "shop.example:81", "http", 81),
        ("http://shop.example..:81/", "shop.example..:81", "http", 81),
        ("http://10.0.0.1/", "10.0.0.1", "http", 80),
    ],
)
def test_the_host_is_the_authority_that_is_talked_to(text: str, host: str, scheme: str, port: int) -> None:
    address = parse(text)
    assert (address.host, address.scheme, address.port) == (host, scheme, port)


def test_what_is_remembered_of_one_page_is_right_on_another() -> None:
    assert parse("/x", "http://one.example/").fetch == "http://one.example/x"
    assert parse("/x", "http://two.example/").fetch == "http://two.example/x"
    assert parse("x", "http://one.example/a/").fetch == "http://one.example/a/x"
    assert parse("x", "http://one.example/b/").fetch == "http://one.example/b/x"
    assert parse("?x", "http://one.example/b/1").fetch == "http://one.example/b/1?x"
    assert parse("?x", "http://one.example/b/2").fetch == "http://one.example/b/2?x"
    assert parse("?sid=1", "http://one.example/", parse.__defaults__[1].extended(["sid"])).key.endswith("/")
    assert parse("?sid=1", "http://one.example/").key.endswith("sid=1")


MARKS = [*"/\\.%?&=#;:@aB9-_~+äß| \t\n\ud800", "//", "..", "%2e", "%2E", "%41", "%e4", "%2f"]
WORDS = ["http:", "https://", "h.example", "[::1]", "127.1", "utm_source", "sid", "0123456789abcdef01"]
SESSIONS = [";jsessionid=", "(S(", "lit3py55t21z5v55vlm25s55", "))"]
PIECES = st.sampled_from([*MARKS, *WORDS, *SESSIONS])
TEXTS = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=40)
BASES = st.sampled_from(
    [
        "http://h.example",
        PAGE,
        "https://h.example:8443/a/b/",
        "http://u:p@h.example./x;y=%7e/(z)?q#f",
        "http://[::1]/",
        "http://h.example//x/",
        "http://h.example/%2e%41/x",
    ]
)


@given(TEXTS, BASES)
@example("/..;jsessionid=1/x", PAGE)
@example("//..", PAGE)
@example("/(S(lit3py55t21z5v55vlm25s55))", PAGE)
def test_keys_are_stable_however_often_they_are_read(text: str, base: str) -> None:
    try:
        address = parse(text, base)
    except NotAnAddress:
        assume(False)
    assert parse(address.fetch) == address
    assert parse(address.key).key == address.key


@given(TEXTS, BASES)
@example("/a/.b", PAGE)
@example("http:", PAGE)
@example("a//b.c.d/", PAGE)
@example("http://h.example/\t/x", "http://h.example")
def test_every_short_cut_leads_where_the_standard_leads(text: str, base: str) -> None:
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    try:
        expected = URL(whole, base)
    except ValueError:
        with pytest.raises(NotAnAddress):
            parse(text, base)
        return
    if expected.protocol not in {"http:", "https:"}:
        with pytest.raises(NotAnAddress, match="not_http"):
            parse(text, base)
        return
    expected.username = expected.password = ""
    expected.hash = ""
    assert parse(text, base).fetch == expected.href


@given(st.text(alphabet=string.printable, max_size=60))
def test_any_text_is_an_address_or_refused_by_name(text: str) -> None:
    assert _reason(text) in {"ok", "not_a_url", "not_http", "too_long"}


def _reason(text: str) -> str:
    try:
        parse(text, PAGE)
    except NotAnAddress as refused:
        return refused.reason
    return "ok"
