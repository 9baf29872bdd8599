"""The command that reads stored pages again: `select`."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from scraper.content.content import ENGINE_VERSION
from tandem.commands.options import AsJson, Workspace
from tandem.environment import Environment
from tandem.exit_codes import ExitCode
from tandem.long_work import LongWork
from tandem.workspace_access import chosen_run, reading, storage_errors

app = typer.Typer(rich_markup_mode=None)


@app.command("select", epilog="Example: tandem select books --all")
def select_pages(
    name: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="The run; the newest when not given.")
    ] = None,
    job: Annotated[
        str | None,
        typer.Option("--job", metavar="JOB.yaml", help="A job with other fields; the run keeps them."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Read everything again: content of older engines, decided records.")
    ] = False,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Read stored pages again, without one request.

    Reads the main content of pages that were stored without it, such as imported ones, and selects the
    records that the run's job wants in pages that are undecided or were never read for them. With --job,
    the fields of that job take the place of the run's own.
    """
    from tandem.job_file import load_job  # noqa: PLC0415 - loads what no help needs
    from tandem.reread import reread  # noqa: PLC0415
    from tandem.reselect import Reselected, Wish, reselect  # noqa: PLC0415
    from tandem.run_models import run_models  # noqa: PLC0415

    environment = Environment.read(os.environ)
    other = load_job(job).job if job is not None else None

    path = environment.workspace_path(workspace)
    with reading(path) as store:
        run = chosen_run(store, name)
    work = LongWork("read", "pages")

    async def _reselected(wish: Wish) -> Reselected:
        async with run_models(wish.models, environment, os.environ) as models:
            return await reselect(path, replace(wish, tier=models.fast), work.add)

    with storage_errors():
        result = asyncio.run(reread(path, run, work.add, renew=everything))
        records = asyncio.run(_reselected(Wish(run, other, everything)))
    facts = {"run": run.id, "engine": ENGINE_VERSION, **asdict(result), "records": asdict(records)}
    sys.stdout.write(json.dumps(facts) + "\n" if as_json else "".join(f"{line}\n" for line in _lines(facts)))
    return ExitCode.INCOMPLETE if records.undecided else ExitCode.OK


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    """What a person reads of it."""
    yield f"run     {facts['run']}"
    yield f"read    {facts['pages']:,} pages by engine {facts['engine']}"
    yield f"known   {facts['known']:,} were read before"
    if facts["unread"]:
        yield f"unread  {facts['unread']:,} have no stored body, or took too long"
    yield f"looked  at {facts['records']['looked']:,} pages for records"
    if facts["records"]["undecided"]:
        yield f"open    {facts['records']['undecided']:,} pages still wait for a model"
