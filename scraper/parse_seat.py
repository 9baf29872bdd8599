"""One place of the parse pool: a queue of pages and the worker that serves it, replaced whenever it dies."""

import asyncio
import signal
from collections import deque
from typing import Any

from scraper.confinement import NO_MEMORY
from scraper.pages import Parsed, ParseSettings, Raw
from scraper.parse_process import ParseProcess, WorkerNotStarted
from scraper.parse_queue import CHUNK_PAGES, Job, ParseQueue
from scraper.sites import Sites, Told

CHUNKS_IN_FLIGHT = 2  # one being read, one waiting in the socket, so that the worker never idles
LINGER_SECONDS = 0.005  # how long a page waits for company while the worker is busy anyway
STARTS_TRIED = 3
# The worker's own timer counts processor time; this one is for workers that do not get on at all.
PATIENCE = 5.0


class Seat:
    """Pages in, answers out, each page once, whatever happens to the workers."""

    def __init__(self, settings: ParseSettings, sites: Sites | None = None) -> None:
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = loop.create_future()
        self.worker: ParseProcess | None = None
        self._loop = loop
        self._settings = settings
        self._sites = sites
        self._told: Told | None = None
        self._queue = ParseQueue()
        self._in_flight: deque[list[Job]] = deque()
        self._timer: asyncio.Handle | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._is_overrun = False
        self._broken: WorkerNotStarted | None = None

    @property
    def load(self) -> int:
        """Pages that wait or are in hand."""
        return len(self._queue) + sum(map(len, self._in_flight))

    def put(self, raw: Raw) -> asyncio.Future[Parsed]:
        """Raises WorkerNotStarted when no worker could be had."""
        if self._broken is not None:
            raise self._broken
        job = Job(raw, self._loop.create_future())
        self._queue.append(job)
        if len(self._queue) >= CHUNK_PAGES:
            self._pump()
        else:
            self._schedule()
        return job.answer

    def abandon(self) -> None:
        """Whoever still waits for a page is told that it will not come."""
        self._stop_timer()
        self._queue.put_back(self._in_flight)
        self._in_flight.clear()
        for job in self._queue.drain():
            job.answer.cancel()
        self.ready.cancel()

    async def run(self) -> None:
        """Keeps a worker in this place until cancelled, or until none can be started."""
        failed_starts = 0
        while True:
            try:
                worker = await ParseProcess.start(self._settings, self._answered)
            except WorkerNotStarted as error:
                failed_starts += 1
                if failed_starts == STARTS_TRIED:
                    self._give_up(error)
                    return
                continue
            failed_starts = 0
            await self._serve_with(worker)

    async def _serve_with(self, worker: ParseProcess) -> None:
        self.worker = worker
        self._told = Told(self._sites) if self._sites is not None else None
        self._is_overrun = False
        if not self.ready.done():
            self.ready.set_result(None)
        self._pump()
        try:
            await worker.gone.wait()
        finally:
            self.worker = None
            self._watch_anew()
            status = await worker.end()
        self._settle(status)

    def _schedule(self) -> None:
        """What arrives in one turn of the loop goes together; a busy worker leaves time to wait for more."""
        if self._timer is not None or not self._may_send():
            return
        if self._in_flight:
            self._timer = self._loop.call_later(LINGER_SECONDS, self._pump)
        else:
            self._timer = self._loop.call_soon(self._pump)

    def _pump(self) -> None:
        """Sends what may be sent now: whatever there is to an idle worker, full chunks ahead of it."""
        self._stop_timer()
        while self._may_send():
            if chunk := self._queue.take():
                self._send(chunk)
            if self._in_flight and len(self._queue) < CHUNK_PAGES:
                break
        self._schedule()

    def _send(self, chunk: list[Job]) -> None:
        self._in_flight.append(chunk)
        if self.worker is not None:
            self.worker.send([self._with_news(job.raw) for job in chunk])
        if len(self._in_flight) == 1:
            self._watch_anew()

    def _with_news(self, raw: Raw) -> Raw:
        news = self._told.news(raw.host) if self._told is not None else b""
        return raw._replace(site=news) if news else raw

    def _may_send(self) -> bool:
        if self.worker is None or not self._queue:
            return False
        return len(self._in_flight) < (1 if self._queue.is_next_alone else CHUNKS_IN_FLIGHT)

    def _answered(self, rows: tuple[tuple[Any, ...], ...]) -> None:
        for job, row in zip(self._in_flight.popleft(), rows, strict=True):
            job.settle(Parsed._make(row))
        self._watch_anew()
        if not self._in_flight or len(self._queue) >= CHUNK_PAGES:
            self._pump()
        else:
            self._schedule()

    def _settle(self, status: int) -> None:
        """After a death: the chunk that was being read is read again page by page, the rest as if new."""
        reading, *waiting = self._in_flight or ([],)
        self._in_flight.clear()
        # Only the worker's own timer is proof at once: whatever else ended it may have come from outside.
        if len(reading) == 1 and (reading[0].is_alone or status == -signal.SIGPROF):
            job = reading[0]
            if not (self._settings.reads_more and job.raw.reads_content):
                reading.pop().settle(Parsed(reason=self._verdict(status)))
            else:  # its links at least may be had
                job.raw = job.raw._replace(reads_content=False)
        for job in reading:
            job.is_alone = True
        self._queue.put_back([reading, *waiting])

    def _verdict(self, status: int) -> str:
        if self._is_overrun or status == -signal.SIGPROF:
            return "parse_timeout"
        return "parse_memory" if status == NO_MEMORY else "parse_crashed"

    def _watch_anew(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        if self.worker is not None and self._in_flight:
            self._watch = self._loop.call_later(PATIENCE * self._settings.page_seconds, self._overrun)

    def _overrun(self) -> None:
        self._is_overrun = True
        if self.worker is not None:
            self.worker.kill()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self, error: WorkerNotStarted) -> None:
        """Without a worker every page of this place fails, those that come later too."""
        self._broken = error
        for job in self._queue.drain():
            if not job.answer.done():
                job.answer.set_exception(error)
        if not self.ready.done():
            self.ready.set_exception(error)
