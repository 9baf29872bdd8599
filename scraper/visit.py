"""Makes one visit: from a lease to what became of it, or back to the queue."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from scraper.discover import Found
from scraper.gate import ANYTHING
from scraper.message import Request, Response
from scraper.retry import UNSETTLED, is_retried, wait_seconds
from scraper.visit_end import VisitEnd, failed, fetched, refused
from scraper.visit_endings import Endings
from scraper.visit_file import FilePages
from scraper.visit_page import headers_only, page_of
from scraper.visit_reading import LIGHT_BYTES, AnsweredPages
from scraper.visit_target import MAX_REDIRECTS
from scraper.visit_tools import Tools, VisitSettings
from storage.address import NotAnAddress, parse
from storage.words import Kind, Lease, Link, Visit

FILES_LIMIT = "files_limit"
MOVED = frozenset({301, 302, 303, 307, 308})
REFUSALS = frozenset({"egress", "too_large", "bomb", "unwanted_type", FILES_LIMIT})


class Visitor:
    """Turns leases into visits."""

    def __init__(self, tools: Tools, settings: VisitSettings, clock: Callable[[], float] = time.time) -> None:
        self._tools = tools
        self._settings = settings
        self._clock = clock
        self._ended = Endings(tools, clock)
        self._pages = AnsweredPages(tools, self._ended)
        self._files = FilePages(self._ended, self._pages, obeys_robots=tools.gate.obeys_robots)

    async def __call__(self, lease: Lease) -> Visit | None:
        """What became of the visit; None when it waits again."""
        tools = self._tools
        if lease.link.kind is Kind.REREAD:
            return await self._pages.read_stored(lease)
        admitted = await tools.gate.admit(lease)
        if admitted is None:
            return None
        if isinstance(admitted, VisitEnd):
            return self._ended(lease, admitted)
        response = await tools.fetcher.fetch(self._request(lease), partial(tools.frontier.answered, lease))
        tools.gate.heard(lease, response)
        if len(response.body) <= LIGHT_BYTES and not (tools.stage and tools.stage.holds(lease)):
            tools.frontier.free(lease)
        if response.reason != "ok":
            return await self._unanswered(lease, response)
        return await self._answered(lease, response)

    def _request(self, lease: Lease) -> Request:
        url, earlier = lease.link.url, lease.earlier
        if lease.link.kind is Kind.SITEMAP:  # gzipped files are sitemaps, too
            return Request(url, earlier=earlier, max_bytes=self._tools.sitemaps.max_bytes, accept=ANYTHING)
        downloads = self._tools.downloads
        file = downloads.offer(url) if downloads is not None else None
        return Request(url, earlier=earlier, max_bytes=self._settings.max_page_bytes, file=file)

    async def _unanswered(self, lease: Lease, response: Response) -> Visit | None:
        """The request failed before there was an answer to act on."""
        reason = response.reason
        if reason in REFUSALS:
            return self._ended(lease, refused(reason), response, headers_only(response))
        retried = is_retried(reason, 0)
        if retried and await self._again(lease, response, reason):
            return None
        page = headers_only(response)
        if response.body:
            page = page_of(response, await self._pages.parse(lease, response))
        is_final = not retried and reason not in UNSETTLED
        return self._ended(lease, failed(reason, is_final=is_final), response, page)

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
        return self._ended(lease, failed(reason, is_final=not retried), response, headers_only(response))

    async def _read(self, lease: Lease, response: Response) -> Visit | None:
        if response.file is not None:
            return await self._files.read(lease, response, response.file)
        visit = await self._pages.read(lease, response)
        if response.is_beyond and visit is not None and visit.reason == "ok":
            return replace(visit, reason=FILES_LIMIT)
        return visit

    async def _unchanged(self, lease: Lease, response: Response) -> Visit | None:
        visit = await self._pages.unchanged(lease, response)
        downloads = self._tools.downloads
        file = downloads.offer(lease.link.url) if downloads is not None else None
        if visit is None or file is None:
            return visit
        return await self._files.again(lease, visit, file, self._tools.bodies)

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
            visit = self._ended(lease, fetched("redirected"), response, headers_only(response), found)
            return replace(visit, is_moved_seed=True) if is_seed else visit
        return self._ended(lease, refused(f"redirect_{followed}"), response)
