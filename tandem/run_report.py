"""Reads the pages of a run out of the store and has the report written."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from analysis.corpus import Listed, SourcePage
from analysis.report import Plan, RunFacts, build_report
from analysis.verify import TextOf
from analysis.write import write_report
from storage.run_pages import PageFacts
from storage.runs import Run
from storage.store import Store
from storage.words import Outcome
from tandem.job import Analysis
from tandem.job_run import ReportFailed
from tandem.outcome_words import by_outcome, tallied
from tandem.page_text import stored_text, text_by_engine, visible_text
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
        report = build_report(_facts(store, run), _listed(store, run), text_of(store, run), plan)
        formats = [name for name in wanted.formats if name != "pdf"]
        try:
            files = write_report(report, workspace / "reports" / run.id, formats)
        except OSError as error:
            raise ReportFailed(f"{error.filename}: {error.strerror}") from error
    return ReportEvent(
        run=run.id,
        title=f"{run.job}, run {run.number}",
        files=tuple(str(path.relative_to(workspace)) for path in files),
        claims=len(list(report.claims())),
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
        number=run.number,
        started_at=run.started_at,
        ended_at=run.ended_at,
        ending=run.note or "complete",
        tallies=[(one.outcome, one.reason, one.visits) for one in tallied(by_outcome(store.counts(run)))],
        hosts=hosts.most_common(),
        eligible=eligible,
    )


def _listed(store: Store, run: Run) -> Iterator[Listed]:
    for page in store.pages(run):
        if page.outcome in _STORED and page.reason != "redirected" and page.content_type in _READABLE:
            yield Listed(page.digest, partial(_read, store, page))


def _read(store: Store, page: PageFacts) -> SourcePage | None:
    read = stored_text(store, page)
    if read is None:
        body = store.body(page.visit)
        if body is None:
            return None
        read = visible_text(page, body)
    return SourcePage(page.url, page.title, read.text, page.digest, read.engine)


def text_of(store: Store, run: Run | None) -> TextOf:
    """The texts that quotes of a run stand in."""

    def find(url: str, digest: str, engine: str) -> str | None:
        wanted = bytes.fromhex(digest)
        page = store.get_page(url, run)
        if page is None or page.digest != wanted:
            return None
        return text_by_engine(store, page, page.body, engine)

    return find
