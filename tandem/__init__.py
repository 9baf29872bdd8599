"""Tandem: crawl politely on your own machine, and report what the pages say."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tandem.version import __version__

if TYPE_CHECKING:
    from tandem.job import Job
    from tandem.job_run import RunResult

__all__ = ["__version__", "run"]


async def run(
    job: "Job | Mapping[str, Any] | str | Path",
    *,
    workspace: str | Path | None = None,
    fresh: bool = False,
    analyse: bool = True,
) -> "RunResult":
    """Runs a job, or continues its open run: a Job, its keys and values, a job file, or a URL alone."""
    # The crawl is loaded when it is wanted: `tandem --help` should not wait for it.
    from tandem.python_run import run_from_python  # noqa: PLC0415

    return await run_from_python(job, workspace, fresh=fresh, analyse=analyse)
