"""Puts together the visit that an end makes of a lease."""

from collections.abc import Callable
from dataclasses import replace

from scraper.discover import Found
from scraper.message import Response
from scraper.visit_end import VisitEnd
from scraper.visit_tools import Tools
from storage.words import EMPTY_PAGE, Lease, Page, Visit

NOTHING_FOUND = Found()


class Endings:
    """Ends visits of one job."""

    def __init__(self, tools: Tools, clock: Callable[[], float]) -> None:
        self._tools = tools
        self._clock = clock

    def __call__(
        self,
        lease: Lease,
        end: VisitEnd,
        response: Response | None = None,
        page: Page = EMPTY_PAGE,
        found: Found = NOTHING_FOUND,
    ) -> Visit:
        """The visit with all that came of it."""
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
