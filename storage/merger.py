"""Merges small files into larger ones: the file first, then one transaction that lists it instead."""

import json
import os
import secrets
import time
from array import array
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from storage.child import child
from storage.durable import TEMPORARY
from storage.file_list import ListedFile, NewFile, listed, replace_files, sweep
from storage.ledger import Connection, Ledger, StorageError
from storage.record_row import Decision
from storage.record_rows import leave

PARTS = ("pages", "content", "records", "links")
FILES_PER_MERGE = 8
# A merge reads and writes this much at most, so that it ends within minutes; larger files stay as they are.
MOST_RAW_BYTES = 8 << 30
MOST_PAGES = 1_000_000  # their places move in one transaction, which holds up the crawl's


class MergeFailed(StorageError):
    """The merging process ended without a file; the old ones are all there."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Files of one part and one level that are worth merging."""

    part: str
    files: tuple[ListedFile, ...]

    @property
    def level(self) -> int:
        """The level of the file that comes out."""
        return self.files[0].level + 1


def due_merge(connection: Connection) -> Merge | None:
    """The next merge that is worthwhile."""
    for part in PARTS:
        small = sorted((file for file in listed(connection, part) if _is_small(file)), key=_level)
        for _, level in groupby(small, key=_level):
            files = tuple(level)
            if len(files) >= FILES_PER_MERGE:
                return Merge(part, files[:FILES_PER_MERGE])
    return None


def _level(file: ListedFile) -> int:
    return file.level


def _is_small(file: ListedFile) -> bool:
    fits = file.raw_bytes * FILES_PER_MERGE <= MOST_RAW_BYTES
    return fits and (file.part != "pages" or file.rows * FILES_PER_MERGE <= MOST_PAGES)


async def merge_due(ledger: Ledger, workspace: Path) -> int:
    """Merges until nothing is worth it, and unlinks what nobody needs any more; how many merges."""
    done = 0
    while (merge := await ledger.read(due_merge)) is not None:
        await merge_files(ledger, workspace, merge)
        done += 1
    await ledger.write(lambda connection: sweep(connection, workspace))
    return done


async def merge_files(ledger: Ledger, workspace: Path, merge: Merge) -> None:
    """Makes one merge part of the workspace."""
    name = f"{merge.part}/{int(time.time() * 1000):013d}-{secrets.token_hex(4)}.parquet"
    facts, visits = await _write_file(workspace, merge, name)
    new: NewFile | None = None
    if facts["rows"]:
        new = NewFile(name, merge.part, facts["rows"], facts["bytes"], facts["raw_bytes"], merge.level)
        new = replace(new, has_renderings=facts["has_renderings"])
    else:
        (workspace / name).unlink()
    old = [file.file for file in merge.files]
    dropped = [(Decision(*decision), rows) for decision, rows in facts["dropped"]]

    def list_it(connection: Connection) -> None:
        replace_files(connection, old, new, visits)
        leave(connection, dropped)

    await ledger.write(list_it)


async def _write_file(workspace: Path, merge: Merge, name: str) -> tuple[dict[str, Any], "array[int] | None"]:
    asked = (str(workspace), merge.part, name, str(os.getpid()), *(file.name for file in merge.files))
    output = None
    try:
        async with child("storage.merge_process", *asked) as process:
            output, _ = await process.communicate()
    finally:
        if output is None:  # given up: what it wrote so far is a copy
            for left in (name, name + TEMPORARY):
                (workspace / left).unlink(missing_ok=True)
    if process.returncode != 0:
        raise MergeFailed(f"merging ended with {process.returncode}; the files are as they were")
    line, _, places = output.partition(b"\n")
    facts: dict[str, Any] = json.loads(line)
    if merge.part != "pages":
        return facts, None
    visits = array("q")
    visits.frombytes(places)
    return facts, visits
