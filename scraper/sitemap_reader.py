"""Turns sitemaps into links: those that robots.txt names, and those that they list."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from scraper.discover import STEP, Discovery, Found, key_of
from scraper.message import Response
from scraper.sitemap import MAX_FILES, MAX_NESTING, Entry, Sitemap, read_sitemap, urgency
from scraper.sitemap_text import MAX_BYTES
from storage.address import Address, NotAnAddress, parse
from storage.words import Budget, Kind, Link, Refusal

TURN: Final = 500  # entries between two moments for everyone else


@dataclass(frozen=True, slots=True)
class Listing:
    """What one sitemap file brought."""

    reason: str
    found: Found


class SitemapReader:
    """Reads the sitemaps of the hosts that a job's seeds name."""

    max_bytes = MAX_BYTES

    def __init__(
        self, discovery: Discovery, hosts: Iterable[str], clock: Callable[[], float] = time.time
    ) -> None:
        self._discovery = discovery
        self._hosts = frozenset(hosts)
        self._clock = clock

    def named(self, parent: Link, urls: Sequence[str]) -> list[Link]:
        """The sitemaps that the robots.txt of a seed's host names, wherever they lie."""
        if not self._hosts or parent.host not in self._hosts | self._discovery.moved_hosts:
            return []
        return self._sitemaps(replace(parent, depth=-1), urls)

    async def read(self, link: Link, response: Response) -> Listing:
        """The pages and further sitemaps of one file."""
        sitemap: Sitemap = await asyncio.to_thread(read_sitemap, response.body, self.max_bytes)
        further = self._sitemaps(link, [entry.url for entry in sitemap.sitemaps])
        links, refusals = await self._pages(link, sitemap.pages)
        return Listing(sitemap.reason, Found((*further, *links), tuple(refusals)))

    async def _pages(self, link: Link, entries: Sequence[Entry]) -> tuple[list[Link], list[Refusal]]:
        links, refusals = [], []
        left, now = self._discovery.scope.max_depth - 1, self._clock()
        for number, entry in enumerate(entries):
            if number % TURN == TURN - 1:
                await asyncio.sleep(0)
            judged = self._discovery.listed(entry.url, link.url, left, urgency(entry, now))
            if isinstance(judged, Link):
                links.append(judged)
            elif judged is not None:
                refusals.append(judged)
        return links, refusals

    def _sitemaps(self, parent: Link, urls: Sequence[str]) -> list[Link]:
        """Before any page, since they may list the most urgent ones; `depth` counts their nesting."""
        if parent.depth + 1 > MAX_NESTING:
            return []
        addresses = (address for url in urls if (address := _address(url, parent.url)))
        return [
            Link(
                url=address.fetch,
                key=key_of(address, Kind.SITEMAP),
                host=address.host,
                priority=-STEP,
                depth=parent.depth + 1,
                left=parent.left,
                kind=Kind.SITEMAP,
                budgets=(Budget(f"sitemaps {address.host}".encode(), MAX_FILES, "sitemap_budget"),),
            )
            for address in addresses
        ]


def _address(url: str, base: str) -> Address | None:
    try:
        return parse(url, base)
    except NotAnAddress:
        return None
