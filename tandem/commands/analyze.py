"""The command that writes a report anew: `analyze`."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from tandem.commands.options import AsJson, Workspace
from tandem.environment import Environment
from tandem.exit_codes import ExitCode
from tandem.problem import WorkspaceError
from tandem.workspace_access import chosen_run, reading, storage_errors

app = typer.Typer(rich_markup_mode=None)


@app.command("analyze", epilog='Example: tandem analyze books --question "What do the books cost?"')
def analyze(
    name: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="The run; the newest when not given.")
    ] = None,
    question: Annotated[
        list[str] | None,
        typer.Option("--question", metavar="TEXT", help="What to answer, in place of the job's questions."),
    ] = None,
    job: Annotated[
        str | None,
        typer.Option("--job", metavar="JOB.yaml", help="Models, analysis and progress of this job instead."),
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Write the report of a run anew, or for another question.

    No site is asked.

    What models answered before is not asked again, so an interrupted report goes on where it was, and another
    question costs only what depends on it. Works beside a crawl. Without models, the pages speak alone.
    How far it is, is published as a run is: to the job's broker, else to one in the workspace.
    """
    from tandem.analyze import Wanted, analyze_run  # noqa: PLC0415 - loads what no help needs
    from tandem.job_run import ReportFailed  # noqa: PLC0415

    path = Environment.read(os.environ).workspace_path(workspace)
    with reading(path) as store:
        run = chosen_run(store, name)
    wanted = Wanted.of(run, job, tuple(question or ()))
    try:
        with storage_errors():
            report = asyncio.run(analyze_run(path, run, wanted, Environment.read(os.environ), os.environ))
    except ReportFailed as error:
        raise WorkspaceError(f"the report failed: {error}") from error
    _tell(path, report.model_dump(), as_json=as_json)
    return ExitCode.INCOMPLETE if report.incomplete else ExitCode.OK


def _tell(path: Path, report: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(report) + "\n")
        return
    sys.stdout.write(f"run       {report['run']}\nclaims    {report['claims']}\n")
    files = report["files"]
    for file in files if isinstance(files, tuple) else ():
        sys.stdout.write(f"report    {path / file}\n")
    if report["incomplete"]:
        sys.stdout.write(f"lacking   {report['incomplete']}\n")
