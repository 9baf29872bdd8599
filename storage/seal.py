"""Turns pending rows into sealed files: the file first, then one transaction that lists it."""

import json
import os
import secrets
import time
from pathlib import Path
from typing import Any

from storage.child import child
from storage.file_list import NewFile, add_file
from storage.ledger import Connection, Ledger, StorageError
from storage.record_files import list_record_file
from storage.seal_ready import is_any_ready

SEAL_BYTES = 64 << 20  # of decoded bodies: one file
SEAL_RECORDS = 50_000  # one file


class SealFailed(StorageError):
    """The sealing process ended without a file; the rows stay in the ledger."""


async def seal(
    ledger: Ledger, workspace: Path, most_bytes: int = SEAL_BYTES, least_records: int = SEAL_RECORDS
) -> int:
    """Seals the oldest pending visits and contents, and records once so many wait; how many rows."""
    stem = f"{int(time.time() * 1000):013d}-{secrets.token_hex(4)}"
    written = await _write_files(workspace, stem, most_bytes, least_records)
    if written["files"] or written["records"]:
        await ledger.write(lambda connection: _list_files(connection, written))
    records = sum(done["rows"] for done in written["records"])
    return len(written["visits"]) + len(written["contents"]) + int(records)


async def seal_all(ledger: Ledger, workspace: Path) -> int:
    """Seals until nothing that is final is pending."""
    total = 0
    while await ledger.read(is_any_ready) and (sealed := await seal(ledger, workspace, least_records=1)):
        total += sealed
    return total


async def _write_files(workspace: Path, stem: str, most_bytes: int, least_records: int) -> dict[str, Any]:
    asked = (str(workspace), stem, str(most_bytes), str(os.getpid()), str(least_records))
    async with child("storage.seal_process", *asked) as process:
        output, _ = await process.communicate()
    if process.returncode != 0:
        raise SealFailed(f"sealing ended with {process.returncode}; the pages stay in the ledger")
    written: dict[str, Any] = json.loads(output)
    return written


def _list_files(connection: Connection, written: dict[str, Any]) -> None:
    numbers = {}
    for facts in written["files"]:
        sizes = (facts["rows"], facts["bytes"], facts["raw_bytes"])
        name, has_renderings = f"{facts['table']}/{facts['name']}", facts["has_renderings"]
        new = NewFile(name, facts["table"], *sizes, level=0, has_renderings=has_renderings)
        numbers[new.part] = add_file(connection, new)
    visits = written["visits"]
    connection.executemany(
        "UPDATE known SET file = ?, row = ? WHERE visit = ?",
        [(numbers["pages"], row, visit) for row, visit in enumerate(visits)],
    )
    for table in ("pending", "pending_renderings") if written["has_renderings"] else ("pending",):
        connection.executemany(f"DELETE FROM {table} WHERE visit = ?", [(visit,) for visit in visits])  # noqa: S608
    contents = [(content,) for content in written["contents"]]
    connection.executemany("DELETE FROM pending_contents WHERE content = ?", contents)
    for done in written["records"]:
        list_record_file(connection, done)
