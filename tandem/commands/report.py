"""The commands `report` and `verify`."""

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tandem.commands.options import AsJson, Workspace
from tandem.environment import Environment
from tandem.exit_codes import ExitCode
from tandem.problem import UsageError
from tandem.query_output import new_file
from tandem.workspace_access import chosen_run, reading

if TYPE_CHECKING:
    from analysis.schema import Report
    from analysis.verify import Unproved

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
    """Check every citation of a report against the stored pages, without one request.

    The cited body must be stored, and its text must have these words at that place, with the words around
    them; the figures, names and sense of each claim must be those of its quotes. Each citation that fails is
    listed, and the exit status is 6.
    """
    from analysis.verify import verify as unproved_by  # noqa: PLC0415 - loads what no help needs
    from analysis.write import NotAReport, read_report  # noqa: PLC0415
    from tandem.stored_texts import is_body_of, text_of  # noqa: PLC0415

    try:
        read = read_report(path)
    except NotAReport as error:
        raise UsageError(f"{error}: tandem report RUN --fresh") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    with reading(Environment.read(os.environ).workspace_path(workspace)) as store:
        run = store.find_run(read.run)
        failed = list(unproved_by(read, text_of(store, run), is_body_of(store, run)))
    _tell(read, failed, as_json=as_json)
    return ExitCode.INCOMPLETE if failed else ExitCode.OK


def _tell(report: "Report", failed: "list[Unproved]", *, as_json: bool) -> None:
    from tandem.query_cells import as_cell  # noqa: PLC0415 - as above

    claims = len(list(report.claims()))
    citations = len(report.quotes()) + sum(len(s.records) for one in report.contradictions for s in one.sides)
    if as_json:
        told = {
            "run": report.run,
            "claims": claims,
            "citations": citations,
            "failed": list(map(_as_json, failed)),
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    for one in failed:
        why = f" ({', '.join(one.reasons)})" if one.reasons else ""
        line = f"{one.flaw.replace('_', ' ')}{why}: {one.cited.url}: {one.claim}"
        sys.stdout.write(as_cell(line) + "\n")
    ending = f"{len(failed):,} do not hold" if failed else "all hold"
    sys.stdout.write(
        f"{claims:,} claims, {citations:,} citations of {len(report.sources):,} pages: {ending}\n"
    )


def _as_json(one: "Unproved") -> dict[str, Any]:
    cited = one.cited.model_dump(include={"url", "body_digest", "engine", "start", "end", "words"})
    return {"flaw": one.flaw, "reasons": one.reasons, "section": one.section, "claim": one.claim} | cited
