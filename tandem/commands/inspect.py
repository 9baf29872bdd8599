"""The command that shows what Tandem sees in one page: `inspect`."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from scraper.selection.wanted import Wanted
from storage.address import NotAnAddress
from storage.reading import reading_of
from tandem.commands.options import AsJson, Workspace
from tandem.environment import Environment
from tandem.exit_codes import ExitCode
from tandem.inspection import as_json, inspected, lines
from tandem.problem import UsageError
from tandem.topic_view import topic_view, view_lines
from tandem.workspace_access import chosen_run, reading

app = typer.Typer(rich_markup_mode=None)
PICTURE = Path("inspect.html")


@app.command("inspect", epilog="Example: tandem inspect https://shop.example/products/1 -o decision.html")
def inspect_page(  # noqa: PLR0913, PLR0917 - an option each
    target: Annotated[
        str, typer.Argument(metavar="URL|FILE", help="A stored page by its URL, or an HTML file.")
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where the picture goes.")
    ] = None,
    fields: Annotated[
        str | None,
        typer.Option(
            "--fields", metavar="FIELDS.yaml", help="Also what is read of a record, or of several, and why."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the picture that is there.")] = False,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN", help="The version of one run.")] = None,
    topic: Annotated[
        str | None,
        typer.Option("--topic", metavar="WORDS", help="Also how relevant it is, as in scope.topic."),
    ] = None,
    workspace: Workspace = None,
    as_json_: AsJson = False,
) -> int:
    """Show what Tandem sees in one page, and why.

    The picture, ./inspect.html unless -o names another, shows every block: green where it was kept, red where
    it was dropped. With --json it is drawn only where -o says so. FIELDS.yaml is one entry of a job's
    `select`, or a list of them: each value is shown with how it was found and where it stands, and what was
    not taken, and why not. No model is asked.
    """
    wanted = None if fields is None else _wanted(fields)
    path = output or (None if as_json_ else PICTURE)
    if path is not None and path.exists() and not force:
        raise UsageError(f"{path} is there already: name another with -o, or replace it with --force")
    file = Path(target)
    page = (
        _Page("", _read(file))
        if "://" not in target and file.is_file()
        else _stored(target, run, Environment.read(os.environ).workspace_path(workspace))
    )
    found = inspected(page.url, page.body, page.content_type, wanted)
    view = topic_view(topic, page.url, page.body, page.content_type) if topic is not None else None
    if path is not None:
        _write(path, found.picture)
    if as_json_:
        facts = as_json(found) | ({"topic": asdict(view)} if view else {})
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in [*lines(found), *(view_lines(view) if view else ())])
        sys.stdout.write(f"picture     {path}\n")
    return ExitCode.OK


def _wanted(file: str) -> tuple[Wanted, ...]:
    from tandem.fields_schema import load_wanted  # noqa: PLC0415 - loads the job's models, which nothing else needs

    return load_wanted(file)


class _Page(NamedTuple):
    url: str
    body: bytes
    content_type: str = ""


def _stored(url: str, run: str | None, workspace: Path) -> _Page:
    with reading(workspace) as store:
        try:
            page = store.get_page(url, chosen_run(store, run) if run else None)
        except NotAnAddress as error:
            raise UsageError(f"{url!r} is neither a file nor a URL") from error
    if page is None or page.read is None:
        raise UsageError(f"{url}: no body is stored; `tandem query` lists what is there")
    return _Page(page.url, page.read, reading_of(page).header)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error


def _write(path: Path, picture: str) -> None:
    try:
        path.write_text(picture, encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
