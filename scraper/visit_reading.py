"""What happens with a page that was answered: it is read, perhaps shown, and what was found is judged."""

from dataclasses import replace
from hashlib import sha256

from scraper.discover import Found
from scraper.documents import reading as documents
from scraper.message import Response
from scraper.pages import Parsed, Raw
from scraper.render.shown import NOT_SHOWN, Shown
from scraper.visit_end import VisitEnd, failed, fetched, refused, unchanged
from scraper.visit_endings import Endings
from scraper.visit_page import Headers, headers_only, page_of, read_in, updated, with_shown, without_document
from scraper.visit_target import Targets
from scraper.visit_tools import Tools
from storage.words import Kind, Lease, Link, StoredCopy, Visit

# A body that could not be read in full says something of the page, whatever the parser made of it.
UNREAD = frozenset({"parse_timeout", "parse_crashed", "parse_memory"})
TOLD = UNREAD | documents.TOLD | {"links_cut", "too_deep"}
# A larger body keeps its host's slot while it is read, so that no host fills the readers alone.
LIGHT_BYTES = 128 << 10
NOT_RENDERED = "not_rendered"
ACTION_FAILED = "action_failed"
DOCUMENT_TYPES = "text/html; charset=utf-8", "text/html"


class AnsweredPages:
    """Reads what servers gave, and what is stored of it."""

    def __init__(self, tools: Tools, ended: Endings) -> None:
        self._tools = tools
        self._ended = ended
        self._targets = Targets(tools.discovery)

    async def read(self, lease: Lease, response: Response) -> Visit | None:
        """A page that came in full."""
        if lease.link.kind is Kind.SITEMAP:
            return await self._sitemap(lease, response)
        return await self._taken(lease, response, await self.parse(lease, response))

    async def read_stored(self, lease: Lease) -> Visit:
        """The links of a page that is stored already; nothing is requested, and nothing else changes."""
        self._tools.frontier.free(lease)
        copy = await self._tools.bodies.copy(lease.visit)
        if copy is None:
            return self._ended(lease, failed("lost_body"))
        if copy.dom:
            parsed = await self._document(lease, lease.link.url, copy.dom, copy.headers)
        else:
            known = Response("ok", headers=copy.headers, body=copy.body, media_type=copy.media_type)
            parsed = await self.parse(lease, known)
        return self._ended(lease, fetched("ok"), found=self._found(lease.link, parsed))

    async def unchanged(self, lease: Lease, response: Response) -> Visit | None:
        """The stored copy stands: its links count as found in this run."""
        earlier = lease.earlier
        copy = await self._tools.bodies.copy(earlier.visit, earlier.latest) if earlier is not None else None
        if copy is None:
            return self._ended(lease, failed("lost_body", is_final=False), response)
        headers = updated(copy.headers, response)
        known = replace(response, headers=headers, body=copy.body, media_type=copy.media_type)
        if lease.link.kind is Kind.SITEMAP:
            return await self._sitemap(lease, known)
        return await self._taken(lease, known, await self.parse(lease, known), copy, response.headers)

    async def _taken(
        self,
        lease: Lease,
        response: Response,
        plain: Parsed,
        copy: StoredCopy | None = None,
        headers: Headers = (),
    ) -> Visit | None:
        """A page that is there; with a copy, and what the answer held, where the server says it stands."""
        if self._forbids(plain):
            found = self._found(lease.link, plain)
            return self._ended(lease, refused("noindex"), response, headers_only(response), found)
        shown = await self._shown(lease, response, plain, is_known=copy is not None)
        if shown.is_called_off:
            await self._tools.frontier.release(lease, 0.0, "")
            return None
        aside = self._targets.aside(lease.link, shown, plain)
        if aside.is_instead:
            page = without_document(headers_only(response), shown)
            visit = self._ended(lease, fetched("redirected"), response, page, Found(aside.links))
            return replace(visit, location=shown.target)
        stands = copy is not None or _is_identical(lease, plain)
        before = await self._before(lease, plain, shown, copy) if stands else None
        read = shown.parsed or before or plain
        if before is not None:  # read in an answer then, and shown now: it stands if its answer does
            read = next((one for one in shown.answered if _says_the_same(before, one)), read)
        found = shown.found or self._found(lease.link, read)
        found = replace(found, links=(*found.links, *aside.links))
        if self._forbids(read):
            page = without_document(headers_only(response), shown)
            return self._ended(lease, refused("noindex"), response, page, found)
        page = page_of(response, plain)
        if read is not plain:
            page = read_in(page, read)
        page = with_shown(page, shown)
        stands = stands and shown.remark != ACTION_FAILED
        if stands and (shown.parsed is None or (before is not None and _says_the_same(before, read))):
            page = replace(page, headers=headers or page.headers, body=b"")
            if before is not None:  # its document stands as well, and is not kept again
                page = replace(without_document(page, shown), dom_digest=before.digest)
            end = unchanged("not_modified" if copy is not None else "identical")
        else:
            end = _end(found, shown, read)
        visit = self._ended(lease, end, response, page, found)
        return replace(visit, along=await self._along(lease, shown))

    async def parse(self, lease: Lease, response: Response) -> Parsed:
        """What a worker reads in a body."""
        types = response.header("content-type"), response.media_type
        return await self._parse(lease, lease.link.url, response.body, types, response.headers)

    async def _document(self, lease: Lease, url: str, document: bytes, headers: Headers) -> Parsed:
        """What a worker reads in what a browser made."""
        return await self._parse(lease, url, document, DOCUMENT_TYPES, headers)

    async def _parse(
        self, lease: Lease, url: str, body: bytes, types: tuple[str, str], headers: Headers
    ) -> Parsed:
        robots = tuple(value for name, value in headers if name.lower() == "x-robots-tag")
        parsed = await self._tools.pool.parse(
            Raw(
                url=url,
                body=body,
                content_type=types[0],
                media_type=types[1],
                host=lease.link.host,
                robots_headers=robots if self._tools.gate.obeys_robots else (),
                reads_content=lease.link.kind is not Kind.REREAD,
            )
        )
        if parsed.reason in UNREAD:
            self._tools.gate.burdened(lease)
        return parsed

    async def _shown(self, lease: Lease, response: Response, plain: Parsed, *, is_known: bool) -> Shown:
        stage = self._tools.stage
        if stage is None:
            return NOT_SHOWN

        async def read(url: str, document: str) -> Parsed:
            return await self._document(lease, url, document.encode(errors="replace"), response.headers)

        handed = replace(response, status=200) if is_known else response
        shown = await stage.show(lease, handed, plain, read, lambda parsed: self._found(lease.link, parsed))
        if shown.rendering is None and len(response.body) <= LIGHT_BYTES:
            self._tools.frontier.free(lease)
        return shown

    async def _before(
        self, lease: Lease, plain: Parsed, shown: Shown, copy: StoredCopy | None
    ) -> Parsed | None:
        """The document that a browser made of the page when it was visited last, as it is read now."""
        earlier = lease.earlier
        if earlier is None or not (copy or shown.parsed or plain.evidence):
            return None
        copy = copy or await self._tools.bodies.copy(earlier.visit, earlier.latest)
        if copy is None or not copy.dom:
            return None
        if shown.parsed is not None and sha256(copy.dom).digest() == shown.parsed.digest:
            return shown.parsed
        return await self._document(lease, lease.link.url, copy.dom, copy.headers)

    async def _along(self, lease: Lease, shown: Shown) -> tuple[Visit, ...]:
        captured = self._tools.captured
        return await captured.along(lease, shown.captured) if captured is not None else ()

    def _forbids(self, parsed: Parsed) -> bool:
        return parsed.noindex and self._tools.gate.obeys_robots

    def _found(self, link: Link, parsed: Parsed) -> Found:
        topic = self._tools.topic
        return topic.found(link, parsed) if topic else self._tools.discovery.below(link, parsed.follow)

    async def _sitemap(self, lease: Lease, response: Response) -> Visit:
        listing = await self._tools.sitemaps.read(lease.link, response)
        end, topic = fetched(listing.reason), self._tools.topic
        found = topic.listed(lease.link, listing.found) if topic else listing.found
        return self._ended(lease, end, response, headers_only(response), found)


def _is_identical(lease: Lease, plain: Parsed) -> bool:
    return lease.earlier is not None and plain.digest[:16] == lease.earlier.digest


def _says_the_same(before: Parsed, now: Parsed) -> bool:
    """Documents of one page differ in their bytes with every clock that they show."""
    if before.digest == now.digest:
        return True
    is_same_text = before.fingerprint == now.fingerprint and bool(now.fingerprint)
    return is_same_text and set(before.follow) == set(now.follow) and before.selected[0] == now.selected[0]


def _end(found: Found, shown: Shown, read: Parsed) -> VisitEnd:
    if found.is_off_topic:
        return fetched("off_topic")
    if shown.is_missed:
        return replace(fetched(NOT_RENDERED), is_final=not shown.is_demanded)
    if shown.remark == ACTION_FAILED:  # what the job wants of it may be there the next time
        return replace(fetched(ACTION_FAILED), is_final=False)
    return fetched(shown.remark or (read.reason if read.reason in TOLD else "ok"))
