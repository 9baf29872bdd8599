"""The command that reads the fields of many pages from stdin: `fields`."""

import io
import sys
from typing import Annotated

import typer

from tandem.exit_codes import ExitCode

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog="Example: tandem fields --schema product.yaml < pages.jsonl > records.jsonl")
def fields(
    schema: Annotated[
        str,
        typer.Option(
            "--schema",
            metavar="FIELDS.yaml",
            help="What to read: one entry of a job's `select`, or a list of them.",
        ),
    ],
) -> int:
    """Read the fields of many pages: JSON lines in, JSON lines out.

    In: {"id", "url", "html"}. Out: {"id", "records", "sources", "ms"}, where sources say of each field how it
    was found, or {"id", "error"} where nothing could be read; one line for each line, in order. No model is
    asked.
    """
    from scraper.selection.batch import run  # noqa: PLC0415 - loads the engine, which no other help needs
    from tandem.fields_schema import load_wanted  # noqa: PLC0415 - the same

    wanted = load_wanted(schema)
    lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="\n")
    # half of a surrogate pair has no UTF-8: as an escape it is JSON all the same
    answers = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="backslashreplace", newline="\n")
    try:
        run(lines, answers, wanted)
    finally:
        lines.detach()
        answers.detach()
    return ExitCode.OK
