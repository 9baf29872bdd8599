"""Reads pages in worker processes: one that takes too long or kills its reader costs only itself."""

import asyncio
from types import TracebackType
from typing import Self
from zlib import crc32

from scraper.pages import Parsed, ParseSettings, Raw
from scraper.parse_queue import CHUNK_PAGES
from scraper.parse_seat import Seat
from scraper.press import Press
from scraper.repeats import Repeats
from scraper.sites import Sites

__all__ = ["ParsePool", "ParseSettings", "Parsed", "Raw"]

# Bodies that wait or are being read: what the crawl may hold in memory here, however fast the network is.
MAX_BYTES = 64 << 20
# A host's pages go to one worker, which knows its links, until that worker is this many pages behind another.
_UNEVEN = 2 * CHUNK_PAGES


class ParsePool:
    def __init__(
        self,
        settings: ParseSettings,
        workers: int = 1,
        max_bytes: int = MAX_BYTES,
        sites: Sites | None = None,
    ) -> None:
        """What is learned in `sites` reaches a worker with the next page of the host."""
        self._settings = settings
        if settings.reads_content and sites is None:
            sites = Sites()
        self._sites = sites
        self._repeats = Repeats(sites) if settings.reads_content and sites is not None else None
        self._workers = workers
        self._max_bytes = max_bytes
        self._bytes = 0
        self._room = asyncio.Event()
        self._seats: list[Seat] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._group = asyncio.TaskGroup()

    @property
    def worker_pids(self) -> list[int]:
        """Of the workers that live now."""
        return [seat.worker.pid for seat in self._seats if seat.worker is not None]

    @property
    def held_bytes(self) -> int:
        """Of the bodies that wait or are being read."""
        return self._bytes

    async def __aenter__(self) -> Self:
        """Ready when every worker is; raises WorkerNotStarted."""
        await self._group.__aenter__()
        try:
            for number in range(self._workers):
                seat = Seat(self._settings, self._sites)
                self._seats.append(seat)
                self._tasks.append(self._group.create_task(seat.run(), name=f"parse-seat-{number}"))
            await asyncio.gather(*(seat.ready for seat in self._seats))
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def parse(self, raw: Raw) -> Parsed:
        """Never raises for what a page did: a page that could not be read comes back kept, with a reason."""
        await self._take_room(len(raw.body))
        try:
            parsed = await self._seat_for(raw.host).put(raw)
            if self._repeats is not None and parsed.blocks:
                self._repeats.learn(raw.host, parsed.fingerprint, parsed.blocks)
            if parsed.digest:
                return parsed
            # The worker was lost to this page, whose body is kept all the same.
            body, digest = await asyncio.to_thread(Press().keep, raw.body)
            return parsed._replace(body=body, digest=digest)
        finally:
            self._bytes -= len(raw.body)
            self._room.set()

    def _seat_for(self, host: str) -> Seat:
        home = self._seats[crc32(host.encode(errors="replace")) % len(self._seats)]
        idlest = min(self._seats, key=_load)
        return home if home.load - idlest.load < _UNEVEN else idlest

    async def _take_room(self, size: int) -> None:
        while self._bytes and self._bytes + size > self._max_bytes:
            self._room.clear()
            await self._room.wait()
        self._bytes += size

    async def _close(self) -> None:
        """Workers hold no truth: they are ended at once, and waited for."""
        for task in self._tasks:
            task.cancel()
        try:
            await self._group.__aexit__(None, None, None)
        finally:
            for seat in self._seats:
                seat.abandon()


def _load(seat: Seat) -> int:
    return seat.load
