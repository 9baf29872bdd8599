"""The pages that wait for one parse worker, cut into chunks."""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scraper.pages import Parsed, Raw

CHUNK_PAGES = 16  # more saves nothing
CHUNK_BYTES = 1 << 20  # a chunk is copied as a whole on either side


@dataclass(slots=True, eq=False)
class Job:
    """One page and whoever waits for it."""

    raw: Raw
    answer: asyncio.Future[Parsed]
    is_alone: bool = False  # in a chunk of its own, because a worker died over the chunk it was in

    def settle(self, parsed: Parsed) -> None:
        if not self.answer.done():  # nobody waits for it any more
            self.answer.set_result(parsed)


class ParseQueue:
    """Bounded by the pool, which counts the bytes of all its queues."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()

    def __len__(self) -> int:
        return len(self._jobs)

    @property
    def is_next_alone(self) -> bool:
        return bool(self._jobs) and self._jobs[0].is_alone

    def append(self, job: Job) -> None:
        self._jobs.append(job)

    def put_back(self, chunks: Iterable[Sequence[Job]]) -> None:
        """Before all others, in their order."""
        jobs = [job for chunk in chunks for job in chunk]
        self._jobs.extendleft(reversed(jobs))

    def take(self) -> list[Job]:
        """The next chunk, without the pages that nobody waits for any more."""
        chunk: list[Job] = []
        size = 0
        while self._jobs and len(chunk) < CHUNK_PAGES:
            job = self._jobs[0]
            size += len(job.raw.body)
            if chunk and (job.is_alone or size > CHUNK_BYTES):
                break
            self._jobs.popleft()
            if job.answer.done():
                continue
            chunk.append(job)
            if job.is_alone:
                break
        return chunk

    def drain(self) -> Iterator[Job]:
        while self._jobs:
            yield self._jobs.popleft()
