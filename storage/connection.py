"""How a process opens the ledger, and what it meets when it cannot.

Apart from the ledger itself, because processes that only read it need nothing of an event loop.
"""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

Connection = sqlite3.Connection
SqliteError = sqlite3.Error
WAL_PAGES_BEFORE_CHECKPOINT = 2_000
BUSY_MILLISECONDS = 10_000


class StorageError(Exception):
    """The workspace cannot be read or written."""


class LedgerLost(StorageError):
    """The ledger refused a write (disk full, read-only, I/O error); nothing more is accepted."""


def connect(path: Path, *, read_only: bool = False) -> Connection:
    """A connection with the ledger's settings; the writer's alone may change anything."""
    try:
        if read_only:
            address = f"{path.absolute().as_uri()}?mode=ro{_unless_it_changes(path)}"
            connection = sqlite3.connect(address, uri=True, isolation_level=None)
        else:
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES_BEFORE_CHECKPOINT}")
            connection.execute("PRAGMA secure_delete = OFF")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA cache_size = -16000")
    except sqlite3.Error as error:
        raise LedgerLost(f"{path}: {error}") from error
    return connection


def _unless_it_changes(path: Path) -> str:
    """On a disk that nobody can write, SQLite cannot make the files that readers beside a writer need."""
    with suppress(OSError):
        is_still = os.statvfs(path).f_flag & os.ST_RDONLY and not path.with_name(f"{path.name}-wal").exists()
        return "&immutable=1" if is_still else ""
    return ""
