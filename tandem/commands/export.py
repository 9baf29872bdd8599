"""The command `export`."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from storage.query import QueryError
from tandem.commands.options import Workspace
from tandem.environment import Environment
from tandem.exit_codes import ExitCode
from tandem.export_files import STDOUT, ExportFormat, Order, What, export
from tandem.problem import UsageError
from tandem.workspace_access import chosen_run, reading

app = typer.Typer(rich_markup_mode=None)


@app.command("export", epilog="Example: tandem export pages --format warc -o shop.warc.gz --run shop/1")
def export_command(
    what: Annotated[What, typer.Argument(metavar="pages|records|links", help="What to take out.")],
    form: Annotated[ExportFormat, typer.Option("--format", help="How it is written.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="PATH", help="A file, a folder for markdown, - for stdout."),
    ],
    run: Annotated[
        str | None, typer.Option("--run", metavar="RUN", help="One run only; every run when not given.")
    ] = None,
    workspace: Workspace = None,
) -> int:
    """Write pages, records or links into files for other programs.

    A file appears under its name when it is whole. A crawl may go on meanwhile. WARC holds requests,
    responses and everything that is known of each page, so that `tandem import` brings back all of it.
    """
    with reading(Environment.read(os.environ).workspace_path(workspace)) as store:
        order = Order(what, form, output, chosen_run(store, run) if run else None)
        try:
            count = export(store, order)
        except QueryError as error:
            raise UsageError(f"{what.value} cannot be read: {error}") from error
        except BrokenPipeError:
            raise
        except OSError as error:
            raise UsageError(f"{output}: cannot be written: {error.strerror}") from error
    if output != STDOUT:
        sys.stderr.write(f"wrote {count:,} {what.value} to {output}\n")
    return ExitCode.OK
