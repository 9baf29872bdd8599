"""The commands about runs: `runs`, `status`."""

import json
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from storage.call_ledger import told_of
from storage.page_change import Change, Changes
from storage.runs import Count, Run
from tandem.commands.options import AsJson, Workspace
from tandem.environment import Environment
from tandem.outcome_words import by_outcome, duration, record_line, size, summary_lines
from tandem.query_cells import as_cell
from tandem.rendering_words import rendering_as_json, rendering_lines
from tandem.workspace_access import chosen_run, reading

app = typer.Typer(rich_markup_mode=None)


@app.command(epilog="Example: tandem runs --json")
def runs(workspace: Workspace = None, as_json: AsJson = False) -> None:
    """List what ran and how it ended."""
    with reading(Environment.read(os.environ).workspace_path(workspace)) as store:
        found = [(run, store.counts(run)) for run in store.runs()]
    if as_json:
        for run, counts in found:
            sys.stdout.write(json.dumps(_as_json(run, counts)) + "\n")
        return
    rows: list[tuple[str, ...]] = [("RUN", "STARTED", "STATE", "EXIT", "PAGES", "BYTES", "NOTE")]
    rows += [_row(run, counts) for run, counts in found]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")


@app.command(epilog="Example: tandem status books/2")
def status(
    run: Annotated[
        str | None,
        typer.Argument(metavar="RUN", help="JOB, JOB/NUMBER or the run's id; the newest when not given."),
    ] = None,
    listed: Annotated[
        Change | None, typer.Option("--list", help="Print the URLs of the pages that changed so.")
    ] = None,
    workspace: Workspace = None,
    as_json: AsJson = False,
) -> None:
    """Count what became of the URLs of one run and why, and what changed since.

    Pages are compared with those of the complete run before it. changed: another main text; touched: other
    bytes only; gone: 404 or 410; moved: a redirect now; unread: refused or failed this time; unlinked:
    nothing leads there any more, said only of a run that no limit cut.
    """
    with reading(Environment.read(os.environ).workspace_path(workspace)) as store:
        chosen = chosen_run(store, run)
        if listed is not None:
            _list(store.changed_urls(chosen, listed), listed, as_json=as_json)
            return
        counts, changes = store.counts(chosen), store.changes(chosen)
        records, undecided = store.records(chosen), store.undecided(chosen)
        renderings = store.renderings(chosen)
        analysing = told_of(store.path, chosen.id)
    if as_json:
        found = _as_json(chosen, counts) | {
            "changes": _changes_as_json(changes),
            "records": records,
            "undecided": undecided,
            "renderings": [rendering_as_json(one) for one in renderings],
            "analysing": analysing,
        }
        sys.stdout.write(json.dumps(found) + "\n")
        return
    sys.stdout.write(f"run          {chosen.job}/{chosen.number} ({chosen.id})\n")
    sys.stdout.write(f"state        {_ending(chosen)}\n")
    if analysing:
        sys.stdout.write(f"analysing    {analysing}\n")
    sys.stdout.write(
        f"time         started {_moment(chosen.started_at)}, {duration(chosen.seconds_used)} of crawling\n"
    )
    sys.stdout.write(f"pages        {_pages(counts):,}, {size(_bytes(counts))} over the wire\n")
    for line in summary_lines(by_outcome(counts)):
        sys.stdout.write(line + "\n")
    for line in rendering_lines(renderings):
        sys.stdout.write(line + "\n")
    for line in record_line(records):
        sys.stdout.write(line + "\n")
    if pages := sum(undecided.values()):
        sys.stdout.write(f"undecided    records of {pages:,} pages: `tandem select` goes on\n")
    if changes is not None:
        sys.stdout.write(_changed(changes))


def _list(urls: Iterable[str], change: Change, *, as_json: bool) -> None:
    for url in urls:
        line = json.dumps({"url": url, "change": change}, ensure_ascii=False) if as_json else as_cell(url)
        sys.stdout.write(line + "\n")


def _changed(changes: Changes) -> str:
    before = changes.before
    counted = ", ".join(f"{count:,} {change}" for change, count in changes.counts.items() if count)
    return f"changes      {counted or 'no page'} (since {before.job}/{before.number})\n"


def _changes_as_json(changes: Changes | None) -> dict[str, Any] | None:
    return (
        None
        if changes is None
        else {"since": changes.before.id} | {change.value: count for change, count in changes.counts.items()}
    )


def _row(run: Run, counts: list[Count]) -> tuple[str, ...]:
    code = "" if run.exit_code is None else str(run.exit_code)
    pages, received = f"{_pages(counts):,}", size(_bytes(counts))
    return (f"{run.job}/{run.number}", _moment(run.started_at), run.state, code, pages, received, run.note)


def _ending(run: Run) -> str:
    if run.exit_code is None:
        return f"{run.state}; if its process is gone, the same command continues it"
    again = "; the same command continues it" if run.is_open else ""
    note = f": {run.note}" if run.note else ""
    return f"{run.state} with exit code {run.exit_code}{note}{again}"


def _pages(counts: list[Count]) -> int:
    return sum(count.visits for count in counts if count.is_page)


def _bytes(counts: list[Count]) -> int:
    return sum(count.bytes for count in counts)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _as_json(run: Run, counts: list[Count]) -> dict[str, Any]:
    return {
        "id": run.id,
        "job": run.job,
        "number": run.number,
        "state": run.state,
        "started_at": _moment(run.started_at),
        "ended_at": None if run.ended_at is None else _moment(run.ended_at),
        "exit_code": run.exit_code,
        "note": run.note,
        "seconds_used": run.seconds_used,
        "pages": _pages(counts),
        "bytes": _bytes(counts),
        "outcomes": by_outcome(counts),
    }
