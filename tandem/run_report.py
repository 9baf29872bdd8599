"""Reads the pages of a run out of the store and has the report written."""

from collections import Counter
from pathlib import Path

from analysis.report import Plan, RunFacts, build_report
from analysis.write import write_report
from storage.runs import Run
from storage.store import Store
from tandem.job import Analysis
from tandem.job_run import ReportFailed
from tandem.outcome_words import by_outcome, tallied
from tandem.progress.events import ReportEvent
from tandem.report_figures import counted
from tandem.stored_texts import is_eligible, is_stored, listed_pages, text_of


def write_run_report(workspace: Path, run_id: str, wanted: Analysis) -> ReportEvent:
    """The report of a run in the formats that the job names."""
    with Store(workspace) as store:
        run = store.find_run(run_id)
        if run is None:
            raise ReportFailed(f"no run {run_id} in {workspace}")
        plan = Plan(wanted.questions, wanted.max_pages)
        report = build_report(
            run_facts(store, run), listed_pages(store, run), text_of(store, run), plan, counted(store, run)
        )
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


def run_facts(store: Store, run: Run) -> RunFacts:
    """What the rows of a run say about it."""
    hosts: Counter[str] = Counter()
    eligible = 0
    for page in store.pages(run):
        hosts[page.host] += is_stored(page)
        eligible += is_eligible(page)
    return RunFacts(
        job=run.job,
        run=run.id,
        number=run.number,
        started_at=run.started_at,
        ended_at=run.ended_at,
        ending=run.note or "complete",
        tallies=[(one.outcome, one.reason, one.visits) for one in tallied(by_outcome(store.counts(run)))],
        hosts=(+hosts).most_common(),
        eligible=eligible,
    )
