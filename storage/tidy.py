"""What a workspace looks like after a kill, put in order before the next run."""

from pathlib import Path

from storage.file_list import sweep
from storage.kept_files import tidy_files
from storage.ledger import Connection
from storage.stray import Stray, Why, find_strays, set_aside

PARTS = ("pages", "content", "records", "links")


def tidy(connection: Connection, workspace: Path) -> list[Stray]:
    """Sets aside the files that the ledger does not list; says what was found, missing files too."""
    sweep(connection, workspace)  # what was merged away while someone read it; its absence is no stray
    found = []
    for part in PARTS:
        rows = connection.execute("SELECT name FROM files WHERE part = ?", (part,)).fetchall()
        found += find_strays(workspace / part, {str(name).removeprefix(f"{part}/") for (name,) in rows})
    for stray in found:
        if stray.why is not Why.MISSING:
            set_aside(stray)
    tidy_files(connection, workspace)
    return found
