"""The frontier of a best-first crawl is a frontier like any other, and gives the best first."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from storage.frontier import HEAD_ROWS
from storage.ledger import Ledger
from storage.ranked_frontier import RankedFrontier
from storage.ranked_rows import relevances
from storage.runs import start_run
from storage.words import Lease, Link, Page
from tests.storage.frontier_conformance import FrontierConformance, Ticker, ended, link


@pytest.fixture
def clock() -> Ticker:
    return Ticker()


@pytest.fixture
async def frontier(ledger: Ledger, clock: Ticker) -> AsyncIterator[RankedFrontier]:
    run = await ledger.write(lambda c: start_run(c, "job", "{}", "rules"))
    frontier = RankedFrontier(ledger, run.run, clock=clock)
    await frontier.open()
    yield frontier
    await frontier.close()


class TestRankedFrontier(FrontierConformance):
    """All that is asked of a frontier is asked of this one."""


async def test_links_of_a_slot_wait_where_its_offset_puts_them(frontier: RankedFrontier) -> None:
    await frontier.reorder({7: 100})
    await frontier.add([link("/behind", priority=1, slot=7), link("/before", priority=50)])
    assert await _order(frontier) == ["/before", "/behind"]


async def test_a_slot_moves_with_all_that_waits_in_it(frontier: RankedFrontier) -> None:
    await frontier.add([link(f"/a{n}", priority=10 + n, slot=1) for n in range(3)])
    await frontier.add([link("/b", priority=11, slot=2)])
    assert await frontier.reorder({1: 5}) == 1
    assert await _order(frontier) == ["/b", "/a0", "/a1", "/a2"]


async def test_an_offset_holds_however_often_it_is_said(frontier: RankedFrontier) -> None:
    await frontier.add([link("/a", priority=10, slot=1), link("/b", priority=12)])
    for _ in range(3):
        await frontier.reorder({1: 1})
    assert await _order(frontier) == ["/a", "/b"]


async def test_a_link_that_is_out_stays_out_when_its_slot_moves(frontier: RankedFrontier) -> None:
    await frontier.add([link("/a", slot=1), link("/b", slot=1)])
    (first,) = await frontier.claim(1, 60, 1)
    await frontier.reorder({1: -5})
    (second,) = await frontier.claim(9, 60, 1)
    assert {first.link.url, second.link.url} == {"http://a.test/a", "http://a.test/b"}
    assert await frontier.commit([ended(first), ended(second)]) == []
    assert frontier.is_exhausted


async def test_better_links_go_before_those_that_are_at_hand_already(frontier: RankedFrontier) -> None:
    await frontier.add([link(f"/{n}", priority=100) for n in range(3 * HEAD_ROWS)])
    (seed,) = await frontier.claim(1, 60, 1)
    await frontier.commit([ended(seed, link("/best", priority=1, slot=3))])
    await _settled(frontier)
    (lease,) = await frontier.claim(1, 60, 1)
    assert lease.link.url == "http://a.test/best"
    assert lease.link.slot == 3


async def test_nothing_is_lost_between_what_is_at_hand_and_what_is_better(frontier: RankedFrontier) -> None:
    await frontier.add([link(f"/{n}", priority=500 - n, slot=1 + n % 5) for n in range(300)])
    asked: list[str] = []
    while not frontier.is_exhausted:
        for lease in await frontier.claim(3, 60, 1):
            number = len(asked)
            asked.append(lease.link.url)
            frontier.free(lease)
            more = [link(f"/more/{number}", priority=number, slot=9)] if number < 100 else []
            visit = replace(ended(lease, *more), offsets=((1 + number % 5, number % 7),))
            assert await frontier.commit([visit]) == []
    assert len(asked) == len(set(asked)) == 400


async def test_a_link_met_again_in_a_better_place_moves_there(frontier: RankedFrontier) -> None:
    await frontier.add([link("/a", priority=90, slot=1), link("/b", priority=50, slot=2)])
    await frontier.add([link("/a", priority=10, slot=3)])
    await frontier.add([link("/a", priority=95, slot=1)])
    await frontier.reorder({3: 1})
    await _settled(frontier)
    (lease,) = await frontier.claim(1, 60, 1)
    assert (lease.link.url, lease.link.priority, lease.link.slot) == ("http://a.test/a", 11, 3)


async def test_a_redirect_has_the_place_of_the_page_it_comes_from(frontier: RankedFrontier) -> None:
    await frontier.reorder({1: 100})
    await frontier.add([link("/to", priority=120, slot=1, via=(b"k" * 16,)), link("/other", priority=130)])
    assert await _order(frontier) == ["/to", "/other"]


async def test_the_host_with_the_better_link_is_asked_first(frontier: RankedFrontier) -> None:
    await frontier.add([link(f"/{n}", "dull.test", priority=50) for n in range(4)])
    await frontier.add([link(f"/{n}", "good.test", priority=5) for n in range(4)])
    await _settled(frontier)
    leases = await frontier.claim(4, 60, 1)
    assert {lease.link.host for lease in leases} == {"good.test"}
    assert {lease.link.host for lease in await frontier.claim(4, 60, 1)} == {"dull.test"}


async def test_a_host_with_good_links_still_keeps_its_gap(frontier: RankedFrontier, clock: Ticker) -> None:
    await frontier.add([link(f"/{n}", priority=n) for n in range(3)])
    (first,) = await frontier.claim(1, 60, 1)
    frontier.hold("a.test", gap=5.0)
    frontier.free(first)
    (second,) = await frontier.claim(9, 60, 1)
    frontier.answered(second)
    await frontier.add([link("/best", priority=-1)])
    await _settled(frontier)
    assert await frontier.claim(9, 60) == []
    clock.now += 5.1
    (third,) = await frontier.claim(9, 60, 1)
    assert third.link.url == "http://a.test/best"


async def test_how_relevant_a_page_was_is_kept_with_its_visit(
    frontier: RankedFrontier, ledger: Ledger
) -> None:
    await frontier.add([link("/a"), link("/b")])
    one, two = await frontier.claim(2, 60, 1)
    await frontier.commit([replace(ended(one), page=Page(digest=b"d" * 32, relevance=0.25)), ended(two)])
    assert await ledger.read(relevances) == [(one.visit, 0.25)]


async def _settled(frontier: RankedFrontier) -> None:
    """Returns when nothing is being read any more."""
    while frontier._refills:
        await asyncio.gather(*frontier._refills)
        await asyncio.sleep(0)


async def _order(frontier: RankedFrontier) -> list[str]:
    await _settled(frontier)
    leases: list[Lease] = []
    while batch := await frontier.claim(9, 60):
        leases += batch
        for lease in batch:
            frontier.free(lease)
        await _settled(frontier)
    links: list[Link] = [lease.link for lease in leases]
    return [one.url.removeprefix("http://a.test") for one in links]
