"""What happens with a page that was answered: it is read, and what was found in it is judged."""

from dataclasses import replace

from scraper.discover import Found
from scraper.documents import reading as documents
from scraper.message import Response
from scraper.pages import Parsed, Raw
from scraper.visit_end import failed, fetched, refused, unchanged
from scraper.visit_endings import Endings
from scraper.visit_page import headers_only, page_of, updated
from scraper.visit_tools import Tools
from storage.words import Kind, Lease, Link, Visit

# A body that could not be read in full says something of the page, whatever the parser made of it.
UNREAD = frozenset({"parse_timeout", "parse_crashed", "parse_memory"})
TOLD = UNREAD | documents.TOLD | {"links_cut", "too_deep"}


class AnsweredPages:
    """Reads what servers gave, and what is stored of it."""

    def __init__(self, tools: Tools, ended: Endings) -> None:
        self._tools = tools
        self._ended = ended

    async def read(self, lease: Lease, response: Response) -> Visit | None:
        """A page that came in full."""
        if lease.link.kind is Kind.SITEMAP:
            return await self._sitemap(lease, response)
        parsed = await self.parse(lease, response)
        page = page_of(response, parsed)
        found = self._found(lease.link, parsed)
        if parsed.noindex and self._tools.gate.obeys_robots:
            return self._ended(lease, refused("noindex"), response, headers_only(response), found)
        if lease.earlier is not None and page.digest[:16] == lease.earlier.digest:
            return self._ended(lease, unchanged("identical"), response, replace(page, body=b""), found)
        reason = "off_topic" if found.is_off_topic else parsed.reason if parsed.reason in TOLD else "ok"
        return self._ended(lease, fetched(reason), response, page, found)

    async def read_stored(self, lease: Lease) -> Visit:
        """The links of a page that is stored already; nothing is requested, and nothing else changes."""
        self._tools.frontier.free(lease)
        copy = await self._tools.bodies.copy(lease.visit)
        if copy is None:
            return self._ended(lease, failed("lost_body"))
        known = Response("ok", headers=copy.headers, body=copy.body, media_type=copy.media_type)
        parsed = await self.parse(lease, known)
        return self._ended(lease, fetched("ok"), found=self._found(lease.link, parsed))

    async def unchanged(self, lease: Lease, response: Response) -> Visit | None:
        """The stored copy stands: its links count as found in this run."""
        earlier = lease.earlier
        copy = await self._tools.bodies.copy(earlier.visit) if earlier is not None else None
        if copy is None:
            return self._ended(lease, failed("lost_body", is_final=False), response)
        headers = updated(copy.headers, response)
        known = replace(response, headers=headers, body=copy.body, media_type=copy.media_type)
        if lease.link.kind is Kind.SITEMAP:
            return await self._sitemap(lease, known)
        parsed = await self.parse(lease, known)
        found = self._found(lease.link, parsed)
        if parsed.noindex and self._tools.gate.obeys_robots:
            return self._ended(lease, refused("noindex"), response, headers_only(response), found)
        page = replace(page_of(known, parsed), headers=response.headers, body=b"")
        return self._ended(lease, unchanged("not_modified"), response, page, found)

    async def parse(self, lease: Lease, response: Response) -> Parsed:
        """What a worker reads in a body."""
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

    def _found(self, link: Link, parsed: Parsed) -> Found:
        topic = self._tools.topic
        return topic.found(link, parsed) if topic else self._tools.discovery.below(link, parsed.follow)

    async def _sitemap(self, lease: Lease, response: Response) -> Visit:
        listing = await self._tools.sitemaps.read(lease.link, response)
        end, topic = fetched(listing.reason), self._tools.topic
        found = topic.listed(lease.link, listing.found) if topic else listing.found
        return self._ended(lease, end, response, headers_only(response), found)
