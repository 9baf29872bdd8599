"""The command `import`."""

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tandem.commands.options import AsJson, Workspace
from tandem.environment import Environment
from tandem.long_work import LongWork
from tandem.problem import UsageError
from tandem.workspace_access import storage_errors

if TYPE_CHECKING:
    from tandem.warc_import import ImportResult

app = typer.Typer(rich_markup_mode=None)
MISSING = 'Web archives are read with FastWARC: pip install "tandem-scraper[warc]"'
_JOB_NAME = re.compile(r"[A-Za-z0-9_-]+")


@app.command("import", epilog="Example: tandem import crawl-2026.warc.gz --job old-shop")
def import_command(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE.warc[.gz]…", help="Web archives, of any program.")
    ],
    job: Annotated[
        str, typer.Option("--job", metavar="NAME", help="The job that the new run belongs to.")
    ] = "import",
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> int:
    """Take the pages of WARC files into the workspace, as a run of its own.

    What Tandem exported comes back as it was, one run for each that the files hold. What other programs
    archived is read like a fetched page. An import that was stopped is continued by the same command.
    """
    _check(files, job)
    path = Environment.read(os.environ).workspace_path(workspace)
    with storage_errors():
        result = _imported(path, files, job)
    sys.stdout.write(json.dumps(_as_json(result)) + "\n" if as_json else _lines(result))
    return result.verdict.code


def _imported(workspace: Path, files: list[Path], job: str) -> "ImportResult":
    from tandem.import_runs import Source  # noqa: PLC0415 - what reads archives is an extra
    from tandem.warc_import import import_archives  # noqa: PLC0415

    work = LongWork("imported", "pages")
    return asyncio.run(import_archives(workspace, Source(job, tuple(files)), work.add))


def _check(files: list[Path], job: str) -> None:
    try:
        from storage.warc_read import is_warc  # noqa: PLC0415 - what reads archives is an extra
    except ModuleNotFoundError as error:
        raise UsageError(MISSING) from error
    if not _JOB_NAME.fullmatch(job):
        raise UsageError(f"--job {job!r}: a name is made of letters, digits, - and _")
    for path in files:
        try:
            if not is_warc(path):
                raise UsageError(f"{path}: is no WARC file; .warc and .warc.gz are read")
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror}") from error


def _lines(result: "ImportResult") -> str:
    verdict = result.verdict
    lines = [f"run          {', '.join(result.runs) or 'none'}, exit code {int(verdict.code)}"]
    lines.append(f"pages        {result.pages:,}")
    if result.known:
        lines.append(f"known        {result.known:,} were in the run already")
    if result.bodiless:
        lines.append(f"without body {result.bodiless:,} unchanged pages whose stored copy is in no file")
    lines += [
        f"not taken    {count:,} {reason.replace('_', ' ')}" for reason, count in result.skipped.most_common()
    ]
    if verdict.code:
        lines.append(f"because      {verdict.note}")
    return "".join(f"{line}\n" for line in lines)


def _as_json(result: "ImportResult") -> dict[str, object]:
    return {
        "runs": result.runs,
        "pages": result.pages,
        "known": result.known,
        "without_body": result.bodiless,
        "skipped": dict(result.skipped),
        "exit_code": int(result.verdict.code),
        "note": result.verdict.note,
    }
