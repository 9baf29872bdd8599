"""Runs a job for a Python program: silent, and without touching the program's signals."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tandem.crawl_session import open_session
from tandem.environment import Environment
from tandem.job import Job
from tandem.job_check import check
from tandem.job_file import LoadedJob, load_job
from tandem.job_run import RunOptions, RunResult, run_job
from tandem.job_yaml import Written
from tandem.problem import JobError
from tandem.show_progress import Style


async def run_from_python(
    job: Job | Mapping[str, Any] | str | Path, workspace: str | Path | None, *, fresh: bool, analyse: bool
) -> RunResult:
    """As `tandem run`, but what a command would print is in the result."""
    environment = Environment.read(os.environ)
    options = RunOptions(
        workspace=environment.workspace_path(None if workspace is None else Path(workspace)),
        fresh=fresh,
        analyse=analyse,
        style=Style.SILENT,
        hears_signals=False,
        environment=environment,
        variables=os.environ,
    )
    return await run_job(_loaded(job), options, open_session)


def _loaded(job: Job | Mapping[str, Any] | str | Path) -> LoadedJob:
    if isinstance(job, Job):
        return LoadedJob(job, Path.cwd())
    if isinstance(job, Mapping):
        read, problems = check(Written("job", dict(job)))
        if read is None:
            raise JobError(problems)
        return LoadedJob(read, Path.cwd())
    return load_job(str(job))
