import pytest

from scraper.render.answer_rule import AddressRule, derived, is_of

SHOP = "https://shop.test"
API = "https://api.shop.test"


def rule(*pairs: tuple[str, str]) -> AddressRule | None:
    (page, answer), (other_page, other_answer) = pairs
    return derived(f"{SHOP}{page}", f"{API}{answer}", f"{SHOP}{other_page}", f"{API}{other_answer}")


@pytest.mark.parametrize(
    ("one", "other", "page", "answer"),
    [
        (("/item/1", "/v1/items/1"), ("/item/27", "/v1/items/27"), "/item/3", "/v1/items/3"),
        (("/p/lamp-17", "/i/17.json"), ("/p/red-2-chair-18", "/i/18.json"), "/p/vase-9", "/i/9.json"),
        (("/17-lamp", "/by/lamp"), ("/18-chair", "/by/chair"), "/19-old-vase", "/by/old-vase"),
        (("/lamp.html", "/x?slug=lamp&v=2"), ("/vase.html", "/x?slug=vase&v=2"), "/a.html", "/x?slug=a&v=2"),
        (("/see?id=4", "/see/4"), ("/see?id=5", "/see/5"), "/see?id=a/b", "/see/a%2Fb"),
        (("/see?id=4&n=1", "/l?n=1&of=4"), ("/see?id=5&n=2", "/l?n=2&of=5"), "/see?id=6&n=9", "/l?n=9&of=6"),
        (("/a/1/b/2", "/n/a1/2"), ("/a/3/b/4", "/n/a3/4"), "/a/5/b/6", "/n/a5/6"),
        (("/caf%C3%A9", "/w/caf%C3%A9"), ("/th%C3%A9", "/w/th%C3%A9"), "/bl%C3%A9", "/w/bl%C3%A9"),
    ],
)  # fmt: skip
def test_the_address_of_a_further_answer_follows_from_its_page(
    one: tuple[str, str], other: tuple[str, str], page: str, answer: str
) -> None:
    found = rule(one, other)
    assert found is not None
    assert found.fill(f"{SHOP}{page}") == f"{API}{answer}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("/item/1", "/api/menu"), ("/item/2", "/api/menu")),  # the same for both
        (("/item/1", "/api/77"), ("/item/2", "/api/93")),  # of no part of the page's address
        (("/item/1", "/api/1"), ("/item/2", "/api/2/more")),
        (("/item/1", "/api/1?key=abc"), ("/item/2", "/api/2?key=xyz")),
        (("/item/1", "/api/1?a=1"), ("/item/2", "/api/2?b=2")),
        (("/item/1", "/api/1"), ("/item/2/x", "/api/2")),  # pages of two shapes
    ],
)
def test_addresses_that_do_not_follow_give_no_rule(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert rule(one, other) is None


def test_answers_of_two_hosts_give_no_rule() -> None:
    pages = f"{SHOP}/item/1", f"{SHOP}/item/2"
    assert derived(pages[0], f"{API}/1", pages[1], "https://other.test/2") is None


def test_what_did_not_differ_may_not_differ_on_a_further_page() -> None:
    found = rule(("/c12/item/5", "/c12/5"), ("/c12/item/6", "/c12/6"))
    assert found is not None
    assert found.fill(f"{SHOP}/c12/item/7") == f"{API}/c12/7"
    assert found.fill(f"{SHOP}/c13/item/7") == ""
    assert found.fill(f"{SHOP}/c12/item/7?lang=de") == ""
    assert found.fill(f"{SHOP}/c12/item") == ""


@pytest.mark.parametrize("page", ["/see?id=", "/see?id=..", "/see?id=%2E%2E", "/see?id=."])
def test_no_page_leads_to_another_folder(page: str) -> None:
    found = rule(("/see?id=4", "/see/4"), ("/see?id=5", "/see/5"))
    assert found is not None
    assert found.fill(f"{SHOP}{page}") == ""
    assert found.fill(f"{SHOP}/see?id=..%2F..%2Fadmin%3Fa").startswith(f"{API}/see/..%2F..%2Fadmin%3F")


def test_what_is_no_address_is_none() -> None:
    for url in ("", "http://[", "data:text/html,1", f"{SHOP}/" + "a/" * 60, f"{SHOP}/{'9' * 3000}"):
        assert derived(f"{SHOP}/1", url, f"{SHOP}/2", f"{API}/2") is None
        assert not is_of(f"{SHOP}/1", url)
        found = rule(("/1", "/1"), ("/2", "/2"))
        assert found is not None
        assert found.fill(url) == ""


def test_an_answer_of_a_page_has_a_part_of_its_address() -> None:
    assert is_of(f"{SHOP}/lamp-17.html", f"{API}/goods?id=17")
    assert not is_of(f"{SHOP}/lamp-17.html", f"{API}/menu")
