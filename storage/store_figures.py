"""How much of a workspace is in its final place, and how much still waits for it."""

from dataclasses import dataclass
from pathlib import Path

from storage.ledger import Connection


@dataclass(frozen=True, slots=True)
class StoreState:
    """A workspace at one moment."""

    pending_rows: int  # committed and not yet sealed
    pending_bytes: int  # of their decoded bodies and documents
    files: int
    ledger_bytes: int  # with its log


def store_state(connection: Connection, ledger: Path) -> StoreState:
    """Reads every pending row but not its body: some milliseconds, so not for every second."""
    rows, decoded = connection.execute(
        "SELECT count(*), coalesce(sum(body_bytes), 0)"
        " + (SELECT coalesce(sum(dom_bytes), 0) FROM pending_renderings) FROM pending"
    ).fetchone()
    (files,) = connection.execute("SELECT count(*) FROM files WHERE merged_into IS NULL").fetchone()
    return StoreState(rows, decoded, files, _size(ledger) + _size(ledger.with_name(f"{ledger.name}-wal")))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
