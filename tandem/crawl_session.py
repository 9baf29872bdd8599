"""One run that is open in its workspace: its crawl, its sealing, its report, its end."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict

from scraper.crawl import End, Ending, is_stored_page
from scraper.limits import Spent
from storage import workspace as places
from storage.ledger import Ledger
from storage.rendering_rows import render_counts
from storage.runs import Count, Run, counts, end_run, reopen_all, unfinished, use_time
from storage.selection_rows import count_records
from storage.store_figures import store_state
from storage.tidy import tidy
from storage.upkeep import Upkeep
from storage.words import Kind, Visit
from tandem.crawl_clock import CrawlClock
from tandem.crawl_parts import CrawlParts, Ground, crawl_parts, key_rules, seeds_of
from tandem.exit_codes import ExitCode
from tandem.host_gauge import slowest_hosts
from tandem.job_file import LoadedJob
from tandem.job_run import NotePage, RunName, RunOptions
from tandem.outcome_words import by_outcome
from tandem.page_note import page_note
from tandem.progress.announcer import Announcer
from tandem.progress.events import ReportEvent
from tandem.progress.figures import StoreFigures
from tandem.progress.tally import Before, Gauge
from tandem.run_choice import choose_run
from tandem.run_models import RunModels, run_models
from tandem.selecting import NoteRecord
from tandem.session_parts import declared
from tandem.show_progress import teller
from tandem.verdict import Crawled, Verdict

STORE_SECONDS = 5.0  # the figures of the store cost some milliseconds
CLOCK_SECONDS = 1.0  # how much of the time used may be forgotten by a kill


@asynccontextmanager
async def open_session(loaded: LoadedJob, options: RunOptions) -> AsyncIterator["CrawlSession"]:
    """Holds the workspace and opens the run that the job continues or begins."""
    rules = key_rules(loaded.job)
    declared(loaded.job, seeds_of(loaded, rules), options.variables)
    places.prepare(options.workspace)
    with places.hold(options.workspace):
        async with Ledger(places.ledger_path(options.workspace)) as ledger:
            await ledger.write(lambda c: tidy(c, options.workspace))
            run, is_continued = await ledger.write(
                lambda c: choose_run(c, loaded, rules, fresh=options.fresh)
            )
            counted = await ledger.read(lambda c: counts(c, run.run))
            yield CrawlSession(loaded, options, ledger, run, counted, is_continued=is_continued)


class CrawlSession:
    """The session of one process with one run."""

    def __init__(
        self,
        loaded: LoadedJob,
        options: RunOptions,
        ledger: Ledger,
        run: Run,
        counted: Sequence[Count],
        *,
        is_continued: bool,
    ) -> None:
        self._loaded = loaded
        self._options = options
        self._ledger = ledger
        self._run = run
        self._counted = counted
        self._is_continued = is_continued
        self._parts: CrawlParts | None = None
        self._note: NotePage | None = None
        self._upkeep = Upkeep(ledger, options.workspace)
        self._is_stopped = False
        self._clock = CrawlClock()
        self._store: StoreFigures | None = None
        self._last_gauge = Gauge()
        self._models = RunModels()
        self._rest: asyncio.Task[int] | None = None  # the selection that goes on after the crawl
        self._undecided = 0  # pages that wait for an answer

    @property
    def name(self) -> RunName:
        """Which run it is."""
        return RunName(self._run.id, self._run.job, self._run.number)

    @property
    def before(self) -> Before:
        """What earlier processes of this run counted, and its limits."""
        scope = self._loaded.job.scope
        return Before(
            pages=sum(count.visits for count in self._counted if count.is_page),
            bytes=sum(count.bytes for count in self._counted),
            seconds=self._run.seconds_used,
            outcomes=by_outcome(self._counted),
            limit_pages=scope.max_pages,
            limit_bytes=scope.max_bytes,
            limit_seconds=scope.max_minutes * 60,
        )

    def gauge(self) -> Gauge:
        """The queue and the slowest hosts at this moment."""
        if self._parts is None:
            return self._last_gauge
        stats = self._parts.frontier.stats()
        return Gauge(
            stats.waiting,
            stats.leased,
            stats.hosts,
            slowest_hosts(self._parts),
            self._store,
            self._models.stats(self._run.id),
            self._parts.selecting.undecided if self._parts.selecting is not None else 0,
            self._parts.shown.figures() if self._parts.shown is not None else None,
        )

    def pause(self) -> None:
        """Begins no more requests until resumed; the time that passes is not counted."""
        self._clock.pause()
        if self._parts is not None:
            self._parts.crawl.pause()

    def resume(self) -> None:
        """Goes on after a pause."""
        self._clock.resume()
        if self._parts is not None:
            self._parts.crawl.resume()

    def set_pace(self, concurrency: int | None, delay: float | None) -> None:
        """Changes the most requests in flight, and the seconds between two to one host."""
        if self._parts is None:
            return
        if concurrency is not None:
            self._parts.crawl.concurrency = concurrency
        if delay is not None:
            self._parts.set_delay(delay)

    def stop(self) -> None:
        """Begins nothing more."""
        self._is_stopped = True
        self._upkeep.stop()
        if self._rest is not None:
            self._rest.cancel()
        if self._parts is not None:
            self._parts.stop()

    async def crawl(self, note: NotePage, note_record: NoteRecord) -> Crawled:
        """Crawls until nothing is left, a limit is reached or it is stopped."""
        self._note = note
        before = self.before
        spent = Spent(before.pages, before.bytes, before.seconds)
        ground = Ground(
            self._ledger,
            self._options.workspace,
            self._run.run,
            self._run.id,
            self._is_continued,
            spent,
            self._clock,
            self._options.model_patience,
            teller(self._options.style),
            self._options.environment,
        )
        variables = self._options.variables
        async with (
            run_models(self._loaded.job.models, self._options.environment, variables) as self._models,
            crawl_parts(self._loaded, ground, self._committed, variables, self._models.fast) as parts,
        ):
            self._parts = parts
            if self._is_stopped:
                parts.stop()
            if parts.selecting is not None:
                parts.selecting.tell(note_record)
            ending = await self._crawl_beside(parts)
            await self._select_rest(parts, ending)
            self._last_gauge = self.gauge()
            self._parts = None
        crawled = await self._crawled(ending, parts.frontier.stats().waiting > 0)
        # A run without a page keeps its rows in the ledger: the same command may have to try them again.
        if ending.end is not End.STOPPED and crawled.pages:
            await self._upkeep.finish()
        return crawled

    async def _select_rest(self, parts: CrawlParts, ending: Ending) -> None:
        """What pages left open, unless a stop leaves that to the next run, or to `tandem select`."""
        if parts.selecting is None or ending.end is End.STOPPED or self._is_stopped:
            return
        work = asyncio.create_task(parts.selecting.finish(), name="selection")
        self._rest = work
        await asyncio.wait([work])
        self._rest = None
        if not work.cancelled():
            self._undecided = work.result()

    async def _crawl_beside(self, parts: CrawlParts) -> Ending:
        """The crawl with its clock and its sealing beside it; they end with it."""
        async with asyncio.TaskGroup() as group:
            clock = group.create_task(self._keep_time(), name="clock")
            upkeep = group.create_task(self._upkeep.run(), name="upkeep")
            look = group.create_task(self._look_at_store(), name="store figures")
            selection = (
                group.create_task(parts.selecting.run(), name="selection") if parts.selecting else None
            )
            try:
                return await parts.crawl.run()
            finally:
                clock.cancel()
                upkeep.cancel()
                look.cancel()
                if selection is not None:
                    selection.cancel()

    async def _look_at_store(self) -> None:
        ledger = places.ledger_path(self._options.workspace)
        while True:
            self._store = StoreFigures.model_validate(
                asdict(await self._ledger.read(lambda c: store_state(c, ledger)))
            )
            await asyncio.sleep(STORE_SECONDS)

    async def _keep_time(self) -> None:
        last = self._clock()
        try:
            while True:
                await asyncio.sleep(CLOCK_SECONDS)
                last = await self._use_time(last)
        finally:
            await asyncio.shield(self._use_time(last))

    async def _use_time(self, since: float) -> float:
        now = self._clock()
        await self._ledger.write(lambda c: use_time(c, self._run.run, now - since))
        return now

    def _committed(self, visits: Sequence[Visit], stale: int) -> None:
        if stale and self._parts is not None:
            self._parts.discovery.seen.forget()
        if self._parts is not None and self._parts.selecting is not None:
            self._parts.selecting.committed(visits)
        for visit in visits:
            if visit.lease.link.kind is Kind.REREAD:
                continue
            self._upkeep.note(visit.page.kept_bytes)
            if self._note is not None:
                self._note(page_note(visit), is_page=is_stored_page(visit))
                for one in visit.along:
                    self._note(page_note(one), is_page=False)

    async def _crawled(self, ending: Ending, has_more: bool) -> Crawled:
        counted = await self._ledger.read(lambda c: counts(c, self._run.run))
        return Crawled(
            outcomes=by_outcome(counted),
            pages=sum(count.visits for count in counted if count.is_page),
            bytes=sum(count.bytes for count in counted),
            unfinished=await self._ledger.read(lambda c: unfinished(c, self._run.run)),
            limit=ending.limit,
            has_more=has_more,
            records=await self._ledger.read(lambda c: count_records(c, self._run.run)),
            undecided=self._undecided,
            renderings=tuple(await self._ledger.read(lambda c: render_counts(c, self._run.run))),
        )

    async def report(self, announcer: Announcer) -> ReportEvent:
        """Writes the report, with the models of the job."""
        from tandem.analysis_progress import AnalysisProgress  # noqa: PLC0415 - not before the crawl is over
        from tandem.deep_run import Assignment, write_report_of  # noqa: PLC0415

        job, options, run = self._loaded.job, self._options, self._run.id
        assignment = Assignment(options.workspace, run, job.analysis, job.models)
        async with run_models(job.models, options.environment, options.variables) as models:
            progress = AnalysisProgress(announcer, lambda: models.stats(run))
            return await write_report_of(assignment, models, progress)

    async def end(self, verdict: Verdict) -> None:
        """Writes down how the run ended."""
        code, note = int(verdict.code), verdict.note
        if verdict.code is ExitCode.NOTHING_FETCHED:
            await self._ledger.write(lambda c: reopen_all(c, self._run.run))
        await self._ledger.write(lambda c: end_run(c, self._run.run, code, note))
