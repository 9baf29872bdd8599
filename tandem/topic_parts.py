"""The parts of a crawl that has a topic, and what keeps them going while it runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scraper.borders import Ranking
from scraper.discover import Discovery
from storage.frontier import SqliteFrontier
from storage.ledger import Ledger, StorageError
from storage.ranked_frontier import RankedFrontier
from storage.ranked_rows import keep_learned_topic, learned_topic
from tandem.job import Scope

if TYPE_CHECKING:
    from scraper.relevance.best_first import BestFirst
    from scraper.relevance.judge import Judge
    from scraper.selection.asker import FastTier

KEEP_SECONDS = 5.0  # of learning that a kill may cost


@dataclass(frozen=True, slots=True)
class Learning:
    """Where a run keeps what it learned."""

    ledger: Ledger
    run: int

    async def kept(self) -> bytes:
        """By an earlier process of the run, or nothing."""
        return await self.ledger.read(lambda c: learned_topic(c, self.run))

    async def keep(self, guide: "BestFirst") -> None:
        """For the next process."""
        learned = guide.kept()
        await self.ledger.write(lambda c: keep_learned_topic(c, self.run, learned))


def frontier_kind(scope: Scope) -> type[SqliteFrontier]:
    """The frontier of a job: without a topic nothing is ranked."""
    return RankedFrontier if scope.topic else SqliteFrontier


def judge_of(scope: Scope, tier: "FastTier | None") -> "Judge | None":
    """The fast tier as a judge of the topic, where there are both."""
    if tier is None or not scope.topic:
        return None
    from scraper.relevance.model_judge import ModelJudge  # noqa: PLC0415 - most jobs have no topic

    return ModelJudge(tier, scope.topic)


@asynccontextmanager
async def guided(
    scope: Scope,
    discovery: Discovery,
    frontier: SqliteFrontier,
    learning: Learning,
    judge: "Judge | None" = None,
) -> AsyncIterator["BestFirst | None"]:
    """What sends the crawl to its topic; None where the job has none."""
    if not scope.topic or not isinstance(frontier, RankedFrontier):
        yield None
        return
    from scraper.relevance.best_first import Aim, BestFirst  # noqa: PLC0415 - most jobs have no topic
    from scraper.relevance.judge import NoJudge  # noqa: PLC0415
    from scraper.relevance.learned import Learned  # noqa: PLC0415
    from scraper.relevance.topic import Topic  # noqa: PLC0415

    topic = Topic.of(scope.topic)
    if topic is None:
        yield None
        return
    judge = judge or NoJudge()
    learned = Learned.of(topic, await learning.kept())
    guide = BestFirst(discovery, Aim(topic, scope.min_relevance), learned, judge)
    tasks = [
        asyncio.create_task(_keep(guide, learning), name="learned topic"),
        asyncio.create_task(_listen(judge, guide, frontier), name="late verdicts"),
    ]
    try:
        yield guide
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with suppress(StorageError):  # a crawl that lost its disk says so itself
            await learning.keep(guide)


async def _keep(guide: "BestFirst", learning: Learning) -> None:
    while True:
        await asyncio.sleep(KEEP_SECONDS)
        await learning.keep(guide)


async def _listen(judge: "Judge", guide: "BestFirst", frontier: Ranking) -> None:
    """A verdict that comes late moves links that are not yet claimed, and nothing else."""
    while True:
        moved = guide.heard(await judge.verdict())
        if moved:
            await frontier.reorder(moved)
