"""Forgets visits: hidden at once, then out of the files, the ledger and its log."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from storage import readers
from storage.bodies import Bodies
from storage.content_rows import drop_contents
from storage.file_list import listed, replace_files, sweep
from storage.forget_target import Target
from storage.forgotten_rows import delete_rows, doomed_rows
from storage.heads_path import FOLDER as HEADS
from storage.kept_files import tidy_files
from storage.ledger import Connection, Ledger, connect, truncate_log
from storage.merger import PARTS
from storage.purge import Doomed, Purged, purge_file
from storage.record_seal import seal_records
from storage.seal import seal_all
from storage.stray import ASIDE
from storage.tidy import tidy
from storage.tombstones import bury, forgotten_visits
from storage.workspace import ledger_path

PATIENCE_SECONDS = 10.0  # for readers that still need the files of before
LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten, and what could not be yet."""

    visits: int
    urls: frozenset[str]  # of pages that no run knows any more
    files_rewritten: int
    set_aside_removed: tuple[str, ...]
    files_in_use: int = 0  # unlinked by the next run, once nobody reads them
    readers: tuple[int, ...] = ()  # the processes that do
    is_log_in_use: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether no byte of it is left in the workspace's own files."""
        return not self.files_in_use and not self.is_log_in_use


async def forget(workspace: Path, target: Target, patience_seconds: float = PATIENCE_SECONDS) -> Forgotten:
    """Forgets what the target names, and what an interrupted call left; the workspace is held."""
    async with Ledger(ledger_path(workspace)) as ledger:
        await ledger.write(lambda c: c.execute("PRAGMA secure_delete = ON").fetchall())
        await ledger.write(lambda c: tidy(c, workspace))
        # records first: sealing leaves out those of hidden visits, and some are about to be inherited
        await seal_records(ledger, workspace)
        await ledger.write(lambda c: bury(c, set(target.visits(c, workspace))))
        if await ledger.read(forgotten_visits):
            await seal_all(ledger, workspace)  # everything final lies in files now
        doomed = await ledger.read(lambda c: doomed_rows(c, workspace))
        purged = await ledger.read(lambda c: _purge(c, workspace, doomed))
        await ledger.write(lambda c: _commit(c, purged, doomed, target))
        await ledger.write(lambda c: tidy_files(c, workspace))
        in_use = await _sweep(ledger, workspace, patience_seconds)
        reading = readers.living(workspace) if in_use else []
    return Forgotten(
        visits=len(doomed.visits),
        urls=doomed.urls,
        files_rewritten=len(purged),
        set_aside_removed=tuple(_remove_set_aside(workspace)) if doomed.visits else (),
        files_in_use=in_use,
        readers=tuple(reading),
        is_log_in_use=not _scrub(ledger_path(workspace)),
    )


def _purge(connection: Connection, workspace: Path, doomed: Doomed) -> list[Purged]:
    with Bodies(workspace) as bodies:
        files = [file for part in PARTS for file in listed(connection, part)] if doomed.visits else []
        body, dom = partial(bodies.read, connection), partial(bodies.dom, connection)
        found = (purge_file(workspace, file, doomed, body, dom) for file in files)
        return [purged for purged in found if purged is not None]


def _commit(connection: Connection, purged: Iterable[Purged], doomed: Doomed, target: Target) -> None:
    for one in purged:
        replace_files(connection, [one.old.file], one.new, one.visits)
        drop_contents(connection, one.contents)
    delete_rows(connection, doomed, target)


async def _sweep(ledger: Ledger, workspace: Path, patience_seconds: float) -> int:
    end = time.monotonic() + patience_seconds
    while in_use := await ledger.write(lambda c: sweep(c, workspace)):
        if time.monotonic() > end:
            return in_use
        await asyncio.sleep(LOOK_SECONDS)
    return 0


def _remove_set_aside(workspace: Path) -> list[str]:
    """Copies that a killed writer left may hold it, and nobody reads them."""
    removed = []
    for part in PARTS:
        for path in sorted((workspace / part / ASIDE).glob("*")):
            path.unlink()
            removed.append(str(path.relative_to(workspace)))
    segments = {path.stem for path in (workspace / "records").glob("*.parquet")}
    for path in (workspace / "records" / HEADS).glob("*"):
        if path.name.partition(".")[0] not in segments:
            path.unlink()
    return removed


def _scrub(path: Path) -> bool:
    """Writes the ledger anew, so that no freed byte is left in it, and empties its log."""
    connection = connect(path)
    try:
        connection.execute("PRAGMA temp_store = FILE")  # a copy of all of it
        connection.execute("VACUUM")
        return truncate_log(connection, int(PATIENCE_SECONDS * 1000))
    finally:
        connection.close()
