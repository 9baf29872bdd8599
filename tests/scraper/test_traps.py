import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper import traps
from scraper.traps import family, may_have_family, trap
from storage.address import parse

YEAR = 2026
VISIT = "8f3a5b0c9d1e2f30"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/", None),
        ("/a/b/c/d/e/f", None),
        ("/" + "/".join(f"s{n}" for n in range(20)), None),
        ("/" + "/".join(f"s{n}" for n in range(21)), "trap_segments"),
        ("/a/a", None),
        ("/a/a/a", "trap_repetition"),
        ("/a/a/a/", "trap_repetition"),
        ("/foo/bar/foo/bar/foo/bar", "trap_repetition"),
        ("/en/products/en/x", None),
        ("/map/1/1/1", None),
        ("/1/1/1/1/1", "trap_repetition"),
        ("/a//b//c//d", None),
        ("/2026/11/11/title", None),
        ("/2028/11/", None),
        ("/2029/11/", "trap_calendar"),
        ("/9999/12/31", "trap_calendar"),
        ("/10000/01/", "trap_calendar"),
        ("/1851/09/18/story.html", None),
        ("/0001/01/", "trap_calendar"),
        ("/calendar/2026/11", None),
        ("/calendar/2016-11", None),
        ("/calendar/2015/11", "trap_calendar"),
        ("/events/1999/01/01/", "trap_calendar"),
        ("/calendar/2031-01.html", "trap_calendar"),
        ("/plans/2050/targets", None),
        ("/products/8888/123456", None),
        ("/p/9999-blue-shoe", None),
        ("/list?page=9999", None),
        ("/item?id=20991231", None),
        ("/cal?date=2099-12-31", "trap_calendar"),
        ("/cal?date=20991231", "trap_calendar"),
        ("/cal?month=209912", "trap_calendar"),
        ("/cal?year=2099&month=3", "trap_calendar"),
        ("/cal?year=2026&month=3", None),
        ("/cal?start=2031-01-01", "trap_calendar"),
        ("/data?day=1969-07-20", None),
        ("/calendar?day=1969-07-20", "trap_calendar"),
        ("/map?x=2099&y=3000", None),
        ("/a?" + "&".join(f"a{n}=1" for n in range(20)), None),
        ("/a?" + "&".join(f"a{n}=1" for n in range(21)), "trap_arguments"),
        ("/login?next=%2Fa%3Fnext%3D%252Fb", None),
        ("/login?next=%2Fa%3Fnext%3D%252Fb%253Fnext%253D%25252Fc", "trap_nesting"),
        ("/post?replytocom=17", "trap_view"),
        ("/post?share=mastodon", "trap_view"),
        ("/p?add-to-cart=5", "trap_view"),
        ("/p?print=1", "trap_view"),
        ("/p?printable=yes", "trap_view"),
        ("/shop?print=monet", None),
    ],
)
def test_an_address_is_judged_by_itself(path: str, reason: str | None) -> None:
    assert trap(parse(path, "http://h.example/"), YEAR) == reason


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", None),
        ("/item?id=5", None),
        ("/list?page=5", None),
        ("/list?page=5&cat=3", None),
        ("/list?page=5&limit=10&offset=20", None),
        ("/list?cat=3&sort=price", "f h.example/list"),
        ("/list?sort=price&cat=9&page=2", "f h.example/list"),
        ("/list?color=a&size=b&brand=c", "F h.example/list"),
        ("/list?brand=c&size=d&price=1&page=9", "F h.example/list"),
        ("/calendar/2026/11", "c h.example/calendar"),
        ("/calendar/2025/3/04", "c h.example/calendar"),
        ("/events?date=2026-11-01", "c h.example/events"),
        ("/2026/11/story", None),
        (f"/v/{VISIT}/about", "t h.example/v/*/about"),
        (f"/{VISIT}/a/{VISIT}/b", "t h.example/*/a/*/b"),
        (f"/item/{VISIT}", None),
        (f"/item/{VISIT}/", None),
        ("/item/0b4f5a0e-1c2d-4e3f-8a9b-123456789abc/edit", "t h.example/item/*/edit"),
        ("/item/1234567890123456789/edit", None),
        ("/effaceable-abcdefabcdef/x/y/z", None),
    ],
)
def test_members_of_an_endless_set_have_one_name(path: str, name: str | None) -> None:
    assert family(parse(path, "http://h.example/")) == name


def test_the_order_of_arguments_makes_no_new_member() -> None:
    one, other = (parse(f"http://h.example/?{query}") for query in ("b=2&a=1", "a=1&b=2"))
    assert one.key == other.key
    assert family(one) == family(other)


@given(
    st.lists(st.sampled_from(["a", "b", "2026", "11", VISIT, "calendar", "?", "&", "=", "page=1", "date="]))
)
def test_every_family_has_a_limit(pieces: list[str]) -> None:
    address = parse("http://h.example/" + "/".join(pieces))
    name = family(address)
    assert name is None or traps.LIMITS[name[0]] > 0
    assert trap(address, YEAR) == trap(address, YEAR)


@pytest.mark.parametrize(
    "url",
    [
        "http://h.test/list?a=1&b=2",
        "http://h.test/list;a=1?b=2&c=3",
        "http://h.test/Kalender/2024/05",
        "http://h.test/%63alendar/2024/05",
        "http://h.test/events/2024-05",
        "http://h.test/s/0123456789abcdef/page",
        "http://h.test/u/01234567-89AB-cdef-0123-456789abcdef/page",
    ],
)
def test_the_quick_look_lets_no_member_of_a_family_pass_by(url: str) -> None:
    assert family(parse(url)) is not None
    assert may_have_family(url)


def test_the_quick_look_saves_ordinary_addresses_the_slow_one() -> None:
    assert not may_have_family("http://h.test/products/hiking/boots-12.html")
