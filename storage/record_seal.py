"""Turns pending records into sealed files: a file first, then the transaction that lists it."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from storage.child import child
from storage.ledger import Ledger
from storage.record_files import list_record_file
from storage.seal import SealFailed

LINE_BYTES = 64 << 20  # a file's line names every replaced decision that it left out
IDLE_SECONDS = 10.0  # starting costs as much as sealing 20,000 records, waiting 60 MB


def _ignore(rows: int) -> None:
    """Nobody wants to know how many rows were sealed."""


class RecordSealer:
    """Seals the records of one workspace; its process stays for the next time."""

    def __init__(self, ledger: Ledger, workspace: Path) -> None:
        self._ledger = ledger
        self._workspace = workspace
        self._process: asyncio.subprocess.Process | None = None
        self._held = AsyncExitStack()
        self._idle: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._let_go()

    async def seal(self, least_rows: int = 1, sealed: Callable[[int], None] = _ignore) -> int:
        """Seals until fewer than `least_rows` wait; how many, and after each file too. One call at a time."""
        total = 0
        process = await self._started()
        try:
            async for done in _files(process, least_rows):
                await self._ledger.write(lambda connection, done=done: list_record_file(connection, done))  # type: ignore[misc]
                total += done["rows"]
                sealed(done["rows"])
        except BaseException:  # what it would say next answers nobody's question
            await self._let_go()
            raise
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._dismiss)
        return total

    async def _started(self) -> asyncio.subprocess.Process:
        if self._idle is not None:
            self._idle.cancel()
        if self._process is None or _stdin(self._process).is_closing():
            await self._let_go()
            asked = (str(self._workspace), str(os.getpid()))
            started = child("storage.record_seal_process", *asked, line_bytes=LINE_BYTES, has_input=True)
            self._process = await self._held.enter_async_context(started)
        return self._process

    def _dismiss(self) -> None:
        """At the end of its input it ends."""
        if self._process is not None:
            _stdin(self._process).close()

    async def _let_go(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._process = None
        await self._held.aclose()


async def seal_records(ledger: Ledger, workspace: Path) -> int:
    """Seals every pending record; how many."""
    async with RecordSealer(ledger, workspace) as sealer:
        return await sealer.seal()


async def _files(process: asyncio.subprocess.Process, least_rows: int) -> AsyncIterator[dict[str, Any]]:
    """What it says of each file that it wrote."""
    try:
        _stdin(process).write(f"{least_rows}\n".encode())
        await _stdin(process).drain()
    except ConnectionError:
        pass  # its status says more
    while (line := await _stdout(process).readline()) not in {b"", b"\n"}:
        yield json.loads(line)
    if not line:
        raise SealFailed(f"sealing ended with {await process.wait()}; the records stay in the ledger")


def _stdin(process: asyncio.subprocess.Process) -> asyncio.StreamWriter:
    assert process.stdin is not None  # noqa: S101 - it was started with one
    return process.stdin


def _stdout(process: asyncio.subprocess.Process) -> asyncio.StreamReader:
    assert process.stdout is not None  # noqa: S101 - as above
    return process.stdout
