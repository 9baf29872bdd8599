"""Where the report of a run lies, and what is made where there is none."""

import json
from pathlib import Path

from analysis.schema import Report
from analysis.write import NotAReport, read_report, write_report
from storage.runs import Run
from storage.store import Store
from tandem.job import Analysis
from tandem.problem import UsageError
from tandem.run_report import extractive_report, formats_of


def report_path(workspace: Path, run: Run) -> Path:
    """The file that every format is made from."""
    return workspace / "reports" / run.id / "report.json"


def report_of(store: Store, run: Run, *, anew: bool = False) -> tuple[Report, bool]:
    """The report of a run, and whether it was made now, without a model, because there was none."""
    path = report_path(store.path, run)
    if not anew and path.exists():
        try:
            return read_report(path), False
        except NotAReport as error:
            raise UsageError(f"{error}: tandem report {run.job}/{run.number} --fresh") from error
    wanted = analysis_of(run)
    report = extractive_report(store, run, wanted)
    write_report(report, path.parent, [name for name in formats_of(wanted) if name != "pdf"])
    return report, True


def analysis_of(run: Run) -> Analysis:
    """What the job of a run wants to know; of an imported run nothing."""
    return Analysis.model_validate(json.loads(run.job_file).get("analysis", {}))
