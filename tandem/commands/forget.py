"""The command that takes pages out of a workspace for good: `forget`."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from storage import workspace as places
from storage.address import NotAnAddress, parse
from storage.forget import Forgotten, forget
from storage.forget_target import HostTarget, PageTarget, RunTarget, Target
from storage.runs import Run
from tandem.commands.options import AsJson, Workspace
from tandem.copies import Gone, forget_copies
from tandem.environment import Environment
from tandem.exit_codes import ExitCode
from tandem.forget_progress import forget_hosts, forget_progress
from tandem.problem import UsageError
from tandem.workspace_access import chosen_run, reading, storage_errors

app = typer.Typer(rich_markup_mode=None)


@app.command("forget", epilog="Example: tandem forget https://shop.example/people/ann")
def forget_pages(
    url: Annotated[
        str | None, typer.Argument(metavar="URL", help="One page in all its versions, by any spelling.")
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", metavar="H", help="Every page of a host, as `hosts` names it.")
    ] = None,
    run: Annotated[
        str | None, typer.Option("--run", metavar="RUN", help="Everything that only this run found.")
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Delete a page, a host or a run for good.

    With the pages goes all that was read in them.
    Nobody is shown them from the first moment on; their bytes are gone when the command ends with 0. What
    other pages say about them stays, and reports that quote them are listed. There is no way back.
    """
    if sum(name is not None for name in (url, host, run)) != 1:
        raise UsageError("name one thing to forget: a URL, --host H or --run RUN")
    path = Environment.read(os.environ).workspace_path(workspace)
    with storage_errors():
        places.require(path)
        places.prepare(path)
        with places.hold(path):
            chosen = _run(path, run) if run is not None else None
            forgotten = asyncio.run(forget(path, _target(url, host, chosen)))
            gone = Gone(forgotten.urls, host and host.lower(), chosen.id if chosen else None)
            quoting = forget_copies(path, gone)
    if not forgotten.visits and forgotten.is_complete:
        raise UsageError(f"{url or host or run} is not in {path}: nothing was forgotten")
    _tell(forgotten, quoting, as_json=as_json)
    if chosen is not None and (failure := forget_progress(chosen, _newest(path, chosen), os.environ)):
        sys.stderr.write(f"{failure}\n")
    if host is not None:
        sys.stderr.writelines(f"{failure}\n" for failure in forget_hosts(_runs(path), os.environ))
    return ExitCode.OK if forgotten.is_complete else ExitCode.INCOMPLETE


def _run(path: Path, name: str) -> Run:
    with reading(path) as store:
        return chosen_run(store, name)


def _runs(path: Path) -> list[Run]:
    with reading(path) as store:
        return store.runs()


def _newest(path: Path, gone: Run) -> str | None:
    """The newest run of the job that is left."""
    with reading(path) as store:
        left = [run for run in store.runs() if run.job == gone.job and run.run != gone.run]
    return max(left, key=lambda run: run.number).id if left else None


def _target(url: str | None, host: str | None, run: Run | None) -> Target:
    if run is not None:
        return RunTarget(run.run)
    if host is not None:
        return HostTarget(host.lower())
    try:
        return PageTarget(parse(url or "").fetch)
    except NotAnAddress as error:
        raise UsageError(f"{url!r} is no URL: {error.reason.replace('_', ' ')}") from error


def _tell(forgotten: Forgotten, quoting: list[str], *, as_json: bool) -> None:
    if as_json:
        facts = {
            "visits": forgotten.visits,
            "urls": sorted(forgotten.urls),
            "files_rewritten": forgotten.files_rewritten,
            "set_aside_removed": forgotten.set_aside_removed,
            "quoted_in": quoting,
            "files_in_use": forgotten.files_in_use,
            "complete": forgotten.is_complete,
        }
        sys.stdout.write(json.dumps(facts) + "\n")
    else:
        sys.stdout.write(
            f"forgot {forgotten.visits:,} visits; {forgotten.files_rewritten:,} files written anew\n"
        )
        sys.stdout.writelines(f"removed    {name}\n" for name in forgotten.set_aside_removed)
        sys.stdout.writelines(f"quoted in  {name}\n" for name in quoting)
    if forgotten.files_in_use:
        pids = ", ".join(map(str, forgotten.readers)) or "unknown"
        sys.stderr.write(
            f"{forgotten.files_in_use} old files are still read by process {pids}: "
            "run the same command again once it has ended\n"
        )
    if forgotten.is_log_in_use:
        sys.stderr.write("the ledger's log is being read: run the same command again in a moment\n")
