"""The commands about what was learned of where fields stand: `selectors list`, `show`, `pin` and others."""

import asyncio
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from scraper.selection.selector import BadSelector
from storage import workspace as places
from storage.learned_rows import FieldRow, Learned
from storage.learned_store import change_learned, learned_in
from tandem.commands.options import AsJson, Workspace
from tandem.environment import Environment
from tandem.problem import UsageError
from tandem.query_cells import as_cell
from tandem.selector_file import as_text, from_text
from tandem.selector_rows import as_json as row_as_json
from tandem.selector_rows import checked_line, chosen, health_in_words, lines_of, pinned_row, which
from tandem.workspace_access import storage_errors

app = typer.Typer(rich_markup_mode=None)
commands = typer.Typer(rich_markup_mode=None, no_args_is_help=True)

Name = Annotated[
    str | None, typer.Argument(metavar="[HOST|TEMPLATE]", help="A host, or the id of one of its templates.")
]
Named = Annotated[str, typer.Argument(metavar="HOST|TEMPLATE", help="A host, or the id of one template.")]
RecordOption = Annotated[str | None, typer.Option("--record", help="Only this kind of record.")]
FieldOption = Annotated[str | None, typer.Option("--field", help="Only this field.")]


@commands.callback()
def selectors() -> None:
    """See, fix and share what was learned of where fields stand."""


app.add_typer(
    commands,
    name="selectors",
    epilog="Example: tandem selectors list",
)


@commands.command("list", epilog="Example: tandem selectors list shop.example")
def list_selectors(
    name: Name = None,
    record: RecordOption = None,
    field: FieldOption = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """List the fields with the selector that is tried first; `show` tells the rest."""
    found = _learned(workspace, name, record, field).fields
    if as_json:
        _write_json(found)
        return
    lines = [("HOST", "TEMPLATE", "RECORD", "FIELD", "STATE", "SELECTOR")]
    lines += [
        (
            row.host,
            row.template or "(all)",
            row.record,
            row.field,
            row.state,
            next(iter(lines_of(row)), "(none yet)"),
        )
        for row in found
        if row.state != "retired"
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        text = "  ".join(as_cell(cell).ljust(width) for cell, width in zip(line, widths, strict=True))
        sys.stdout.write(text.rstrip() + "\n")


@commands.command("show", epilog="Example: tandem selectors show shop.example --field price")
def show_selectors(
    name: Name = None,
    record: RecordOption = None,
    field: FieldOption = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Show every selector with its votes, every version, how they fare and why they are where they are."""
    found = _learned(workspace, name, record, field)
    if name is not None and not any(found):
        raise UsageError(f"nothing is known of {name}: `tandem selectors list` shows what is")
    if as_json:
        _write_json(found.fields)
        return
    for one in found.templates:
        about = f"{one.host}, {one.shape}, {one.pages:,} pages"
        sys.stdout.write(f"template {one.template} of {as_cell(about)}\n")
    for row in found.fields:
        facts = row_as_json(row)
        place = row.template or "all pages"
        version = f" version {row.version}" if row.version else ""
        sys.stdout.write(f"{row.host} {place} {row.record}.{row.field}: {row.state}{version}\n")
        told = "; ".join(filter(None, (facts["why"], health_in_words(row))))
        if told:
            sys.stdout.write(f"    {as_cell(told)}\n")
        for one in facts["selectors"]:
            votes = f"  ({one['agreed']} agreed, {one['differed']} differed)" if "agreed" in one else ""
            sys.stdout.write(f"    {as_cell(one['line'])}{votes}\n")


@commands.command(
    "pin", epilog="Example: tandem selectors pin shop.example product price 'css p.price -> text'"
)
def pin(
    host: Annotated[str, typer.Argument(metavar="HOST", help="The host, as `hosts` names it.")],
    record: Annotated[str, typer.Argument(metavar="RECORD", help="The record, as the job names it.")],
    field: Annotated[str, typer.Argument(metavar="FIELD", help="The field, or * for the nodes of a list.")],
    selector: Annotated[list[str], typer.Argument(metavar="SELECTOR…", help="Tried in this order.")],
    template: Annotated[
        str, typer.Option("--template", metavar="ID", help="Only for pages of this template.")
    ] = "",
    workspace: Workspace = None,
) -> None:
    """Fix the selectors of a field: they win over all that is learned, from the next run or `select` on.

    Where none of them finds a value, the page has none. `selectors forget --field` takes the pin away.
    """
    path = _workspace(workspace)
    lines = [_checked(field, line) for line in selector]
    with storage_errors():
        known = learned_in(path)
        if template and template not in {row.template for row in known.templates if row.host == host.lower()}:
            raise UsageError(f"{host} has no template {template}: `tandem selectors list` names them")
        row = pinned_row(host.lower(), template, record, field, lines)
        asyncio.run(change_learned(path, Learned(fields=(row,)), Learned()))
    sys.stdout.write(f"pinned {record}.{field} on {template or 'all pages'} of {host.lower()}\n")


@commands.command("forget", epilog="Example: tandem selectors forget shop.example --field price")
def forget(
    name: Named, record: RecordOption = None, field: FieldOption = None, workspace: Workspace = None
) -> None:
    """Forget what was learned or pinned of a host, a template or a field; the next pages teach it anew."""
    path = _workspace(workspace)
    wish = which(name, record, field)
    with storage_errors(), places.hold(path):
        meant = chosen(learned_in(path), wish)
        gone = Learned(meant.templates if wish.is_whole else (), meant.fields)
        if not gone.templates and not gone.fields:
            raise UsageError(f"nothing is known of {name}: `tandem selectors list` shows what is")
        asyncio.run(change_learned(path, Learned(), gone))
    sys.stdout.write(f"forgot {len(gone.templates)} templates and {len(gone.fields)} sets of selectors\n")


@commands.command("export", epilog="Example: tandem selectors export shop.example -o selectors.json")
def export(
    name: Name = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to; stdout when not given.")
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Write the selectors in use as JSON, to keep, edit and share."""
    with storage_errors():
        text = as_text(chosen(learned_in(_workspace(workspace)), which(name, None, None)))
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror}") from error


@commands.command("import", epilog="Example: tandem selectors import selectors.json")
def import_selectors(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file as `selectors export` writes it.")],
    workspace: Workspace = None,
) -> None:
    """Take selectors from a file; they replace what is known of the same fields on the same pages."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: {getattr(error, 'strerror', None) or error}") from error
    learned = from_text(text, str(file))
    path = _workspace(workspace)
    with storage_errors():
        places.prepare(path)
        with places.hold(path):
            asyncio.run(change_learned(path, learned, _replaced(learned_in(path), learned)))
    sys.stdout.write(f"took in {len(learned.templates)} templates, {len(learned.fields)} sets of selectors\n")


def _replaced(known: Learned, new: Learned) -> Learned:
    """The versions of the same fields that are known so far."""
    keys = {row[:5] for row in new.fields}
    return Learned(fields=tuple(row for row in known.fields if row[:5] in keys))


def _learned(workspace: Path | None, name: str | None, record: str | None, field: str | None) -> Learned:
    with storage_errors():
        learned = learned_in(_workspace(workspace))
    return chosen(learned, which(name, record, field))


def _checked(field: str, line: str) -> str:
    try:
        return checked_line(field, line)
    except BadSelector as error:
        raise UsageError(error) from error


def _workspace(given: Path | None) -> Path:
    return Environment.read(os.environ).workspace_path(given)


def _write_json(rows: Iterable[FieldRow]) -> None:
    for row in rows:
        sys.stdout.write(json.dumps(row_as_json(row), ensure_ascii=False) + "\n")
