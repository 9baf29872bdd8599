"""Takes records in, durably, and seals them in the background."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from storage.ledger import Ledger
from storage.record_pack import pack
from storage.record_row import Decision, RecordRow
from storage.record_rows import Put, pending_records, write_records
from storage.record_seal import RecordSealer
from storage.seal import SEAL_RECORDS

MOST_WAITING = 8 * SEAL_RECORDS  # bounds the ledger when records come faster than they can be sealed
PACKED_ASIDE = 64  # more rows than this are packed on a thread: the loop has others to serve


class RecordWriter:
    """Writes the records of one workspace, which its caller holds."""

    def __init__(self, ledger: Ledger, workspace: Path, seal_rows: int = SEAL_RECORDS) -> None:
        self._ledger = ledger
        self._seal_rows = seal_rows
        self._waiting = 0
        self._sealer = RecordSealer(ledger, workspace)
        self._sealing: asyncio.Task[int] | None = None
        self._sealed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._waiting = await self._ledger.read(pending_records)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async with self._sealer:
            await self._end_sealing(error)

    async def _end_sealing(self, error: BaseException | None) -> None:
        task, self._sealing = self._sealing, None
        if task is None:
            return
        if error is not None:
            task.cancel()
        # what was put is safe in the ledger: after an error that one is told, not how its sealing ended
        [ended] = await asyncio.gather(task, return_exceptions=True)
        if error is None and isinstance(ended, Exception):
            raise ended

    async def put_many(self, records: Iterable[RecordRow], nothing: Iterable[Decision] = ()) -> Put:
        """Stores records in one commit, and returns when it is on the disk.

        A record that is stored already is known and not stored twice. A higher decision about one type of
        record on one visit replaces all that a lower one found. Records of one decision come in the order of
        their ordinals.
        """
        await self._has_room()
        rows, empty = list(records), list(nothing)
        packed = (
            pack(rows, empty) if len(rows) <= PACKED_ASIDE else await asyncio.to_thread(pack, rows, empty)
        )
        put = await self._ledger.write(lambda connection: write_records(connection, packed))
        self._waiting += put.stored
        self._seal_when_due()
        return put

    async def flush(self) -> None:
        """Returns when all that was put lies in sealed files."""
        await self._join()
        await self._sealer.seal(sealed=self._count)

    def _seal_when_due(self) -> None:
        if self._waiting >= self._seal_rows and self._sealing is None:
            work = self._sealer.seal(self._seal_rows, self._count)
            self._sealing = asyncio.create_task(work, name="record sealing")
            self._sealing.add_done_callback(lambda _: self._sealed.set())

    def _count(self, rows: int) -> None:
        self._waiting -= rows
        self._sealed.set()

    async def _has_room(self) -> None:
        if self._sealing is not None and self._sealing.done():
            await self._join()
            self._seal_when_due()
        while self._sealing is not None and self._waiting >= MOST_WAITING:
            self._sealed.clear()
            await self._sealed.wait()
            if self._sealing is not None and self._sealing.done():
                await self._join()

    async def _join(self) -> None:
        """Waits for the sealing that is under way; a failed one is told to whoever asks next."""
        task = self._sealing
        if task is not None:
            try:
                await asyncio.shield(task)
            finally:
                if task.done() and self._sealing is task:
                    self._sealing = None
