"""Keeps a copy of a ledger before its tables are changed for a newer version of Tandem."""

import logging
import os
import time
from contextlib import closing, suppress
from pathlib import Path

from storage.connection import Connection, LedgerLost, SqliteError, connect
from storage.durable import TEMPORARY, sync_file, sync_folder

FOLDER = "backups"
KEPT = 3  # of the newest copies
_PAGES_AT_ONCE = 4_096

_logger = logging.getLogger(__name__)


def back_up(connection: Connection, ledger: Path, version: int, newest: int) -> Path:
    """The copy, whole and durable before anything is changed; LedgerLost when there is no room for it."""
    folder = ledger.parent / FOLDER
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    copy = folder / f"ledger-v{version}-{stamp}.sqlite"
    unfinished = copy.with_name(copy.name + TEMPORARY)
    try:
        folder.mkdir(exist_ok=True)
        with closing(connect(unfinished)) as target:
            connection.backup(target, pages=_PAGES_AT_ONCE)
            target.execute("PRAGMA journal_mode = DELETE")
        sync_file(unfinished)
        os.replace(unfinished, copy)  # noqa: PTH105 - as everywhere files come to their place
        sync_folder(folder)
    except (OSError, SqliteError) as error:
        with suppress(OSError):
            unfinished.unlink()
        raise LedgerLost(
            f"{ledger}: no copy could be made before the upgrade from version {version}: {error}"
        ) from error
    _forget_older(folder)
    _logger.warning("%s: from version %d to %d; the old one is kept as %s", ledger, version, newest, copy)
    return copy


def _forget_older(folder: Path) -> None:
    for left in folder.glob(f"*{TEMPORARY}"):
        left.unlink(missing_ok=True)
    copies = sorted(folder.glob("ledger-v*.sqlite"), key=lambda path: path.stat().st_mtime)
    for old in copies[:-KEPT]:
        old.unlink(missing_ok=True)
