"""Reads the pages of a run out of the store and has the report written."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from analysis.corpus import SourcePage
from analysis.report import Plan, RunFacts, build_report
from analysis.write import write_report
from storage.run_pages import PageFacts
from storage.runs import Run
from storage.store import Store
from storage.words import Outcome
from tandem.job import Analysis
from tandem.job_run import ReportFailed
from tandem.outcome_words import by_outcome, tallied
from tandem.page_text import PageText, stored_text, visible_text
from tandem.progress.events import ReportEvent

_READABLE = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
_STORED = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})


def write_run_report(workspace: Path, run_id: str, wanted: Analysis) -> ReportEvent:
    """The report of a run in the formats that the job names."""
    with Store(workspace) as store:
        run = store.find_run(run_id)
        if run is None:
            raise ReportFailed(f"no run {run_id} in {workspace}")
        plan = Plan(wanted.questions, wanted.max_pages)
        report = build_report(_facts(store, run), _sources(store, run), plan)
        formats = [name for name in wanted.formats if name != "pdf"]
        try:
            files = write_report(report, workspace / "reports" / run.id, formats)
        except OSError as error:
            raise ReportFailed(f"{error.filename}: {error.strerror}") from error
    return ReportEvent(
        run=run.id,
        title=f"{run.job}, run {run.number}",
        files=tuple(str(path.relative_to(workspace)) for path in files),
        claims=len(list(report.quotes())),
    )


def _facts(store: Store, run: Run) -> RunFacts:
    hosts: Counter[str] = Counter()
    eligible = 0
    for page in store.pages(run):
        if page.outcome in _STORED and page.reason != "redirected":
            hosts[page.host] += 1
            eligible += page.content_type in _READABLE
    return RunFacts(
        job=run.job,
        run=run.id,
        started_at=run.started_at,
        ended_at=run.ended_at,
        ending=run.note or "complete",
        tallies=[(one.outcome, one.reason, one.visits) for one in tallied(by_outcome(store.counts(run)))],
        hosts=hosts.most_common(),
        eligible=eligible,
    )


def _sources(store: Store, run: Run) -> Iterator[SourcePage]:
    for page in store.pages(run):
        if page.outcome in _STORED and page.reason != "redirected" and page.content_type in _READABLE:
            read = stored_text(store, page) or _visible(store, page)
            yield SourcePage(page.url, page.title, read.text, page.digest, read.engine)


def _visible(store: Store, page: PageFacts) -> PageText:
    return visible_text(page, store.body(page.visit) or b"")
