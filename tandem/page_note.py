"""What is told of one visit while a run goes on."""

from scraper.crawl import wire_bytes
from storage.words import Visit
from tandem.progress.events import PageNote


def page_note(visit: Visit) -> PageNote:
    """The visit in a few figures."""
    made = visit.page.rendering
    return PageNote(
        url=visit.lease.link.url,
        outcome=visit.outcome,
        reason=visit.reason,
        status=visit.status,
        bytes=wire_bytes(visit.page),
        ms=visit.milliseconds,
        visit=visit.lease.visit,
        rendered=made.why if made is not None else "",
        render_outcome=made.outcome if made is not None else "",
        render_ms=made.milliseconds if made is not None else 0,
    )
