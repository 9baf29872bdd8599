"""The borders the crawl stands on: a frontier, stored bodies, a way to ask servers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from scraper.message import Request, Response
from storage.words import Lease, Link, Refusal, StoredCopy, Visit


class Stats(Protocol):
    """The frontier at one moment."""

    @property
    def waiting(self) -> int:
        """Links that wait."""

    @property
    def leased(self) -> int:
        """Visits that are out."""

    @property
    def hosts(self) -> int:
        """Hosts in rotation."""


class Frontier(Protocol):
    """Gives out visits whose host is due and takes back what became of them."""

    async def add(self, links: Sequence[Link]) -> int:
        """Puts new links in the queue; how many were new."""

    async def refuse(self, refusals: Sequence[Refusal]) -> int:
        """Records links that the rules refused; how many were new."""

    async def claim(self, n: int, lease_seconds: float, wait_seconds: float = 0.0) -> list[Lease]:
        """At most n visits whose hosts are due."""

    async def commit(self, visits: Sequence[Visit]) -> list[int]:
        """Ends visits durably; the tokens that were refused as stale."""

    async def release(self, lease: Lease, not_before: float, reason: str, url: str | None = None) -> bool:
        """Gives a visit back to be tried later; a reason counts as a try."""

    def answered(self, lease: Lease) -> None:
        """The server has begun to answer: the gap to the next request runs from now."""

    def free(self, lease: Lease) -> None:
        """The request is over: the host's slot is free."""

    def hold(
        self, host: str, until: float | None = None, gap: float | None = None, slots: int | None = None
    ) -> None:
        """Sets when a host may be asked next, its gap and its slots."""

    def extend(self, leases: Iterable[Lease], until: float) -> list[int]:
        """Keeps leases longer; the tokens that are stale."""

    def stats(self) -> Stats:
        """The frontier at this moment."""

    @property
    def is_exhausted(self) -> bool:
        """Whether nothing waits and nothing is out."""


class Ranking(Protocol):
    """What a frontier can do besides when a crawl goes best-first: links wait in slots, and slots move."""

    async def reorder(self, offsets: Mapping[int, int]) -> int:
        """Gives slots other offsets to the priorities of what waits in them; on how many hosts that moved."""


class Bodies(Protocol):
    """Stored bodies, for pages that have not changed."""

    async def copy(self, visit: int, latest: int = 0) -> StoredCopy | None:
        """The decoded body that a visit stored, the headers it came with, and its document.

        With `latest`, the document is the one of that visit, which found the body unchanged.
        """


class Fetches(Protocol):
    """Makes requests: by plain HTTP, through proxies, within sessions."""

    async def fetch(self, request: Request, on_headers: Callable[[], None] | None = None) -> Response:
        """What became of one request; on_headers is called when the server has begun to answer."""
