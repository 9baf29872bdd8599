"""The loop over a real frontier, with visits that end as a test says."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.crawl import IDLE_SECONDS, Crawl, End, Ending, Visitor
from scraper.limits import Allowance, Limits, Spent
from storage.address import DEFAULT_RULES, parse
from storage.frontier import SqliteFrontier
from storage.ledger import Ledger
from storage.runs import start_run
from storage.words import Kind, Lease, Link, Outcome, Page, Visit
from storage.workspace import ledger_path, prepare

BYTES = 100
NO_LIMITS = Limits()


@pytest.fixture
async def frontier(tmp_path: Path) -> AsyncIterator[SqliteFrontier]:
    prepare(tmp_path)
    async with Ledger(ledger_path(tmp_path)) as ledger:
        run = await ledger.write(lambda c: start_run(c, "job", "{}", DEFAULT_RULES.version))
        opened = SqliteFrontier(ledger, run.run, slots=1)
        await opened.open()
        await opened.add(links(30))
        yield opened
        await opened.close()


def links(count: int) -> list[Link]:
    addresses = [parse(f"http://a.example/{number}") for number in range(count)]
    return [Link(address.fetch, address.digest, address.host) for address in addresses]


class Visits:
    """Ends every visit at once and keeps count."""

    def __init__(self, frontier: SqliteFrontier) -> None:
        self.begun: list[str] = []
        self._frontier = frontier

    async def __call__(self, lease: Lease) -> Visit | None:
        self.begun.append(lease.link.url)
        self._frontier.free(lease)
        page = Page(wire_bytes=BYTES)
        fails = int(lease.link.url.rpartition("/")[2]) % 3 == 2
        visit = Visit(lease, Outcome.FETCHED, "ok", 1.0, 200, page=page)
        return replace(visit, outcome=Outcome.FAILED, reason="http_404") if fails else visit


def begin(
    frontier: SqliteFrontier, visitor: Visitor, limits: Limits = NO_LIMITS, concurrency: int = 16
) -> tuple[Crawl, list[Visit]]:
    committed: list[Visit] = []

    def note(visits: Sequence[Visit], stale: int) -> None:
        assert stale == 0
        committed.extend(visits)

    allowance = Allowance(limits, Spent(), asyncio.get_running_loop().time)
    return Crawl(frontier, visitor, allowance, concurrency, note), committed


async def test_a_crawl_ends_when_nothing_is_left(frontier: SqliteFrontier) -> None:
    visits = Visits(frontier)
    crawl, committed = begin(frontier, visits)
    assert await crawl.run() == Ending(End.EXHAUSTED)
    assert len(committed) == len(visits.begun) == len(set(visits.begun)) == 30
    assert crawl.in_hand == 0


@pytest.mark.parametrize("pages", [1, 7, 20])
async def test_max_pages_is_met_exactly_and_failures_are_free(pages: int, frontier: SqliteFrontier) -> None:
    crawl, committed = begin(frontier, Visits(frontier), Limits(pages=pages))
    assert await crawl.run() == Ending(End.LIMIT, "max_pages")
    assert sum(visit.outcome is Outcome.FETCHED for visit in committed) == pages


async def test_bytes_count_when_they_have_come_and_not_when_they_are_stored(frontier: SqliteFrontier) -> None:
    visits = Visits(frontier)
    crawl, committed = begin(frontier, visits, Limits(bytes=BYTES))
    assert await crawl.run() == Ending(End.LIMIT, "max_bytes")
    assert len(committed) == len(visits.begun) <= 2  # the one after may have been claimed by then


async def test_a_stopped_crawl_finishes_what_is_in_hand_and_begins_nothing(frontier: SqliteFrontier) -> None:
    crawls: list[Crawl] = []
    visits = Visits(frontier)

    async def visit(lease: Lease) -> Visit | None:
        ended = await visits(lease)
        if len(visits.begun) == 5:
            crawls[0].stop()
        return ended

    crawl, committed = begin(frontier, visit)
    crawls.append(crawl)
    assert await crawl.run() == Ending(End.STOPPED)
    assert len(committed) == len(visits.begun) < 30
    assert frontier.stats().waiting == 30 - len(committed)


async def test_a_visit_that_breaks_ends_the_crawl_with_its_error(frontier: SqliteFrontier) -> None:
    async def broken(lease: Lease) -> Visit | None:
        raise ZeroDivisionError

    crawl, _ = begin(frontier, broken)
    with pytest.raises(ExceptionGroup) as raised:
        await crawl.run()
    assert raised.group_contains(ZeroDivisionError)


async def test_sitemaps_are_no_pages(frontier: SqliteFrontier) -> None:
    sitemaps = [
        replace(link, key=bytes([number]) * 16, kind=Kind.SITEMAP, priority=-1)
        for number, link in enumerate(links(3))
    ]
    await frontier.add(sitemaps)
    crawl, committed = begin(frontier, Visits(frontier), Limits(pages=1))
    await crawl.run()
    kinds = [visit.lease.link.kind for visit in committed if visit.outcome is Outcome.FETCHED]
    assert kinds.count(Kind.PAGE) == 1


async def test_nothing_is_begun_during_a_pause_and_everything_after_it(frontier: SqliteFrontier) -> None:
    visits = Visits(frontier)
    paused = asyncio.Event()

    async def pausing(lease: Lease) -> Visit | None:
        visit = await visits(lease)
        if len(visits.begun) == 3:
            crawl.pause()
            paused.set()
        return visit

    crawl, committed = begin(frontier, pausing)
    running = asyncio.create_task(crawl.run())
    await paused.wait()
    await asyncio.sleep(2 * IDLE_SECONDS)  # a claim that was waiting has come back by then
    assert len(visits.begun) == 3
    assert frontier.stats().leased == 0
    crawl.resume()
    assert (await running).end is End.EXHAUSTED
    assert len(committed) == len(set(visits.begun)) == 30
