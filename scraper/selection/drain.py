"""Works off the pages whose records may still change, beside the crawl and after it.

A page waits because selectors of its template are on trial, or because the fast tier is to be asked. Its
built-in answer is stored already: whatever happens here, or does not, costs completeness, never a page.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

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
    take_asked,
    take_outdated,
    take_undecided,
)

MODEL = "model"  # the reason of pages that wait for the fast tier
GROUP_PAGES = 32  # bodies that are in memory together
MOST_STEPS = 64  # questions of one round, asked or skipped
START, LAST_VISIT = ("", 0), 2**63 - 1
PAUSE_SECONDS = 0.5
LONGEST_PAUSE = 4.0  # between two questions to a tier that is away
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
        self._asked_to: tuple[str, int] = START  # template and visit
        self.clock: Callable[[], float] = time.monotonic
        self.patience_seconds = AWAY_SECONDS
        self.told: Told = _ignore
        self.result = Drained()

    async def run(self) -> None:
        """Beside a crawl, until it is cancelled: asks, and looks again at what has become clear."""
        while True:
            await asyncio.sleep(PAUSE_SECONDS)
            await self._round()

    async def finish(self) -> Drained:
        """After a crawl: until nothing waits, or nobody answers any more."""
        while await self._all_once() and await self._is_back():
            pass
        waiting = await self._ledger.read(lambda c: count_undecided(c, self._run))
        self.result.left = sum(waiting.values())
        return self.result

    @property
    def is_away(self) -> bool:
        """Whether the fast tier has been away for so long that nobody waits for it."""
        return self._away_since is not None and self.clock() - self._away_since >= self.patience_seconds

    async def _round(self) -> None:
        """What is new since the last one: its cost does not grow with the pages that wait."""
        await self._desk.settle()
        for template, version in self._desk.take_news():
            await self._look_at(template, version)
        await self._ask_some()

    async def _look_at(self, template: str, version: int) -> None:
        """Second looks at all pages of a template that were read before this version."""
        after = 0
        while pages := await self._read(take_outdated, template, version, after, GROUP_PAGES):
            after = pages[-1].visit
            await self._look(pages, waits=True)

    async def _ask_some(self) -> None:
        """Asks about pages, template after template; the next call goes on where this one ends."""
        self._is_resting = False
        for _ in range(MOST_STEPS if self._tier is not None else 0):
            pages = await self._read(take_asked, self._asked_to, 1)
            if not pages:
                self._asked_to = START
                return
            is_answered = await self._is_answered(pages[0])
            if self._is_resting:
                return
            # Where one page is not worth asking about, its neighbours are hardly, either.
            self._asked_to = (pages[0].template, pages[0].visit if is_answered else LAST_VISIT)

    async def _all_once(self) -> int:
        """Once through all that waits; how many pages still do, because nobody answers."""
        await self._desk.settle()
        self._is_resting = False
        after, left = START, 0
        while pages := await self._read(take_undecided, after, GROUP_PAGES):
            after = (pages[-1].template, pages[-1].visit)
            for template, group in groupby(pages, key=lambda page: page.template):
                left += await self._work(template, list(group))
        self.result.left = left
        return left

    async def _is_back(self) -> bool:
        """Waits for a tier that is away, as long as anybody waits for it; whether it answers."""
        pause = PAUSE_SECONDS
        while self._away_since is not None and not self.is_away:
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            self._asked_to = START
            await self._ask_some()
        return self._away_since is None

    async def _read(self, take: Callable[..., list[WaitingPage]], *which: Any) -> list[WaitingPage]:
        return await self._ledger.read(lambda c: take(c, self._run, *which))

    async def _work(self, template: str, pages: list[WaitingPage]) -> int:
        """What can be done now about pages of one template; how many still wait."""
        await self._desk.open(page.host for page in pages[:1])
        waiting = await self._ask(pages)
        clearer = [page for page in waiting if self._desk.knows_more(template, page.version)]
        open_ = [page for page in waiting if self._may_be_answered(page)]
        await self._look([page for page in clearer if page in open_], waits=True)
        await self._look([page for page in clearer if page not in open_], waits=False)
        final = [page.visit for page in waiting if page not in open_ and page not in clearer]
        if final:
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
        await self._look([page], {page.visit: answer.picks}, waits=False)
        # Only now: where the end of the crawl cancels the look, another page is asked about instead.
        for record, fields in _by_record(doubts).items():
            await self._desk.note_asked(page.host, page.template, record, fields)
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
        if lost:
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
