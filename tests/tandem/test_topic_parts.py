"""What keeps a crawl with a topic going: learning outlives the process, verdicts may come late."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scraper.discover import Discovery
from scraper.pages import Parsed
from scraper.relevance.judge import Judge, NoJudge, Verdict
from scraper.relevance.sight import Sight
from scraper.scope import Scope as Ground
from storage.address import DEFAULT_RULES, parse
from storage.frontier import SqliteFrontier
from storage.ledger import Ledger
from storage.ranked_frontier import RankedFrontier
from storage.runs import start_run
from storage.words import Link
from tandem.job import Scope
from tandem.topic_parts import Learning, frontier_kind, guided

SEED = parse("http://shop.test/")
TOPIC = Scope(topic="violin repair")


class LateJudge(NoJudge):
    """Gives its verdicts when told."""

    def __init__(self) -> None:
        self.verdicts: asyncio.Queue[Verdict] = asyncio.Queue()

    async def verdict(self) -> Verdict:
        return await self.verdicts.get()


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    async with Ledger(tmp_path / "ledger.sqlite") as ledger:
        await ledger.write(lambda c: start_run(c, "job", "{}", "rules"))
        yield ledger


def discovery() -> Discovery:
    return Discovery(Ground.around([SEED]), DEFAULT_RULES)


def listing(*paths: str) -> Parsed:
    follow = tuple((parse(f"http://shop.test{path}").digest, f"http://shop.test{path}") for path in paths)
    return Parsed(follow=follow, sight=Sight((1, 1), 99, "", "", tuple((1, 0) for _ in paths)))


async def first_waiting(ledger: Ledger) -> str:
    query = "SELECT url FROM waiting ORDER BY priority, visit LIMIT 1"
    return str(await ledger.read(lambda c: c.execute(query).fetchone()[0]))


async def test_a_job_without_a_topic_has_nothing_of_it(ledger: Ledger) -> None:
    assert frontier_kind(Scope()) is SqliteFrontier
    async with guided(Scope(), discovery(), SqliteFrontier(ledger, 1), Learning(ledger, 1)) as guide:
        assert guide is None
    assert await Learning(ledger, 1).kept() == b""


async def test_what_was_learned_is_there_for_the_next_process(ledger: Ledger) -> None:
    frontier = frontier_kind(TOPIC)(ledger, 1)
    learning = Learning(ledger, 1)
    async with guided(TOPIC, discovery(), frontier, learning) as guide:
        assert guide is not None
        guide.found(_home(), listing("/a/1"))
        before = guide.kept()
    async with guided(TOPIC, discovery(), frontier, learning) as again:
        assert again is not None
        assert again.kept() == before == await learning.kept()


async def test_a_late_verdict_moves_what_waits(ledger: Ledger) -> None:
    frontier = RankedFrontier(ledger, 1)
    judge: Judge = (late := LateJudge())
    await frontier.open()
    async with guided(TOPIC, discovery(), frontier, Learning(ledger, 1), judge) as guide:
        assert guide is not None
        found = guide.found(_home(), listing("/a/1", "/b/1"))
        await frontier.reorder(dict(found.offsets))
        await frontier.add(found.links)
        assert await first_waiting(ledger) == "http://shop.test/a/1"
        for link in found.links:  # it is known where pages of these shapes were linked from
            guide.found(link, listing())
        late.verdicts.put_nowait(Verdict("shop.test/a/*", 0.0))
        async with asyncio.timeout(10):
            while await first_waiting(ledger) != "http://shop.test/b/1":
                continue
    await frontier.close()


def _home() -> Link:
    (home,) = discovery().seeds([(SEED, 9)])
    return home
