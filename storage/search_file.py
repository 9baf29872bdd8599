"""The file of the search index: opened, made anew when it is torn or of another version."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path

from storage.connection import BUSY_MILLISECONDS, Connection, LedgerLost, StorageError

NAME = "search.sqlite"
VERSION = 1
SCRUB_MILLISECONDS = 2_000  # for readers; after that the file is deleted instead
_TORN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_SCHEMA}
_LOST = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
}


class SearchTorn(StorageError):
    """The index cannot be read; it is to be discarded and made again."""


def search_path(workspace: Path) -> Path:
    """Where the index lies."""
    return workspace / NAME


def open_search(workspace: Path) -> Connection:
    """The index as this version has it; made where it is missing, and in place of one of another version."""
    try:
        with search_errors(workspace):
            return _opened(workspace)
    except SearchTorn:
        discard(workspace)
        with search_errors(workspace):
            return _opened(workspace)


def discard(workspace: Path) -> None:
    """Removes the index; whoever searches next makes it again."""
    path = search_path(workspace)
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        with suppress(FileNotFoundError):
            path.with_name(name).unlink()


@contextmanager
def search_errors(workspace: Path) -> Iterator[None]:
    """Translates what SQLite says: torn, held too long by another, or a disk that takes no more."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code in _TORN:
            raise SearchTorn(str(error)) from error
        if code in _LOST:
            raise LedgerLost(f"{search_path(workspace)}: {error}") from error
        raise


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """One batch: all of it, or nothing after a kill."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def scrub(connection: Connection) -> bool:
    """Writes the file anew, so that no deleted byte is left; False while somebody reads it."""
    try:
        connection.execute(f"PRAGMA busy_timeout = {SCRUB_MILLISECONDS}")
        connection.execute("INSERT INTO terms (terms) VALUES ('optimize')")
        connection.execute("PRAGMA temp_store = FILE")
        connection.execute("VACUUM")
        return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise
        return False


def _opened(workspace: Path) -> Connection:
    connection = sqlite3.connect(search_path(workspace), isolation_level=None)
    try:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        connection.execute("PRAGMA journal_mode = WAL")
        # what a power cut takes of the end is read again
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -64000")
        _make(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _make(connection: Connection) -> None:
    if _version(connection) == VERSION:
        return
    with writing(connection):
        found = _version(connection)  # somebody else may have made it meanwhile
        if found == 0:
            for statement in _statements():
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
    if found not in {0, VERSION}:
        raise SearchTorn(f"version {found}")


def _version(connection: Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements() -> list[str]:
    script = resources.files("storage").joinpath("search_schema.sql").read_text(encoding="utf-8")
    plain = "\n".join(line.partition("--")[0] for line in script.splitlines())
    return [statement for statement in plain.split(";") if statement.strip()]
