"""Turns pending records into sealed files: a file first, then the transaction that lists it."""

import asyncio
import json
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storage.child import child
from storage.file_list import NewFile, add_file
from storage.ledger import Connection, Ledger
from storage.record_pack import BLOCKS_IN_BATCH
from storage.record_row import Decision
from storage.record_rows import leave
from storage.seal import SealFailed

LINE_BYTES = 64 << 20  # a file's line names every replaced decision that it left out


def _ignore(rows: int) -> None:
    """Nobody wants to know how many rows were sealed."""


async def seal_records(
    ledger: Ledger, workspace: Path, least_rows: int = 1, sealed: Callable[[int], None] = _ignore
) -> int:
    """Seals pending records until fewer than `least_rows` wait; how many, and after each file too."""
    stem = f"{int(time.time() * 1000):013d}-{secrets.token_hex(4)}"
    asked = (str(workspace), stem, str(least_rows), str(os.getpid()))
    total = 0
    async with child("storage.record_seal_process", *asked, line_bytes=LINE_BYTES) as process:
        async for line in _lines(process):
            done = json.loads(line)
            await ledger.write(lambda connection, done=done: _list_file(connection, done))  # type: ignore[misc]
            total += done["rows"]
            sealed(done["rows"])
        status = await process.wait()
    if status != 0:
        raise SealFailed(f"sealing ended with {status}; the records stay in the ledger")
    return total


def _lines(process: asyncio.subprocess.Process) -> asyncio.StreamReader:
    if process.stdout is None:
        raise SealFailed("the sealing process has no output")
    return process.stdout


def _list_file(connection: Connection, done: dict[str, Any]) -> None:
    if done["file"] is not None:
        facts = done["file"]
        name = f"{facts['table']}/{facts['name']}"
        sizes = (facts["rows"], facts["bytes"], facts["raw_bytes"])
        add_file(connection, NewFile(name, facts["table"], *sizes, level=0))
    end = (done["last"] + 1) * BLOCKS_IN_BATCH
    connection.execute("DELETE FROM record_blocks WHERE block < ?", (end,))
    connection.execute("DELETE FROM record_batches WHERE batch <= ?", (done["last"],))
    leave(connection, [(Decision(*decision), rows) for decision, rows in done["dropped"]])
