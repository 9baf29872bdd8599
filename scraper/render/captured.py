"""Makes pages of their own of the answers that a page asked for while it was shown."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable

from scraper.message import Response
from scraper.pages import Parsed, Raw
from scraper.render.words import Captured
from scraper.visit_page import page_of
from storage.address import Address, KeyRules, NotAnAddress, parse
from storage.words import CAPTURED, Lease, Link, Outcome, Visit

MOST_REMEMBERED = 20_000

Read = Callable[[Raw], Awaitable[Parsed]]


class CapturedPages:
    """Reads each answer once in a run, however many pages ask for it."""

    def __init__(self, read: Read, rules: KeyRules, clock: Callable[[], float] = time.time) -> None:
        self._read = read
        self._rules = rules
        self._clock = clock
        self._brought_by: OrderedDict[bytes, int] = OrderedDict()  # the visit that an answer came with

    async def along(self, lease: Lease, captured: Iterable[Captured]) -> tuple[Visit, ...]:
        """What came along with a page, to be committed with it; nothing is requested for it."""
        return tuple(
            [
                await self._visit(lease, address, one)
                for one in captured
                if (address := self._new(lease, one)) is not None
            ]
        )

    def _new(self, lease: Lease, one: Captured) -> Address | None:
        """Its address; None where it has none of its own, or another page has brought it."""
        try:
            address = parse(one.url, rules=self._rules)
        except NotAnAddress:
            return None
        if address.digest == lease.link.key:
            return None
        # A page that is visited again, for its lease ran out, brings again what it has brought.
        if self._brought_by.setdefault(address.digest, lease.visit) != lease.visit:
            return None
        self._brought_by.move_to_end(address.digest)
        if len(self._brought_by) > MOST_REMEMBERED:
            self._brought_by.popitem(last=False)
        return address

    async def _visit(self, lease: Lease, address: Address, one: Captured) -> Visit:
        link = Link(address.fetch, address.digest, address.host, depth=lease.link.depth + 1)
        headers = (("content-type", one.media_type),)
        parsed = await self._read(Raw(link.url, one.body, one.media_type, one.media_type, link.host))
        answer = Response("ok", one.status, headers=headers, body=one.body, media_type=one.media_type)
        return Visit(
            lease=Lease(0, 0, 0.0, link),
            outcome=Outcome.FETCHED,
            reason=CAPTURED,
            fetched_at=self._clock(),
            status=one.status,
            page=page_of(answer, parsed),
        )
