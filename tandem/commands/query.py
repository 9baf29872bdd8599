"""The command `query`."""

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from storage.query import QueryError, QueryResult
from tandem.commands.options import Workspace
from tandem.environment import Environment
from tandem.exit_codes import ExitCode
from tandem.problem import UsageError
from tandem.query_output import Answer, Format, new_file, write_answer
from tandem.workspace_access import reading

app = typer.Typer(rich_markup_mode=None)


@app.command(
    epilog='Example: tandem query "SELECT status, count(*) AS n FROM pages GROUP BY status" --format csv'
)
def query(
    sql: Annotated[
        str, typer.Argument(metavar="SELECT…", help="One SELECT over pages, links, runs, hosts, ….")
    ],
    form: Annotated[Format, typer.Option("--format", help="How rows are written.")] = Format.TABLE,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file instead of stdout.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    workspace: Workspace = None,
) -> int:
    """Ask the workspace with SQL; nothing can be changed.

    `docs/tables.md` says which tables and columns there are. A crawl may go on meanwhile.
    """
    form = Format.JSON if as_json else form
    if form is Format.PARQUET and output is None and sys.stdout.isatty():
        raise UsageError("Parquet is not for a terminal; name a file with -o")
    try:
        with (
            reading(Environment.read(os.environ).workspace_path(workspace)) as store,
            store.query(sql) as result,
        ):
            rows = _write(result, form, output)
    except QueryError as error:
        raise UsageError(f"the query has no answer: {_in_one_line(error)}") from error
    if output is not None:
        sys.stderr.write(f"wrote {rows:,} rows to {output}\n")
    return ExitCode.OK


def _write(result: QueryResult, form: Format, output: Path | None) -> int:
    answer = Answer(result.schema, result, result.json_columns)
    if output is None:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        rows = write_answer(answer, form, sys.stdout.buffer, width)
        sys.stdout.buffer.flush()
        return rows
    try:
        with new_file(output) as file:
            return write_answer(answer, form, file)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from error


def _in_one_line(error: QueryError) -> str:
    """What the engine said, without its drawing of the query."""
    return " ".join(str(error).partition("\nLINE ")[0].split())
