"""Makes one visit: from a lease to what became of it, or back to the queue."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from scraper.borders import Bodies, Frontier
from scraper.discover import Discovery, Found
from scraper.fetch import Fetcher
from scraper.gate import ANYTHING, Gate
from scraper.message import Request, Response
from scraper.pages import stored
from scraper.parse_pool import Parsed, ParsePool, Raw
from scraper.retry import is_retried, wait_seconds
from scraper.sitemap_reader import SitemapReader
from scraper.visit_end import VisitEnd, failed, fetched, refused, unchanged
from storage.address import NotAnAddress, parse
from storage.words import EMPTY_PAGE, Kind, Lease, Link, Page, ReadContent, Visit

if TYPE_CHECKING:
    from scraper.relevance.best_first import BestFirst

Headers = tuple[tuple[str, str], ...]
MOVED = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 10
NOTHING_FOUND = Found()
REFUSALS = frozenset({"egress", "too_large", "bomb", "unwanted_type"})
# A body that could not be read in full says something of the page, whatever the parser made of it.
UNREAD = frozenset({"parse_timeout", "parse_crashed", "parse_memory"})
TOLD = UNREAD | {"links_cut", "too_deep"}
# A larger body keeps its host's slot while it is read, so that no host fills the readers alone.
LIGHT_BYTES = 128 << 10


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """How visits of one job are made."""

    retries: int = 2
    max_page_bytes: int = 8 << 20


@dataclass(frozen=True, slots=True)
class Tools:
    """What a visit is made with."""

    frontier: Frontier
    fetcher: Fetcher
    pool: ParsePool
    bodies: Bodies
    gate: Gate
    discovery: Discovery
    sitemaps: SitemapReader
    chance: Random
    topic: "BestFirst | None" = None


class Visitor:
    """Turns leases into visits."""

    def __init__(self, tools: Tools, settings: VisitSettings, clock: Callable[[], float] = time.time) -> None:
        self._tools = tools
        self._settings = settings
        self._clock = clock

    async def __call__(self, lease: Lease) -> Visit | None:
        """What became of the visit; None when it waits again."""
        tools = self._tools
        if lease.link.kind is Kind.REREAD:
            return await self._read_again(lease)
        admitted = await tools.gate.admit(lease)
        if admitted is None:
            return None
        if isinstance(admitted, VisitEnd):
            return self._ended(lease, admitted)
        response = await tools.fetcher.fetch(self._request(lease), partial(tools.frontier.answered, lease))
        tools.gate.heard(lease, response)
        if len(response.body) <= LIGHT_BYTES:
            tools.frontier.free(lease)
        if response.reason != "ok":
            return await self._unanswered(lease, response)
        return await self._answered(lease, response)

    def _request(self, lease: Lease) -> Request:
        url, earlier = lease.link.url, lease.earlier
        if lease.link.kind is Kind.SITEMAP:  # gzipped files are sitemaps, too
            return Request(url, earlier=earlier, max_bytes=self._tools.sitemaps.max_bytes, accept=ANYTHING)
        return Request(url, earlier=earlier, max_bytes=self._settings.max_page_bytes)

    def _ended(
        self,
        lease: Lease,
        end: VisitEnd,
        response: Response | None = None,
        page: Page = EMPTY_PAGE,
        found: Found = NOTHING_FOUND,
    ) -> Visit:
        if found is NOTHING_FOUND and self._tools.topic is not None and end.is_final:
            found = self._tools.topic.missed(lease.link)
        return Visit(
            lease=lease,
            outcome=end.outcome,
            reason=end.reason,
            fetched_at=self._clock(),
            status=response.status if response else 0,
            milliseconds=round(response.seconds * 1000) if response else 0,
            page=page if found.relevance is None else replace(page, relevance=found.relevance),
            location=response.location if response else "",
            final=end.is_final,
            group=self._tools.discovery.group_of(lease.link) if page.digest else b"",
            new_links=found.links,
            refusals=found.refusals,
            offsets=found.offsets,
        )

    def _found(self, link: Link, parsed: Parsed) -> Found:
        topic = self._tools.topic
        return topic.found(link, parsed) if topic else self._tools.discovery.below(link, parsed.follow)

    async def _unanswered(self, lease: Lease, response: Response) -> Visit | None:
        """The request failed before there was an answer to act on."""
        reason = response.reason
        if reason in REFUSALS:
            return self._ended(lease, refused(reason), response, _headers_only(response))
        retried = is_retried(reason, 0)
        if retried and await self._again(lease, response, reason):
            return None
        page = _headers_only(response)
        if response.body:
            page = _page(response, await self._parse(lease, response))
        return self._ended(lease, failed(reason, is_final=not retried), response, page)

    async def _again(self, lease: Lease, response: Response, reason: str) -> bool:
        """Puts the visit back unless its tries are used up."""
        if lease.tries >= self._settings.retries:
            return False
        wait = wait_seconds(lease.tries + 1, self._tools.chance, response.retry_after)
        await self._tools.frontier.release(lease, self._clock() + wait, reason)
        return True

    async def _answered(self, lease: Lease, response: Response) -> Visit | None:
        status = response.status
        if 200 <= status < 300:
            return await self._read(lease, response)
        if status == 304 and lease.earlier is not None:
            return await self._unchanged(lease, response)
        if status in MOVED:
            return await self._moved(lease, response)
        reason = f"http_{status}"
        retried = is_retried("ok", status)
        if retried and await self._again(lease, response, reason):
            return None
        return self._ended(lease, failed(reason, is_final=not retried), response, _headers_only(response))

    async def _parse(self, lease: Lease, response: Response) -> Parsed:
        robots = tuple(value for name, value in response.headers if name.lower() == "x-robots-tag")
        parsed = await self._tools.pool.parse(
            Raw(
                url=lease.link.url,
                body=response.body,
                content_type=response.header("content-type"),
                media_type=response.media_type,
                host=lease.link.host,
                robots_headers=robots if self._tools.gate.obeys_robots else (),
                reads_content=lease.link.kind is not Kind.REREAD,
            )
        )
        if parsed.reason in UNREAD:
            self._tools.gate.burdened(lease)
        return parsed

    async def _read(self, lease: Lease, response: Response) -> Visit | None:
        if lease.link.kind is Kind.SITEMAP:
            return await self._read_sitemap(lease, response)
        parsed = await self._parse(lease, response)
        page = _page(response, parsed)
        found = self._found(lease.link, parsed)
        if parsed.noindex and self._tools.gate.obeys_robots:
            return self._ended(lease, refused("noindex"), response, _headers_only(response), found)
        if lease.earlier is not None and page.digest[:16] == lease.earlier.digest:
            return self._ended(lease, unchanged("identical"), response, replace(page, body=b""), found)
        reason = "off_topic" if found.is_off_topic else parsed.reason if parsed.reason in TOLD else "ok"
        return self._ended(lease, fetched(reason), response, page, found)

    async def _read_again(self, lease: Lease) -> Visit:
        """The links of a page that is stored already; nothing is requested, and nothing else changes."""
        self._tools.frontier.free(lease)
        copy = await self._tools.bodies.copy(lease.visit)
        if copy is None:
            return self._ended(lease, failed("lost_body"))
        known = Response("ok", headers=copy.headers, body=copy.body, media_type=copy.media_type)
        parsed = await self._parse(lease, known)
        return self._ended(lease, fetched("ok"), found=self._found(lease.link, parsed))

    async def _unchanged(self, lease: Lease, response: Response) -> Visit | None:
        """The stored copy stands: its links count as found in this run."""
        earlier = lease.earlier
        copy = await self._tools.bodies.copy(earlier.visit) if earlier is not None else None
        if copy is None:
            return self._ended(lease, failed("lost_body", is_final=False), response)
        known = replace(
            response, headers=_updated(copy.headers, response), body=copy.body, media_type=copy.media_type
        )
        if lease.link.kind is Kind.SITEMAP:
            return await self._read_sitemap(lease, known)
        parsed = await self._parse(lease, known)
        found = self._found(lease.link, parsed)
        if parsed.noindex and self._tools.gate.obeys_robots:
            return self._ended(lease, refused("noindex"), response, _headers_only(response), found)
        page = replace(_page(known, parsed), headers=response.headers, body=b"")
        return self._ended(lease, unchanged("not_modified"), response, page, found)

    async def _read_sitemap(self, lease: Lease, response: Response) -> Visit:
        listing = await self._tools.sitemaps.read(lease.link, response)
        end, topic = fetched(listing.reason), self._tools.topic
        found = topic.listed(lease.link, listing.found) if topic else listing.found
        return self._ended(lease, end, response, _headers_only(response), found)

    async def _moved(self, lease: Lease, response: Response) -> Visit | None:
        link = lease.link
        try:
            target = parse(response.location, link.url, self._tools.discovery.rules)
        except NotAnAddress:
            return self._ended(lease, failed("bad_redirect"), response)
        chain = (*link.via, link.key)
        if len(chain) > MAX_REDIRECTS:
            return self._ended(lease, failed("too_many_redirects"), response)
        if target.digest == link.key and target.fetch != link.url and lease.tries <= self._settings.retries:
            await self._tools.frontier.release(lease, 0.0, "moved", target.fetch)
            return None
        if target.digest in chain:
            return self._ended(lease, failed("redirect_loop"), response)
        discovery = self._tools.discovery
        is_seed = discovery.is_asked_for(link) and discovery.seed_moved(parse(link.url), target)
        followed = discovery.redirected(link, target, chain)
        if isinstance(followed, Link):
            found = Found((followed,))
            visit = self._ended(lease, fetched("redirected"), response, _headers_only(response), found)
            return replace(visit, is_moved_seed=True) if is_seed else visit
        return self._ended(lease, refused(f"redirect_{followed}"), response)


def _headers_only(response: Response) -> Page:
    return Page(
        headers=response.headers,
        request=response.sent,
        wire_bytes=response.wire_bytes,
        content_type=response.media_type,
        truncated=response.truncated,
    )


def _page(response: Response, parsed: Parsed) -> Page:
    return Page(
        body=parsed.body,
        body_bytes=len(response.body),
        wire_bytes=response.wire_bytes,
        digest=parsed.digest,
        headers=response.headers,
        request=response.sent,
        content_type=response.media_type,
        charset=parsed.charset,
        title=parsed.title,
        language=parsed.language,
        canonical=parsed.canonical,
        links=parsed.links,
        truncated=response.truncated,
        content=_content(parsed),
        selected=stored(parsed.selected),
    )


def _content(parsed: Parsed) -> ReadContent | None:
    if not parsed.engine:
        return None
    return ReadContent(parsed.engine, parsed.page_type, parsed.fingerprint, parsed.content)


def _updated(stored: Headers, response: Response) -> Headers:
    """The headers of the stored copy with those that the server has sent anew (RFC 9111, 3.2)."""
    anew = {name.lower() for name, _ in response.headers}
    return (*response.headers, *((name, value) for name, value in stored if name.lower() not in anew))
