"""Selects records in the stored pages of a run again; nothing is requested."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from scraper.documents.read import may_have_records
from scraper.parse_pool import ParsePool, ParseSettings
from scraper.selection.asker import FastTier
from scraper.selection.desk import Desk
from scraper.selection.drain import GROUP_PAGES, Drain
from scraper.selection.fitting import Fitting
from scraper.selection.second_look import SecondLooks
from scraper.selection.wanted import Wanted
from scraper.sites import Sites
from storage import workspace as places
from storage.address import parse
from storage.key import KeyRules
from storage.ledger import Connection, Ledger
from storage.ledger_bodies import LedgerBodies
from storage.reading import reading_of
from storage.run_pages import PageFacts
from storage.runs import Run, keep_job, rules_by_version
from storage.selection_rows import WaitingPage, keep_reselected, never_read, take_back, undecided_visits
from storage.store import Store
from storage.tidy import tidy
from storage.upkeep import Upkeep
from storage.words import Outcome
from tandem.job import Job, canonical_json
from tandem.job_models import Models
from tandem.job_select import RecordSpec
from tandem.wishes import wanted_of

_STORED = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})
_AGENT = "Tandem"  # whoever asked for the page, its records are the same


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be selected in which run."""

    run: Run
    job: Job | None = None  # another job than the run's own
    everything: bool = False  # also in pages that are decided
    tier: FastTier | None = None

    @property
    def written(self) -> list[dict[str, Any]]:
        """The wanted records, as a job file has them."""
        job_file = self.run.job_file if self.job is None else canonical_json(self.job)
        found: list[dict[str, Any]] = json.loads(job_file).get("select", [])
        return found

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The same, as selection understands them."""
        return tuple(wanted_of(RecordSpec.model_validate(one)) for one in self.written)

    @property
    def is_another(self) -> bool:
        """Whether other fields are wanted than those that the pages were read for."""
        return self.job is not None and self.written != json.loads(self.run.job_file).get("select", [])

    @property
    def models(self) -> Models:
        """Which models may be asked."""
        if self.job is not None:
            return self.job.models
        return Models.model_validate(json.loads(self.run.job_file).get("models", {}))

    @property
    def job_file(self) -> str:
        """The run's job with these fields: the views of the records follow it."""
        job = json.loads(self.run.job_file) | {"select": self.written}
        return json.dumps(job, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Reselected:
    """What came of it."""

    looked: int = 0  # pages that were read
    asked: int = 0  # pages that the fast tier was asked about
    undecided: int = 0  # pages that still wait for it


async def reselect(workspace: Path, wish: Wish, told: Callable[[int], None]) -> Reselected:
    """Reads what is undecided or was never read; all of it after other fields were wished, or when asked."""
    if not wish.written:
        return Reselected()
    settings = ParseSettings(_AGENT, wanted=wish.wanted, asks=wish.tier is not None)
    sites = Sites()
    with places.hold(workspace):
        async with Ledger(places.ledger_path(workspace)) as ledger:
            await ledger.write(lambda c: tidy(c, workspace))
            async with (
                ParsePool(settings, workers=max((os.cpu_count() or 2) - 1, 1), sites=sites) as pool,
                LedgerBodies(ledger, workspace) as bodies,
            ):
                looks = SecondLooks(bodies, pool, wish.run.id)
                work = _Reselection(ledger, wish, looks, Desk(ledger, sites), told)
                result = await work.run(workspace)
            # last: after a kill, the same command finds other fields wished, and begins anew
            if wish.is_another:
                await ledger.write(lambda c: keep_job(c, wish.run.run, wish.job_file))
            await Upkeep(ledger, workspace).finish()
    return result


class _Reselection:
    def __init__(
        self, ledger: Ledger, wish: Wish, looks: SecondLooks, desk: Desk, told: Callable[[int], None]
    ) -> None:
        self._ledger = ledger
        self._wish = wish
        self._looks = looks
        self._desk = desk
        self._told = told
        self._looked = 0
        self._fitting = Fitting(wish.wanted)

    async def run(self, workspace: Path) -> Reselected:
        run = self._wish.run
        rules = await self._ledger.read(lambda c: KeyRules.from_json(rules_by_version(c)[run.rules]))
        with Store(workspace) as store:
            pages = (page for page in store.pages(run) if _is_readable(page))
            while group := list(islice(pages, GROUP_PAGES)):
                await self._read([page for page in group if self._fitting.of(page.url)], rules)
                if self._wish.is_another:
                    await self._ledger.write(lambda c, group=group: self._take_back(c, group))  # type: ignore[misc]
        drain = Drain(self._ledger, run.run, self._desk, self._looks, self._wish.tier)
        drain.told = lambda decided: self._told(len(decided))
        drained = await drain.finish()
        await self._desk.close()
        return Reselected(self._looked + drained.looked, drained.asked, drained.left)

    async def _read(self, group: Sequence[PageFacts], rules: KeyRules) -> None:
        """Pages that are due, each one decision."""
        due = await self._ledger.read(lambda c: self._due(c, group))
        await self._desk.open({page.host for page in due})
        waiting = [
            WaitingPage(page.visit, page.host, page.url, parse(page.url, rules=rules).digest, "", "", 0, b"")
            for page in due
        ]
        looked = await self._looks.at(waiting)
        decided = [one for each in looked if (one := self._looks.decided(each, waits=True))]
        await self._ledger.write(lambda c: keep_reselected(c, self._wish.run.run, decided))
        for each in looked:
            if each.selected is not None:
                self._desk.take(each.page.visit, each.page.host, each.selected)
        await self._desk.settle()
        self._looked += len(decided)
        self._told(len(decided))

    def _take_back(self, connection: Connection, group: Sequence[PageFacts]) -> None:
        """Records of kinds that are wished no longer, or no longer on these pages."""
        for page in group:
            take_back(connection, page.visit, {one.record for one in self._fitting.of(page.url)})

    def _due(self, connection: Connection, group: Sequence[PageFacts]) -> list[PageFacts]:
        visits = [page.visit for page in group]
        if self._wish.everything or self._wish.is_another:
            due = set(visits)
        else:
            due = never_read(connection, visits) - undecided_visits(connection, visits)
        return [page for page in group if page.visit in due]


def _is_readable(page: PageFacts) -> bool:
    read = reading_of(page)
    return page.outcome in _STORED and may_have_records(read.media_type) and bool(read.digest)
