"""How a crawl treats hosts, told from the servers' side: when each request came, and how many at once."""

import time
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from scraper.gate import PARK_AFTER
from tests.scraper.whole_crawl import FETCHING, Plan, crawl
from tests.tandem.small_site import SmallSite

DELAY = 0.12
CLOCKS_DIFFER = 0.002  # the delay is kept by the wall clock and measured by another


def gaps(site: SmallSite) -> list[float]:
    """Seconds between two requests, robots.txt included."""
    return [after.at - before.at for before, after in pairwise(site.log)]


@pytest.mark.slow
async def test_the_smallest_gap_of_every_host_is_the_delay_under_any_concurrency(tmp_path: Path) -> None:
    with ExitStack() as stack:
        quick, slow, slower = (
            stack.enter_context(SmallSite(pages=12, seconds=seconds)) for seconds in (0, 0.06, 0.3)
        )
        sites = (quick, slow, slower)
        plan = Plan(tuple(site.url for site in sites), delay=DELAY, per_host=8, concurrency=32)
        crawled = await crawl(plan, tmp_path)
        assert [row.reason for row in crawled.rows] == ["ok"] * 3 * 13
    for site in sites:
        assert len(site.log) == 1 + 13
        assert min(gaps(site)) >= DELAY - CLOCKS_DIFFER
        assert site.most_at_once == 1
    # The gap runs from the answer, so that a slow host is asked more slowly.
    assert min(gaps(slower)) >= DELAY + 0.3 - CLOCKS_DIFFER
    # They were asked side by side: each began before any had ended.
    assert max(site.log[0].at for site in sites) < min(site.log[-1].at for site in sites)


@pytest.mark.parametrize("slots", [1, 3])
async def test_without_a_delay_the_slots_of_a_host_are_used_and_never_exceeded(
    slots: int, tmp_path: Path
) -> None:
    with SmallSite(pages=24, seconds=0.05) as one, SmallSite(pages=24, seconds=0.05) as other:
        plan = Plan((one.url, other.url), per_host=slots, concurrency=32)
        crawled = await crawl(plan, tmp_path)
        assert len(crawled.rows) == 2 * 25
    assert [one.most_at_once, other.most_at_once] == [slots, slots]


@pytest.mark.slow
async def test_a_host_is_left_alone_as_long_as_it_asks_and_then_loses_nothing(tmp_path: Path) -> None:
    """Even when more requests are under way at once than a host may fail in a row."""
    pages = PARK_AFTER + 2
    with SmallSite(pages=pages, seconds=0.1) as site:
        site.busy.update(f"/{number}" for number in range(pages))
        crawled = await crawl(Plan((site.url,), per_host=2 * pages, retries=2), tmp_path)
        assert [row.reason for row in crawled.rows] == ["ok"] * (1 + pages)
    first = [came for came in site.log if came.path not in {"/", "/robots.txt"}][:pages]
    again = site.log[2 + pages :]
    assert {came.path for came in first} == {came.path for came in again}
    assert again[0].at - first[-1].at >= 1.0
    assert min(after.at - before.at for before, after in pairwise(again)) > 0.2  # and more slowly than before


async def test_a_wish_to_wait_for_ages_is_bounded_and_kept_from_the_other_hosts(tmp_path: Path) -> None:
    with SmallSite(pages=1, retry_after="9" * 40) as busy, SmallSite(pages=30) as well:
        busy.busy["/0"] = 1
        plan = Plan((busy.url, well.url), delay=0.1, retries=0)
        began = time.monotonic()
        crawled = await crawl(plan, tmp_path)
        assert time.monotonic() - began < 20
    assert crawled.at(busy.url + "0").reason == "http_429"
    assert len(crawled.rows) == 2 + 31
    assert (well.log[-1].at - well.log[0].at) / (len(well.log) - 1) <= 0.1 / 0.7


@pytest.mark.slow
async def test_a_failing_host_is_given_up_without_slowing_the_others(tmp_path: Path) -> None:
    with SmallSite(drops="/") as failing, SmallSite(pages=14) as well:
        crawled = await crawl(Plan((failing.url, well.url), delay=0.4), tmp_path)
    assert crawled.at(failing.url).reason == "robots_unreachable"
    assert [came.path for came in failing.log] == ["/robots.txt"] * 3
    assert min(gaps(failing)) >= 2.0
    assert failing.log[-1].at > well.log[len(well.log) // 2].at
    assert (well.log[-1].at - well.log[0].at) / (len(well.log) - 1) <= 0.4 / 0.9


async def test_a_host_that_never_answers_is_not_asked_for_every_page(tmp_path: Path) -> None:
    with SmallSite(pages=30) as site:
        pages = tuple(f"{site.url}{number}" for number in range(30))
        site.drops = "/"
        crawled = await crawl(Plan(pages, robots=False, per_host=2, fetching=FETCHING), tmp_path)
    reasons = [row.reason for row in crawled.rows]
    assert set(reasons) == {"no_answer", "host_unreachable"}
    assert len(reasons) == 30
    assert PARK_AFTER <= reasons.count("no_answer") <= PARK_AFTER + 2
    assert [row.final for row in crawled.rows] == [False] * 30
