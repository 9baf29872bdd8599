"""Reads the pages of a run out of the store and has the report written."""

from collections import Counter
from itertools import islice
from pathlib import Path

from analysis.render_pdf import NoPdf
from analysis.report import Plan, RunFacts, build_report
from analysis.schema import Report
from analysis.write import write_report
from storage.runs import Run
from storage.store import Store
from tandem.job import Analysis
from tandem.job_run import ReportFailed
from tandem.outcome_words import by_outcome, tallied
from tandem.progress.events import ReportEvent
from tandem.report_figures import counted
from tandem.stored_texts import is_eligible, is_stored, listed_pages, text_of
from tandem.version import __version__


def write_run_report(workspace: Path, run_id: str, wanted: Analysis) -> ReportEvent:
    """The report of a run in the formats that the job names."""
    with Store(workspace) as store:
        run = store.find_run(run_id)
        if run is None:
            raise ReportFailed(f"no run {run_id} in {workspace}")
        report = extractive_report(store, run, wanted)
    return publish(workspace, run, report, wanted)


def publish(workspace: Path, run: Run, report: Report, wanted: Analysis, incomplete: str = "") -> ReportEvent:
    """Writes the files of a report, whoever wrote its sections."""
    try:
        files = _written(report, workspace / "reports" / run.id, formats_of(wanted))
    except OSError as error:
        raise ReportFailed(f"{error.filename}: {error.strerror}") from error
    except NoPdf as error:
        raise ReportFailed(str(error)) from error
    return ReportEvent(
        run=run.id,
        title=f"{run.job}, run {run.number}",
        files=tuple(str(path.relative_to(workspace)) for path in files),
        claims=len(list(report.claims())),
        incomplete=incomplete,
    )


def _written(report: Report, folder: Path, formats: list[str]) -> tuple[Path, ...]:
    """The files; PDF last, since it is the one that a machine may not be able to make."""
    last = [name for name in formats if name == "pdf"]
    files = write_report(report, folder, [name for name in formats if name != "pdf"])
    return (*files, *write_report(report, folder, last))


def extractive_report(store: Store, run: Run, wanted: Analysis) -> Report:
    """A report without a model."""
    plan = Plan(wanted.questions, wanted.max_pages, __version__)
    facts = run_facts(store, run)
    pages = islice(listed_pages(store, run), facts.eligible)  # a run that goes on brings more meanwhile
    return build_report(facts, pages, text_of(store, run), plan, counted(store, run))


def formats_of(wanted: Analysis) -> list[str]:
    """The files that a job wants; report.json is always there, since the others are made from it."""
    return list(dict.fromkeys([*wanted.formats, "json"]))


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
        ending=_ending(store, run),
        tallies=[(one.outcome, one.reason, one.visits) for one in tallied(by_outcome(store.counts(run)))],
        hosts=(+hosts).most_common(),
        eligible=eligible,
    )


def _ending(store: Store, run: Run) -> str:
    """How the run ended; of one that is open, or whose report is a part of it, what is known so far."""
    if run.exit_code is not None:
        return run.note or ("complete" if run.exit_code == 0 else f"ended with exit code {run.exit_code}")
    again = sum(store.unfinished(run).values())
    return f"{again:,} URLs are to be tried again" if again else "every URL visited has an outcome"
