"""The commands that crawl: `run`, `demo`."""

import asyncio
import gc
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from tandem.commands.options import AsJson, Changes, JobSource, Logs, Workspace, log_format
from tandem.crawl_session import open_session
from tandem.demo_job import free_port, quickstart
from tandem.environment import Environment
from tandem.job_file import load_job
from tandem.job_run import RunOptions, RunResult, run_job
from tandem.logs import logging_as
from tandem.show_progress import Style, style_for
from tandem.summary import summary

app = typer.Typer(rich_markup_mode=None)

Fresh = Annotated[
    bool, typer.Option("--fresh", help="Give up an open run and begin a new one; nothing is deleted.")
]
NoAnalysis = Annotated[bool, typer.Option("--no-analysis", help="Crawl and store, but write no report.")]


@app.command(epilog="Example: tandem run books.yaml --set scope.max_pages=50")
def run(
    job: JobSource,
    workspace: Workspace = None,
    changes: Changes = None,
    fresh: Fresh = False,
    no_analysis: NoAnalysis = False,
    logs: Logs = None,
    as_json: AsJson = False,
) -> int:
    """Crawl, select and analyse as a job file says; run again to continue.

    The first Ctrl-C finishes what is in hand, the second stops at once; the same command continues.
    `docs/exit-codes.md` says what the exit status means.
    """
    loaded = load_job(job, changes or ())
    with logging_as(log_format(logs, Environment.read(os.environ))) as log:
        options = _options(workspace, log, fresh=fresh, analyse=not no_analysis, as_json=as_json)
        return _finish(_run(run_job(loaded, options, open_session)), options)


@app.command(epilog="Example: tandem demo --workspace /tmp/shop")
def demo(
    workspace: Workspace = None,
    changes: Changes = None,
    fresh: Fresh = False,
    no_analysis: NoAnalysis = False,
    logs: Logs = None,
    as_json: AsJson = False,
) -> int:
    """Serve the bundled demo shop and run the quickstart job against it."""
    with logging_as(log_format(logs, Environment.read(os.environ))) as log:
        options = _options(workspace, log, fresh=fresh, analyse=not no_analysis, as_json=as_json)
        return _finish(_run(_demo(changes or [], options)), options)


def _run(work: Coroutine[Any, Any, RunResult]) -> RunResult:
    gc.freeze()  # what was imported is never looked at again
    return asyncio.run(work)


async def _demo(changes: list[str], options: RunOptions) -> RunResult:
    from tandem.demo.server import DemoShop  # noqa: PLC0415 - a whole shop, which `run` does not need

    async with DemoShop(port=free_port(options.workspace)) as shop:
        return await run_job(quickstart(shop.url, changes), options, open_session)


def _options(
    workspace: Path | None, log: IO[str] | None, *, fresh: bool, analyse: bool, as_json: bool
) -> RunOptions:
    environment = Environment.read(os.environ)
    return RunOptions(
        workspace=environment.workspace_path(workspace),
        fresh=fresh,
        analyse=analyse,
        style=style_for(as_json=as_json, logs=log is not None),
        environment=environment,
        variables=os.environ,
        log=log,
    )


def _finish(result: RunResult, options: RunOptions) -> int:
    if options.style is not Style.JSON:
        for line in summary(result):
            sys.stdout.write(line + "\n")
    return result.verdict.code
