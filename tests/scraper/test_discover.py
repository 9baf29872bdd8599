from collections.abc import Iterator
from hashlib import blake2b

import pytest

from scraper.discover import Discovery, SeenLinks
from scraper.scope import Scope
from storage.address import DEFAULT_RULES, parse
from storage.words import Kind, Link

SEED = parse("http://shop.test/")
NOW = 1_790_000_000.0


@pytest.fixture
def discovery() -> Discovery:
    return Discovery(Scope.around([SEED], max_depth=3), DEFAULT_RULES, clock=lambda: NOW)


@pytest.fixture
def home(discovery: Discovery) -> Link:
    (link,) = discovery.seeds([(SEED, 3)])
    return link


def found(*urls: str) -> Iterator[tuple[bytes, str]]:
    for url in urls:
        yield parse(url).digest, url


def test_links_of_a_page_are_one_deeper_and_reach_one_less(discovery: Discovery, home: Link) -> None:
    (link,) = discovery.below(home, found("http://shop.test/a")).links
    assert (link.url, link.depth, link.left, link.host) == ("http://shop.test/a", 1, 2, "shop.test")


def test_links_that_are_no_part_of_the_job_are_neither_followed_nor_refused(
    discovery: Discovery, home: Link
) -> None:
    assert discovery.below(home, found("http://elsewhere.test/")) == discovery.below(home, ())


def test_links_beyond_the_depth_are_left_out(discovery: Discovery) -> None:
    deepest = Link("http://shop.test/deep", b"k" * 16, "shop.test", depth=3, left=0)
    assert discovery.below(deepest, found("http://shop.test/deeper")).links == ()


def test_a_trap_is_refused_by_name_and_dated(discovery: Discovery, home: Link) -> None:
    (refusal,) = discovery.below(home, found("http://shop.test/a/a/a/a")).refusals
    assert (refusal.reason, refusal.at) == ("trap_repetition", NOW)


def test_a_link_met_again_is_news_only_when_it_reaches_further(discovery: Discovery, home: Link) -> None:
    near = Link("http://shop.test/x", b"x" * 16, "shop.test", depth=1, left=2)
    assert len(discovery.below(near, found("http://shop.test/a")).links) == 1
    assert len(discovery.below(near, found("http://shop.test/a")).links) == 0
    assert [link.left for link in discovery.below(home, found("http://shop.test/a")).links] == [2]


def test_combined_filters_carry_a_budget_and_pages_of_them_a_group(discovery: Discovery, home: Link) -> None:
    url = "http://shop.test/list?colour=red&size=4&sort=price"
    (link,) = discovery.below(home, found(url)).links
    (budget,) = link.budgets
    assert (budget.reason, budget.barren_reason) == ("trap_family", "trap_barren")
    assert discovery.group_of(link) == budget.name
    assert discovery.group_of(home) == b""


def test_a_host_may_have_a_budget() -> None:
    discovery = Discovery(Scope.around([SEED]), DEFAULT_RULES, pages_per_host=7)
    (home,) = discovery.seeds([(SEED, 9)])
    (link,) = discovery.below(home, found("http://shop.test/a")).links
    assert [(budget.limit, budget.reason) for budget in link.budgets] == [(7, "host_budget")]


def test_a_redirect_leads_as_deep_as_what_was_redirected(discovery: Discovery) -> None:
    parent = Link("http://shop.test/old", b"o" * 16, "shop.test", priority=5, depth=2, left=1)
    followed = discovery.redirected(parent, parse("http://shop.test/new"), (b"o" * 16,))
    assert isinstance(followed, Link)
    assert (followed.depth, followed.left, followed.priority, followed.via) == (2, 1, 5, (b"o" * 16,))
    assert discovery.redirected(parent, parse("http://elsewhere.test/"), ()) == "out_of_scope"


def test_a_sitemap_may_move_anywhere_and_is_never_mistaken_for_a_page(discovery: Discovery) -> None:
    parent = Link("http://shop.test/map.xml", b"m" * 16, "shop.test", kind=Kind.SITEMAP)
    address = parse("http://cdn.test/map.xml")
    followed = discovery.redirected(parent, address, ())
    assert isinstance(followed, Link)
    assert followed.key != address.digest


def test_urgent_entries_of_a_sitemap_go_first(discovery: Discovery) -> None:
    new, old = (
        discovery.listed(f"/{name}", "http://shop.test/map.xml", 2, urgency)
        for name, urgency in (("new", 0), ("old", 900))
    )
    assert isinstance(new, Link)
    assert isinstance(old, Link)
    assert new.priority < old.priority


def test_the_memory_of_seen_links_is_bounded_and_keeps_the_recent_ones() -> None:
    seen = SeenLinks(size=100)
    keys = [blake2b(bytes([n]), digest_size=16).digest() for n in range(200)]
    assert all(seen.is_news(key, 1) for key in keys)
    assert seen.is_news(keys[0], 1)
    assert not seen.is_news(keys[-1], 1)
    seen.forget()
    assert seen.is_news(keys[-1], 1)
