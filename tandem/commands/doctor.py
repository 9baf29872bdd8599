"""The command `doctor`."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from tandem import surroundings
from tandem.commands.options import AsJson, Workspace
from tandem.doctor import examine
from tandem.environment import Environment
from tandem.exit_codes import ExitCode
from tandem.finding import Finding, Health
from tandem.job_file import load_job
from tandem.job_findings import job_findings
from tandem.model_choice import endpoints_of
from tandem.model_findings import model_findings

app = typer.Typer(rich_markup_mode=None)
_MARKS = {Health.GOOD: "ok", Health.LIMITED: "note", Health.BROKEN: "FAIL"}


@app.command(epilog="Example: tandem doctor --job books.yaml")
def doctor(
    job: Annotated[
        str | None, typer.Option("--job", metavar="JOB.yaml", help="Look at what this job needs, too.")
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Say what works here, what does not, what that costs, and how to mend it.

    With --job, also whether this job's seeds, room, broker, proxies, browser, models and formats are at hand.
    Exits 0 when a job can run here, if with less; 3 when the workspace is the problem, else 2.
    """
    environment = Environment.read(os.environ)
    findings = list(examine(environment, environment.workspace_path(workspace)))
    if job is not None:
        findings += _of_job(job, environment, environment.workspace_path(workspace))
    for finding in findings:
        sys.stdout.write(json.dumps(asdict(finding)) + "\n" if as_json else _lines(finding))
    broken = {finding.subject for finding in findings if finding.health is Health.BROKEN}
    if broken:
        return ExitCode.STORAGE if broken == {"workspace"} else ExitCode.USAGE
    return ExitCode.OK


def _of_job(source: str, environment: Environment, place: Path) -> Iterator[Finding]:
    loaded = load_job(source)
    yield from job_findings(loaded, environment, place, os.environ)
    wanted = loaded.job.browser
    if wanted.executable or wanted.sandbox == "off":  # else it is the browser that was looked at already
        asked_for = wanted.executable or environment.browser
        found = surroundings.browser(asked_for, environment.playwright_folder, wanted.sandbox == "on")
        yield replace(found, subject="its browser")
    endpoints = endpoints_of(loaded.job.models, environment.ollama, os.environ)
    yield from model_findings(endpoints, environment)


def _lines(finding: Finding) -> str:
    text = f"{_MARKS[finding.health]:<5} {finding.subject:<13} {finding.found}\n"
    if finding.cost:
        text += f"{'':<20}{finding.cost}\n"
    if finding.remedy:
        text += f"{'':<20}to mend it: {finding.remedy}\n"
    return text
