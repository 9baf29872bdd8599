import pytest

from scraper.links import MEMO_SIZE, Links, Resolver, collect
from storage.address import DEFAULT_RULES, parse

PAGE = "http://shop.test/books/list.html?page=2"


def urls(links: Links) -> list[str]:
    return [url for _, url in links.follow]


def collected(*anchors: tuple[str, str, str], longest: int = 1000) -> Links:
    return collect(anchors, Resolver(DEFAULT_RULES).on(PAGE), longest)


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/a", "http://shop.test/a"),
        ("a.html", "http://shop.test/books/a.html"),
        ("./a", "http://shop.test/books/a"),
        ("../a", "http://shop.test/a"),
        ("?page=3", "http://shop.test/books/list.html?page=3"),
        ("//cdn.test/a", "http://cdn.test/a"),
        ("https://other.test/a#part", "https://other.test/a"),
        ("\\a", "http://shop.test/a"),
        ("http:a", "http://shop.test/books/a"),
        ("a\tb", "http://shop.test/books/ab"),
    ],
)
def test_references_are_resolved_as_browsers_do(href: str, url: str) -> None:
    resolver = Resolver(DEFAULT_RULES)
    target = (parse(url).digest, url)
    assert resolver.resolve(href, PAGE) == target
    assert resolver.resolve(href, PAGE) == target  # from memory


@pytest.mark.parametrize(
    "href",
    [
        "javascript:void(0)",
        "JavaScript:x",
        "mailto:a@b.test",
        "tel:+1",
        "data:text/html,x",
        "ftp://h/x",
        "http://",
    ],
)
def test_what_no_crawl_can_request_is_dropped(href: str) -> None:
    links = collected((href, "text", ""))
    assert links == Links((), ())


def test_what_is_remembered_for_one_page_does_not_leak_to_another() -> None:
    resolver = Resolver(DEFAULT_RULES)
    pages = ("http://shop.test/a/1", "http://shop.test/b/1", "http://other.test/a/1", "https://shop.test/a/1")
    found = [resolver.resolve(href, page) for page in pages for href in ("x", "/x", "?x", "../x", "//h/x")]
    fresh = [
        Resolver(DEFAULT_RULES).resolve(href, page)
        for page in pages
        for href in ("x", "/x", "?x", "../x", "//h/x")
    ]
    assert found == fresh


def test_memory_of_references_is_bounded() -> None:
    resolver = Resolver(DEFAULT_RULES)
    for page in range(5):
        place = resolver.on(PAGE)
        for number in range(MEMO_SIZE // 2):
            assert place[f"/{page}/{number}"]
    assert len(resolver.remembered("http://shop.test")) <= MEMO_SIZE


def test_nofollow_is_kept_but_not_followed() -> None:
    links = collected(("/a", "A", "nofollow"), ("/b", "B", "ugc nofollow"), ("/c", "C", "noopener"))
    assert [url for url, _, _ in links.kept] == [f"http://shop.test/{path}" for path in "abc"]
    assert urls(links) == ["http://shop.test/c"]


def test_a_page_linked_with_and_without_nofollow_may_be_followed() -> None:
    assert urls(collected(("/a", "", "nofollow"), ("/a", "", ""))) == ["http://shop.test/a"]


def test_each_key_is_followed_once_in_order_of_appearance() -> None:
    links = collected(
        ("/b", "first", ""), ("/a", "", ""), ("/b?utm_source=x", "again", ""), ("/b#c", "first", "")
    )
    assert urls(links) == ["http://shop.test/b", "http://shop.test/a"]
    assert links.kept == (
        ("http://shop.test/b", "first", ""),
        ("http://shop.test/a", "", ""),
        ("http://shop.test/b?utm_source=x", "again", ""),
    )


def test_an_endless_list_of_links_is_cut() -> None:
    links = collected(*((f"/{number}", "", "") for number in range(5000)), longest=100)
    assert len(links.kept) == len(links.follow) == 100
