"""Pages that come along with others are committed with them, counted apart and never asked for."""

import pytest

from storage.frontier import SqliteFrontier
from storage.ledger import Ledger
from storage.ranked_frontier import RankedFrontier
from storage.runs import Count, Run, counts, end_run
from storage.words import CAPTURED, Lease, Outcome, Page, Visit
from tests.storage.crawled import FRAME, NOON, begin, digest, link

KINDS = [SqliteFrontier, RankedFrontier]


def page(n: int) -> Page:
    return Page(body=FRAME.compress(b'{"n": %d}' % n), body_bytes=8, digest=digest(n))


def along(n: int, said: int) -> Visit:
    """Page n, which says this."""
    return Visit(Lease(0, 0, 0.0, link(n)), Outcome.FETCHED, CAPTURED, NOON, 200, page=page(said))


async def rows(ledger: Ledger, run: Run) -> list[tuple[object, ...]]:
    """Of the pages that no one asked for."""
    query = "SELECT url, outcome, reason, status, kind, length(body) > 0, body_of FROM pending WHERE run = ?"
    return await ledger.read(
        lambda c: c.execute(f"{query} AND reason = ? ORDER BY visit", (run.run, CAPTURED)).fetchall()
    )


async def visited(ledger: Ledger, run: Run, frontier: SqliteFrontier, *came: Visit) -> None:
    """One page is visited, with what came along."""
    await frontier.open()
    await frontier.add([link(1)])
    (lease,) = await frontier.claim(1, 60, 1)
    assert (
        await frontier.commit([Visit(lease, Outcome.FETCHED, "ok", NOON, 200, page=page(1), along=came)])
        == []
    )
    assert frontier.is_exhausted
    await frontier.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_what_came_along_is_there_at_once_and_counts_no_page(
    kind: type[SqliteFrontier], ledger: Ledger
) -> None:
    run = await begin(ledger)
    await visited(ledger, run, kind(ledger, run.run), along(7, 7), along(8, 8))
    assert await rows(ledger, run) == [
        ("http://a.test/7", "fetched", "captured", 200, 0, 1, None),
        ("http://a.test/8", "fetched", "captured", 200, 0, 1, None),
    ]
    counted = await ledger.read(lambda c: counts(c, run.run))
    assert sum(count.visits for count in counted if count.is_page) == 1
    assert Count(0, "fetched", CAPTURED, 2, 0) in counted


@pytest.mark.parametrize("kind", KINDS)
async def test_what_came_along_is_not_asked_for_when_a_page_links_to_it(
    kind: type[SqliteFrontier], ledger: Ledger
) -> None:
    run = await begin(ledger)
    await visited(ledger, run, kind(ledger, run.run), along(7, 7))
    again = kind(ledger, run.run)
    await again.open()
    assert await again.add([link(7)]) == 0
    await again.close()


async def test_the_first_to_bring_a_page_counts(ledger: Ledger) -> None:
    run = await begin(ledger)
    await visited(ledger, run, SqliteFrontier(ledger, run.run), along(7, 7), along(7, 8), along(1, 9))
    assert [row[0] for row in await rows(ledger, run)] == ["http://a.test/7"]
    stored = await ledger.read(
        lambda c: c.execute("SELECT digest FROM pending WHERE reason = ?", (CAPTURED,)).fetchall()
    )
    assert stored == [(digest(7),)]


async def test_what_waits_to_be_visited_is_visited(ledger: Ledger) -> None:
    run = await begin(ledger)
    frontier = SqliteFrontier(ledger, run.run)
    await frontier.open()
    await frontier.add([link(1), link(7)])
    (lease, _) = await frontier.claim(2, 60, 1)
    visit = Visit(lease, Outcome.FETCHED, "ok", NOON, 200, page=page(1), along=(along(7, 7), along(1, 1)))
    await frontier.commit([visit])
    assert await rows(ledger, run) == []
    assert not frontier.is_exhausted
    await frontier.close()


async def test_a_body_that_the_run_before_stored_is_not_stored_again(ledger: Ledger) -> None:
    first = await begin(ledger)
    await visited(ledger, first, SqliteFrontier(ledger, first.run), along(7, 7), along(8, 8))
    await ledger.write(lambda c: end_run(c, first.run, 0, ""))
    held = await ledger.read(
        lambda c: c.execute("SELECT visit FROM pending WHERE url = 'http://a.test/7'").fetchone()[0]
    )
    second = await begin(ledger)
    await visited(ledger, second, SqliteFrontier(ledger, second.run), along(7, 7), along(8, 80))
    assert await rows(ledger, second) == [
        ("http://a.test/7", "unchanged", "captured", 200, 0, 0, held),
        ("http://a.test/8", "fetched", "captured", 200, 0, 1, None),
    ]
