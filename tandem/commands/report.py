"""The commands `report` and `verify`."""

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tandem.commands.options import AsJson, Workspace
from tandem.environment import Environment
from tandem.exit_codes import ExitCode
from tandem.problem import UsageError
from tandem.query_output import new_file
from tandem.workspace_access import chosen_run, reading

if TYPE_CHECKING:
    from analysis.schema import Report
    from tandem.report_check import Fault

app = typer.Typer(rich_markup_mode=None)


class ReportFormat(StrEnum):
    """How a report is written."""

    MD = "md"
    HTML = "html"
    JSON = "json"
    PDF = "pdf"


@app.command(epilog="Example: tandem report books/2 --format html -o books.html")
def report(
    run: Annotated[
        str | None,
        typer.Argument(metavar="RUN", help="JOB, JOB/NUMBER or the run's id; the newest when not given."),
    ] = None,
    form: Annotated[ReportFormat, typer.Option("--format", help="How it is written.")] = ReportFormat.MD,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file instead of stdout.")] = None,
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="Make it anew, without a model, in place of the one that is there."),
    ] = False,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Print the report of a run, or write it into a file.

    Every format is made from report.json in the workspace. A run that has no report gets one now, without a
    model: sentences of its pages, and figures from its rows. PDF needs `pip install "tandem-scraper[pdf]"`.
    """
    from analysis.render_pdf import NoPdf  # noqa: PLC0415 - loads what no help needs
    from analysis.write import FORMATS  # noqa: PLC0415
    from tandem.run_reports import report_of  # noqa: PLC0415

    chosen = ReportFormat.JSON if as_json else form
    if chosen is ReportFormat.PDF and output is None and sys.stdout.isatty():
        raise UsageError("PDF is not for a terminal; name a file with -o")
    path = Environment.read(os.environ).workspace_path(workspace)
    with reading(path) as store:
        found, is_new = report_of(store, chosen_run(store, run), anew=fresh)
    if is_new:
        sys.stderr.write(f"made a report without a model: {path / 'reports' / found.run}\n")
    try:
        content = FORMATS[chosen](found)
    except NoPdf as error:
        raise UsageError(error) from error
    _write(content, output)
    return ExitCode.OK


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        with new_file(output) as file:
            file.write(content)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from error
    sys.stderr.write(f"wrote {output}\n")


@app.command(epilog="Example: tandem verify tandem-data/reports/books-2-1f0c9a7e/report.json")
def verify(
    path: Annotated[Path, typer.Argument(metavar="REPORT.json", help="The report to check.")],
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Check all that a report says against the stored pages, without one request.

    The cited body must be stored, and its text must have these words at that place, with the words around
    them; the figures, names and sense of each claim must be those of its quotes. Tables, charts and
    contradictions are counted again. What fails is listed, and the exit status is 6.
    """
    from analysis.write import NotAReport, read_report  # noqa: PLC0415 - loads what no help needs
    from tandem.report_check import faults  # noqa: PLC0415

    try:
        read = read_report(path)
    except NotAReport as error:
        raise UsageError(f"{error}: tandem report RUN --fresh") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    with reading(Environment.read(os.environ).workspace_path(workspace)) as store:
        failed = list(faults(store, read))
    _tell(read, failed, as_json=as_json)
    return ExitCode.INCOMPLETE if failed else ExitCode.OK


def _tell(report: "Report", failed: "list[Fault]", *, as_json: bool) -> None:
    from tandem import report_check  # noqa: PLC0415 - as above
    from tandem.query_cells import as_cell  # noqa: PLC0415

    claims, tables = len(list(report.claims())), report_check.figure_count(report)
    citations = len(report.quotes()) + sum(len(s.records) for one in report.contradictions for s in one.sides)
    if as_json:
        told = {"run": report.run, "claims": claims, "citations": citations, "tables": tables}
        listed = {"failed": [report_check.as_json(fault) for fault in failed]}
        sys.stdout.write(json.dumps(told | listed, ensure_ascii=False) + "\n")
        return
    for fault in failed:
        sys.stdout.write(as_cell(report_check.as_line(fault)) + "\n")
    ending = f"{len(failed):,} do not hold" if failed else "all hold"
    counted = f", {tables:,} tables and charts" if tables else ""
    sys.stdout.write(
        f"{claims:,} claims, {citations:,} citations of {len(report.sources):,} pages{counted}: {ending}\n"
    )
