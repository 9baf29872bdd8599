"""The command that reads many pages from stdin: `extract`."""

import io
import sys

import typer

from tandem.exit_codes import ExitCode

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog="Example: tandem extract < pages.jsonl > contents.jsonl")
def extract() -> int:
    """Read the main content of many pages: JSON lines in, JSON lines out.

    In: {"id", "url", "html"}. Out: {"id", "page_type", "title", "text", "markdown", "language", "ms"}, or
    {"id", "error"} where nothing could be read; one line for each line, in order.
    """
    from scraper.content.batch import run  # noqa: PLC0415 - loads the engine, which no other help needs

    lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="\n")
    # half of a surrogate pair has no UTF-8: as an escape it is JSON all the same
    answers = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="backslashreplace", newline="\n")
    try:
        run(lines, answers)
    finally:
        lines.detach()
        answers.detach()
    return ExitCode.OK
