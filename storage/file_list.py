"""The list of sealed files: what is part of the workspace, and what was merged away."""

import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from storage import readers
from storage.connection import Connection

NOTHING_LEFT = 0  # merged into no file: every row was left behind

_LISTED = (
    "SELECT file, name, part, rows, bytes, raw_bytes, level, has_renderings FROM files"
    " WHERE part = ? AND merged_into IS NULL ORDER BY file"
)
_INSERT = (
    "INSERT INTO files (name, part, rows, bytes, raw_bytes, level, has_renderings, sealed_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One file of the workspace."""

    file: int
    name: str  # relative to the workspace
    part: str
    rows: int
    bytes: int
    raw_bytes: int
    level: int
    has_renderings: bool = False


@dataclass(frozen=True, slots=True)
class NewFile:
    """One file that is to be listed."""

    name: str
    part: str
    rows: int
    bytes: int
    raw_bytes: int
    level: int
    has_renderings: bool = False


def listed(connection: Connection, part: str) -> list[ListedFile]:
    """The files of one part, oldest first."""
    rows = connection.execute(_LISTED, (part,))
    return [ListedFile(*row) for row in rows]


def version(connection: Connection) -> int:
    """The version of the list; every merge raises it."""
    return int(connection.execute("SELECT version FROM file_list").fetchone()[0])


def add_file(connection: Connection, new: NewFile) -> int:
    """Lists one file; its number."""
    values = (new.name, new.part, new.rows, new.bytes, new.raw_bytes, new.level, new.has_renderings)
    return int(connection.execute(_INSERT, (*values, time.time())).lastrowid or 0)


def replace_files(
    connection: Connection, old: Sequence[int], new: NewFile | None, visits: "array[int] | None" = None
) -> None:
    """Lists the new file in place of the old ones; `visits`, those of its rows, move to it."""
    number = NOTHING_LEFT if new is None else add_file(connection, new)
    connection.execute("UPDATE file_list SET version = version + 1")
    marks = ", ".join("?" * len(old))
    connection.execute(
        "UPDATE files SET merged_into = ?, merged_at = (SELECT version FROM file_list)"  # noqa: S608 - marks
        f" WHERE file IN ({marks})",
        (number, *old),
    )
    if visits is not None:
        # in the order of the table; a visit whose place is another file stays there
        rows = sorted((visit, row) for row, visit in enumerate(visits))
        connection.executemany(
            f"UPDATE known SET file = ?, row = ? WHERE visit = ? AND file IN ({marks})",  # noqa: S608 - marks
            ((number, row, visit, *old) for visit, row in rows),
        )


def sweep(connection: Connection, workspace: Path) -> int:
    """Unlinks merged-away files that no reader needs; how many must wait. The merges are durable before."""
    merged = connection.execute("SELECT file, name, merged_at FROM files WHERE merged_at IS NOT NULL")
    oldest = readers.oldest_version(workspace)
    waiting = 0
    for file, name, merged_at in merged.fetchall():
        if oldest is not None and oldest < merged_at:
            waiting += 1
            continue
        path = workspace / name
        for beside in path.parent.glob(f"*/{path.stem}.heads"):  # made from the file
            beside.unlink()
        path.unlink(missing_ok=True)
        connection.execute("DELETE FROM files WHERE file = ?", (file,))
    return waiting
