"""Works off the pages whose records may still change, beside the crawl and after it.

A page waits because selectors of its template are on trial, or because the fast tier is to be asked. Its
built-in answer is stored already: whatever happens here, or does not, costs completeness, never a page.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from scraper.selection.asker import FastTier, ask_about
from scraper.selection.desk import Desk
from scraper.selection.question import Doubt, Pick, doubts_from
from scraper.selection.second_look import Looked, SecondLooks
from storage.ledger import Ledger
from storage.selection_rows import (
    Reselected,
    WaitingPage,
    count_undecided,
    keep_reselected,
    let_stand,
    take_undecided,
)

MODEL = "model"  # the reason of pages that wait for the fast tier
GROUP_PAGES = 32  # bodies that are in memory together
PAUSE_SECONDS = 0.5
AWAY_SECONDS = 60.0  # without an answer, before the built-in ones stand


@dataclass(slots=True)
class Drained:
    """What came of the pages that waited."""

    looked: int = 0  # second looks that were taken
    asked: int = 0  # pages that the fast tier was asked about
    left: int = 0  # pages that still wait
    failures: dict[str, int] = field(default_factory=dict)  # what came instead of answers, by kind


Told = Callable[[Sequence[Reselected]], None]


def _ignore(pages: Sequence[Reselected]) -> None:
    """Nobody wants to know."""


class Drain:
    """Of one run; `tier` is None where there is no model."""

    def __init__(
        self,
        ledger: Ledger,
        run: int,
        desk: Desk,
        looks: SecondLooks,
        tier: FastTier | None = None,
    ) -> None:
        self._ledger = ledger
        self._run = run
        self._desk = desk
        self._looks = looks
        self._tier = tier
        self._away_since: float | None = None
        self._is_resting = False  # nobody answers: not asked again in this round
        self.clock: Callable[[], float] = time.monotonic
        self.patience_seconds = AWAY_SECONDS
        self.told: Told = _ignore
        self.result = Drained()

    async def run(self) -> None:
        """Beside a crawl, until it is cancelled: asks, and looks again at what has become clear."""
        while True:
            await asyncio.sleep(PAUSE_SECONDS)
            await self._round(is_last=False)

    async def finish(self) -> Drained:
        """After a crawl: until nothing waits, or nobody answers any more."""
        while await self._round(is_last=True):
            pass
        waiting = await self._ledger.read(lambda c: count_undecided(c, self._run))
        self.result.left = sum(waiting.values())
        return self.result

    @property
    def is_away(self) -> bool:
        """Whether the fast tier has been away for so long that nobody waits for it."""
        return self._away_since is not None and self.clock() - self._away_since >= self.patience_seconds

    async def _round(self, *, is_last: bool) -> bool:
        """Once through all that waits; whether another round may get further."""
        await self._desk.settle()
        self._is_resting = False
        after, left = ("", 0), 0
        while pages := await self._take(after):
            after = (pages[-1].template, pages[-1].visit)
            for template, group in groupby(pages, key=lambda page: page.template):
                left += await self._work(template, list(group), is_last=is_last)
        if not (is_last and left) or self.is_away:
            return False
        await asyncio.sleep(PAUSE_SECONDS)
        return True

    async def _take(self, after: tuple[str, int]) -> list[WaitingPage]:
        return await self._ledger.read(lambda c: take_undecided(c, self._run, after, GROUP_PAGES))

    async def _work(self, template: str, pages: list[WaitingPage], *, is_last: bool) -> int:
        """What can be done now about pages of one template; how many still wait."""
        waiting = await self._ask(pages)
        clearer = [page for page in waiting if self._desk.knows_more(template, page.version)]
        open_ = [page for page in waiting if not is_last or self._may_be_answered(page)]
        await self._look([page for page in clearer if page in open_], waits=True)
        await self._look([page for page in clearer if page not in open_], waits=False)
        final = [page.visit for page in waiting if page not in open_ and page not in clearer]
        await self._ledger.write(lambda c: let_stand(c, final))
        return len(open_)

    def _may_be_answered(self, page: WaitingPage) -> bool:
        """Whether it waits for a tier that is away at the moment; it is asked in a later round, or run."""
        return page.reason == MODEL and self._tier is not None and self._away_since is not None

    async def _ask(self, pages: Sequence[WaitingPage]) -> list[WaitingPage]:
        """Asks about one page after the other, since one may save asking about the next; gives the rest."""
        return [page for page in pages if not await self._is_answered(page)]

    async def _is_answered(self, page: WaitingPage) -> bool:
        """Whether the fast tier had its say; whatever that was, there is no other for this page."""
        if self._tier is None or self._is_resting or page.reason != MODEL:
            return False
        doubts = await self._worth_asking(page)
        if not doubts:
            return False
        self.result.asked += 1
        answer = await ask_about(self._tier, doubts)
        if answer.failure is not None:
            kind = answer.failure.kind
            self.result.failures[kind] = self.result.failures.get(kind, 0) + 1
        if answer.is_away:
            self._is_resting = True
            self._away_since = self.clock() if self._away_since is None else self._away_since
            return False
        self._away_since = None
        for record, fields in _by_record(doubts).items():
            await self._desk.note_asked(page.host, page.template, record, fields)
        await self._look([page], {page.visit: answer.picks}, waits=False)
        await self._desk.settle()
        return True

    async def _worth_asking(self, page: WaitingPage) -> tuple[Doubt, ...]:
        doubts = doubts_from(page.packed)
        wanted = {
            (record, name)
            for record, fields in _by_record(doubts).items()
            for name in await self._desk.may_ask(page.host, page.template, record, fields)
        }
        return tuple(doubt for doubt in doubts if (doubt.record, doubt.field) in wanted)

    async def _look(
        self,
        pages: Sequence[WaitingPage],
        picks: Mapping[int, Sequence[Pick]] | None = None,
        *,
        waits: bool,
    ) -> None:
        """Second looks; with `waits` a page that is as undecided as before waits on."""
        for start in range(0, len(pages), GROUP_PAGES):
            looked = await self._looks.at(pages[start : start + GROUP_PAGES], picks)
            self.result.looked += len(looked)
            await self._keep(looked, waits=waits)

    async def _keep(self, looked: Sequence[Looked], *, waits: bool) -> None:
        decided = [one for each in looked if (one := self._looks.decided(each, waits=waits))]
        lost = [each.page.visit for each in looked if each.selected is None]
        await self._ledger.write(lambda c: keep_reselected(c, self._run, decided))
        await self._ledger.write(lambda c: let_stand(c, lost))
        for each in looked:
            if each.selected is not None:
                self._desk.take(each.page.visit, each.page.host, each.selected)
        self.told(decided)


def _by_record(doubts: Sequence[Doubt]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for doubt in doubts:
        fields.setdefault(doubt.record, []).append(doubt.field)
    return fields
