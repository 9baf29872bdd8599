"""What is kept of an answer: the page as it goes into the ledger."""

from dataclasses import replace

from scraper.message import Response
from scraper.pages import Parsed, stored
from scraper.render.shown import Shown
from storage.words import Page, ReadContent, TypeDoubt

Headers = tuple[tuple[str, str], ...]


def headers_only(response: Response) -> Page:
    """A page whose body is not kept."""
    return Page(
        headers=response.headers,
        request=response.sent,
        wire_bytes=response.wire_bytes,
        content_type=response.media_type,
        truncated=response.truncated,
    )


def page_of(response: Response, parsed: Parsed) -> Page:
    """A page with its body and what was read in it."""
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


def read_in(page: Page, document: Parsed) -> Page:
    """The same body; what was read is what stands in the document that a browser made of it."""
    return replace(
        page,
        title=document.title,
        language=document.language,
        canonical=document.canonical,
        links=document.links,
        content=_content(document),
        selected=stored(document.selected),
    )


def with_shown(page: Page, shown: Shown) -> Page:
    """The same page with what the browser did."""
    return replace(page, rendering=shown.rendering, files=shown.files) if shown.rendering else page


def without_document(page: Page, shown: Shown) -> Page:
    """The same page with the figures of what the browser did: nothing of it is kept."""
    made = shown.rendering
    return replace(page, rendering=replace(made, dom=b"", dom_bytes=0, dom_digest=b"")) if made else page


def _content(parsed: Parsed) -> ReadContent | None:
    if not parsed.engine:
        return None
    doubt = TypeDoubt(tuple(parsed.doubt[0]), parsed.doubt[1]) if parsed.doubt else None
    return ReadContent(parsed.engine, parsed.page_type, parsed.fingerprint, parsed.content, doubt=doubt)


def updated(stored: Headers, response: Response) -> Headers:
    """The headers of the stored copy with those that the server has sent anew (RFC 9111, 3.2)."""
    anew = {name.lower() for name, _ in response.headers}
    return (*response.headers, *((name, value) for name, value in stored if name.lower() not in anew))
