"""One run from its job to its exit status: crawl, report, and everyone told."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from tandem.broker_choice import BrokerChoice, choose_broker
from tandem.control import Control, Steerable, refusal
from tandem.environment import Environment, missing_secrets
from tandem.job_file import LoadedJob
from tandem.logs import log_events
from tandem.metrics_port import metrics_port
from tandem.problem import UsageError
from tandem.progress.announcer import Announcer
from tandem.progress.events import ErrorEvent, NewestRun, PageNote, RecordNote, ReportEvent
from tandem.progress.memory import MemoryBus
from tandem.progress.reporter import Reporter
from tandem.progress.tally import Before, Gauge, Tally
from tandem.publication import Publication
from tandem.show_progress import Style, show_progress, teller
from tandem.signals import StopSignal
from tandem.verdict import Crawled, Verdict, judge
from tandem.workspace_access import storage_errors

MOST_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the command line and the environment say about one run."""

    workspace: Path
    fresh: bool = False
    analyse: bool = True
    style: Style = Style.LINES
    hears_signals: bool = True
    model_patience: float = 60.0  # seconds that a run waits, at its end, for a model that is away
    environment: Environment = field(default_factory=Environment)
    variables: Mapping[str, str] = field(default_factory=dict)  # where secrets are looked up
    log: IO[str] | None = None  # where events are logged as JSON


@dataclass(frozen=True, slots=True)
class RunName:
    """Which run it is."""

    id: str
    job: str
    number: int


class NotePage(Protocol):
    """Takes what became of one URL; `is_page` when it counts against `max_pages`."""

    def __call__(self, note: PageNote, *, is_page: bool) -> None: ...


class Session(Steerable, Protocol):
    """One run that is open in its workspace; whoever opens it holds the workspace."""

    @property
    def name(self) -> RunName:
        """Which run it is."""

    @property
    def before(self) -> Before:
        """What earlier processes of this run counted, and its limits."""

    def gauge(self) -> Gauge:
        """The queue and the slowest hosts at this moment."""

    def stop(self) -> None:
        """Begins nothing more; `crawl` returns within ten seconds."""

    async def crawl(self, note: NotePage, note_record: Callable[[RecordNote], None]) -> Crawled:
        """Crawls until nothing is left, a limit is reached or it is stopped."""

    async def report(self, announcer: Announcer) -> ReportEvent:
        """Writes the report, and tells how far it is; ReportFailed when there is none."""

    async def end(self, verdict: Verdict) -> None:
        """Writes down how the run ended."""


class ReportFailed(Exception):
    """The report could not be written; the pages are all there."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended and what it came to."""

    name: RunName
    verdict: Verdict
    crawled: Crawled
    workspace: Path
    report: ReportEvent | None = None


OpenSession = Callable[[LoadedJob, RunOptions], AbstractAsyncContextManager[Session]]


async def run_job(loaded: LoadedJob, options: RunOptions, open_session: OpenSession) -> RunResult:
    """Runs a job, or continues its open run."""
    missing = missing_secrets(loaded.job, options.variables)
    if missing:
        raise UsageError(
            *(f"the environment variable {name} is not set; the job names it" for name in missing)
        )
    broker = choose_broker(loaded.job.progress, options.environment, options.variables, loaded.folder)
    port = metrics_port(loaded.job.progress.metrics, options.environment)
    stop = StopSignal()
    with storage_errors(), stop if options.hears_signals else nullcontext():
        async with open_session(loaded, options) as session:
            result = await _Run(loaded, options, session, stop, port).told(broker)
            # The very last act: a process that dies before it is continued, one that dies after it has ended.
            await session.end(result.verdict)
            return result


class _Run:
    """One run under way."""

    def __init__(
        self,
        loaded: LoadedJob,
        options: RunOptions,
        session: Session,
        stop: StopSignal,
        port: int | None,
    ) -> None:
        self._job = loaded.job
        self._options = options
        self._session = session
        self._stop = stop
        name = session.name
        self._announcer = Announcer(name.id, name.job, name.number)
        self._control = Control(session, self._announcer, stop)
        self._port = port

    async def told(self, broker: BrokerChoice) -> RunResult:
        """Does the work while everyone is told; whoever listens gets the last word, too."""
        bus = MemoryBus()
        self._announcer.connect(bus)
        prefix = self._job.progress.prefix
        options, control = self._options, self._control
        control.refusal = refusal(self._job.progress, broker)
        workspace, style = options.workspace, options.style
        publication = Publication(broker, prefix, workspace, self._announcer, style, control.serve)
        async with self._measured(bus), asyncio.TaskGroup() as group:
            group.create_task(show_progress(bus.subscribe("#"), options.style), name="show")
            group.create_task(publication.carry(bus.subscribe("#")), name="publish")
            if options.log is not None:
                group.create_task(log_events(bus.subscribe("#"), options.log), name="log")
            work = asyncio.create_task(self._work(), name="run")
            try:
                await asyncio.wait([work])
                if failure := work.exception():
                    self._say_failure("run", failure)
                    self._announcer.say_state("failed", type(failure).__name__)
            finally:
                work.cancel()
                bus.close()
        return work.result()

    def _measured(self, bus: MemoryBus) -> AbstractAsyncContextManager[None]:
        """With figures for Prometheus, where the job or the environment names a port."""
        if self._port is None:
            return nullcontext()
        from tandem.metrics_server import measured  # noqa: PLC0415 - few runs are measured

        return measured(bus, self._port, teller(self._options.style))

    async def _work(self) -> RunResult:
        session, announcer = self._session, self._announcer
        announcer.say(NewestRun(job=session.name.job, run=session.name.id))
        announcer.say_state("running")
        self._stop.when_stopped(self._drain)
        tally = Tally(session.name.id, session.before)
        async with Reporter(announcer, tally, session.gauge) as reporter:
            self._control.is_crawling = True
            crawled = await session.crawl(reporter.note, reporter.note_record)
            self._control.is_crawling = False
        report, failed_report = await self._analyse(crawled)
        verdict = judge(crawled, self._job.scope, self._stop.code, failed_report, self._stop.by)
        announcer.say_state(verdict.state, verdict.note, int(verdict.code))
        return RunResult(session.name, verdict, crawled, self._options.workspace, report)

    def _drain(self) -> None:
        self._announcer.say_state("draining", f"stopped by {self._stop.by}")
        self._session.stop()

    async def _analyse(self, crawled: Crawled) -> tuple[ReportEvent | None, str]:
        """The report, or why there is none; a stop takes effect at once, since a report can be made later."""
        if not self._options.analyse or self._stop.code is not None or not crawled.pages:
            return None, ""
        self._announcer.say_state("analysing")
        work = asyncio.create_task(self._session.report(self._announcer), name="report")
        self._stop.when_stopped(lambda: _cancel(work))
        await asyncio.wait([work])
        if work.cancelled():
            return None, "stopped"
        failure = work.exception()
        if isinstance(failure, ReportFailed):
            self._say_failure("report", failure)
            return None, str(failure)
        report = work.result()
        self._announcer.say(report)
        return report, report.incomplete

    def _say_failure(self, what: str, failure: BaseException) -> None:
        line = " ".join(f"{type(failure).__name__}: {failure}".split())[:MOST_CHARACTERS]
        self._announcer.say(ErrorEvent(run=self._announcer.run, what=what, message=line))


def _cancel(work: asyncio.Task[ReportEvent]) -> None:
    work.cancel()
