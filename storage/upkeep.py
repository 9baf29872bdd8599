"""Seals and merges beside a crawl, and leaves a small ledger behind at its end."""

import asyncio
import logging
from pathlib import Path

from storage.ledger import Ledger, give_back_pages
from storage.merger import MergeFailed, merge_due
from storage.seal import SEAL_BYTES, seal, seal_all

_log = logging.getLogger(__name__)

PAGES_PER_STEP = 2_000  # given back in one transaction, so that nobody waits long for the next


class Upkeep:
    """Turns what a crawl commits into files, a part at a time."""

    def __init__(self, ledger: Ledger, workspace: Path) -> None:
        self._ledger = ledger
        self._workspace = workspace
        self._unsealed = 0
        self._seal_due = asyncio.Event()
        self._merge_due = asyncio.Event()
        self._is_stopped = False
        self._merging: asyncio.Task[None] | None = None

    def note(self, decoded_bytes: int) -> None:
        """Counts what was committed; enough of it is sealed."""
        self._unsealed += decoded_bytes
        if self._unsealed >= SEAL_BYTES:
            self._seal_due.set()

    async def run(self) -> None:
        """Seals and merges what is due, until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._seal_when_due(), name="sealing")
            group.create_task(self._merge_when_due(), name="merging")

    def stop(self) -> None:
        """Gives up a merge; a later run does it."""
        self._is_stopped = True
        if self._merging is not None:
            self._merging.cancel()

    async def finish(self) -> None:
        """Seals all that is final, merges what is worth it, gives back the room in the ledger."""
        await seal_all(self._ledger, self._workspace)
        await self.settle()

    async def settle(self) -> None:
        """The same without sealing."""
        async with asyncio.TaskGroup() as group:
            if not self._is_stopped:
                self._merging = group.create_task(self._merge(), name="merging")
        await compact(self._ledger)

    async def _seal_when_due(self) -> None:
        while True:
            await self._seal_due.wait()
            self._seal_due.clear()
            self._unsealed = 0
            await seal(self._ledger, self._workspace)
            self._merge_due.set()

    async def _merge_when_due(self) -> None:
        # beside the sealing, which must not wait for a merge of minutes
        while True:
            await self._merge_due.wait()
            self._merge_due.clear()
            await self._merge()

    async def _merge(self) -> None:
        try:
            await merge_due(self._ledger, self._workspace)
        except MergeFailed as error:
            # one damaged file must not end a crawl: what was to be merged is as it was
            _log.warning("%s", error)


async def compact(ledger: Ledger) -> None:
    """Gives the ledger's free pages back to the disk."""
    free = await ledger.write(lambda connection: give_back_pages(connection, PAGES_PER_STEP))
    while free:
        left = await ledger.write(lambda connection: give_back_pages(connection, PAGES_PER_STEP))
        if left >= free:
            return
        free = left
