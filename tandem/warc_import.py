"""Takes the pages of web archives into a workspace, a group at a time, as a crawl commits its visits."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scraper.parse_pool import ParsePool, ParseSettings
from storage import workspace as places
from storage.arrived_rows import Arrival, insert_arrivals
from storage.ledger import Ledger
from storage.ledger_bodies import LedgerBodies
from storage.tidy import tidy
from storage.upkeep import Upkeep
from storage.warc_read import ImportedPage, SkippedRecord, read_warc
from tandem.crawl_parts import USER_AGENT
from tandem.exit_codes import ExitCode
from tandem.import_runs import ImportRuns, Source, refuse_open_job
from tandem.imported_page import Known, PageMaker, Unresolved, Unusable
from tandem.signals import StopSignal
from tandem.verdict import Verdict

MOST_BODY_BYTES = 64 << 20
GROUP_PAGES = 64
GROUP_BYTES = 8 << 20  # with one body more: what is in memory, twice, since the next group is read meanwhile

Item = ImportedPage | SkippedRecord


@dataclass(slots=True)
class ImportResult:
    """What an import came to."""

    pages: int = 0
    known: int = 0  # the run had them: a URL that stands in the archive twice, or a continued import
    skipped: Counter[str] = field(default_factory=Counter)  # by reason
    runs: list[str] = field(default_factory=list)
    bodiless: int = 0  # pages that say "unchanged" of a body that no file holds
    verdict: Verdict = field(default_factory=lambda: Verdict(ExitCode.OK))


async def import_archives(workspace: Path, source: Source, told: Callable[[int], None]) -> ImportResult:
    """Holds the workspace and imports every page; bodies that stand later in the files are found, too."""
    places.prepare(workspace)
    with places.hold(workspace), StopSignal() as stop:
        async with Ledger(places.ledger_path(workspace)) as ledger, LedgerBodies(ledger, workspace) as bodies:
            await ledger.write(lambda c: tidy(c, workspace))
            await ledger.read(lambda c: refuse_open_job(c, source))
            upkeep = Upkeep(ledger, workspace)
            runs = ImportRuns(ledger, source)
            settings = ParseSettings(USER_AGENT)
            async with ParsePool(settings, workers=max((os.cpu_count() or 2) - 1, 1)) as pool:
                maker = PageMaker(ledger, bodies, pool, runs)
                work = _Import(ledger, maker, upkeep, stop, told)
                await work.run(source.files)
            if stop.code is None:
                await upkeep.finish()
            work.result.verdict = _verdict(work.result, stop.code)
            work.result.runs = runs.names
            await runs.end(work.result.verdict, work.seconds)
            return work.result


def _verdict(result: ImportResult, stopped: ExitCode | None) -> Verdict:
    if stopped is not None:
        return Verdict(stopped, f"stopped by {stopped.name}")
    reasons = ", ".join(
        f"{count:,} {reason.replace('_', ' ')}" for reason, count in result.skipped.most_common()
    )
    note = f"not taken: {reasons}" if reasons else ""
    if not result.pages and not result.known:
        return Verdict(ExitCode.NOTHING_FETCHED, note or "the files hold no page")
    return Verdict(ExitCode.INCOMPLETE if result.skipped["damaged"] else ExitCode.OK, note)


class _Import:
    """One import under way."""

    def __init__(
        self,
        ledger: Ledger,
        maker: PageMaker,
        upkeep: Upkeep,
        stop: StopSignal,
        told: Callable[[int], None],
    ) -> None:
        self._ledger = ledger
        self._maker = maker
        self._upkeep = upkeep
        self._stop = stop
        self._told = told
        self._unresolved = 0
        self._started = time.monotonic()
        self.result = ImportResult()

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return time.monotonic() - self._started

    async def run(self, files: Sequence[Path]) -> None:
        """Every file; those again that hold visits whose bodies had not come yet."""
        async with asyncio.TaskGroup() as group:
            upkeep = group.create_task(self._upkeep.run(), name="upkeep")
            try:
                for path in files:
                    await self._read(path, self._take)
                if self._unresolved:
                    for path in files:
                        await self._read(path, self._take_late)
            finally:
                upkeep.cancel()

    async def _read(self, path: Path, take: Callable[[list[Item]], Awaitable[None]]) -> None:
        """One group is read while the one before is taken."""
        items = read_warc(path, MOST_BODY_BYTES)
        group = await asyncio.to_thread(_next_group, items)
        while group and self._stop.code is None:
            following = asyncio.create_task(asyncio.to_thread(_next_group, items), name="read")
            try:
                await take(group)
            finally:
                group = await asyncio.shield(following)

    async def _take(self, items: list[Item]) -> None:
        skipped = [item for item in items if isinstance(item, SkippedRecord)]
        self.result.skipped.update(item.reason for item in skipped)
        pages = [item for item in items if isinstance(item, ImportedPage)]
        await self._keep([*skipped, *(page for page in pages if not page.is_revisit)], is_last=False)
        await self._keep([page for page in pages if page.is_revisit], is_last=False)

    async def _take_late(self, items: list[Item]) -> None:
        pages = [item for item in items if isinstance(item, ImportedPage) and item.is_revisit]
        await self._keep(pages, is_last=True)

    async def _keep(self, items: Sequence[Item], *, is_last: bool) -> None:
        made = await asyncio.gather(*(self._maker.make(item, is_last=is_last) for item in items))
        arrivals: dict[int, list[Arrival]] = {}
        for each in made:
            if each is None:
                continue
            if isinstance(each, Unresolved):
                self._unresolved += 1
            elif isinstance(each, Unusable):
                self.result.skipped[each.reason] += 1
            elif isinstance(each, Known):
                self.result.known += not is_last
            else:
                self.result.bodiless += each.lacks_body
                arrivals.setdefault(each.run, []).append(each.arrival)
        for run, rows in arrivals.items():
            await self._commit(run, rows)

    async def _commit(self, run: int, rows: list[Arrival]) -> None:
        new = await self._ledger.write(lambda c: insert_arrivals(c, run, rows))
        self.result.pages += new
        self.result.known += len(rows) - new
        self._upkeep.note(sum(row.row.body_bytes for row in rows))
        self._told(new)


def _next_group(items: Iterator[Item]) -> list[Item]:
    group: list[Item] = []
    size = 0
    for item in items:
        group.append(item)
        size += len(item.row.body) if isinstance(item, ImportedPage) else 0
        if len(group) >= GROUP_PAGES or size >= GROUP_BYTES:
            break
    return group
