"""Takes what quotes forgotten pages out of the ledger of calls, down to its last byte."""

from collections.abc import Collection
from pathlib import Path

from storage.call_ledger import NAME
from storage.connection import BUSY_MILLISECONDS, Connection, LedgerLost, SqliteError, connect

_BY_URL = "SELECT key FROM call_pages WHERE url = ?"
_BY_HOST = "SELECT key FROM call_pages WHERE host = ?"
_BY_RUN = "SELECT key FROM calls WHERE run = ?"


def forget_calls(workspace: Path, urls: Collection[str], host: str | None, run: str | None) -> int:
    """How many calls are gone."""
    path = workspace / NAME
    if not path.is_file():
        return 0
    connection = connect(path)
    try:
        keys = _keys(connection, urls, host, run)
        connection.execute("PRAGMA secure_delete = ON").fetchall()
        connection.execute("BEGIN IMMEDIATE")
        for table in ("calls", "tries", "call_pages"):
            connection.executemany(f"DELETE FROM {table} WHERE key = ?", ((key,) for key in keys))  # noqa: S608
        connection.execute("COMMIT")
        if keys:
            connection.execute("VACUUM")
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except SqliteError as error:
        raise LedgerLost(f"{path}: {error}") from error
    finally:
        connection.close()
    return len(keys)


def _keys(connection: Connection, urls: Collection[str], host: str | None, run: str | None) -> set[str]:
    asked = [(_BY_URL, url) for url in urls]
    asked += [(_BY_HOST, host)] if host is not None else []
    asked += [(_BY_RUN, run)] if run is not None else []
    return {row[0] for query, value in asked for row in connection.execute(query, (value,))}
