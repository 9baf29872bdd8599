"""Runs whose pages a browser was asked for, committed as a crawl commits them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import zstandard

from storage.content_pack import Texts, serialized
from storage.frontier import SqliteFrontier
from storage.ledger import Ledger
from storage.runs import Run
from storage.words import KeptFile, Lease, Outcome, Page, ReadContent, Rendering, Visit

from .crawled import link

FRAME = zstandard.ZstdCompressor(level=1)
SHELL = b"<!doctype html><div id=app></div><script src=/app.js></script>"
ENGINE = 7


@dataclass(frozen=True, slots=True)
class Shown:
    """What one visit is to bring."""

    dom: str | None = None  # None: no browser was asked
    outcome: str = "ok"
    body: bytes = SHELL
    files: tuple[KeptFile, ...] = ()
    text: str = ""
    is_unchanged: bool = False
    is_final: bool = True
    reads_before: bool = False  # the document of an earlier visit was read


def sha256(data: bytes) -> bytes:
    """The digest of a body or document."""
    return hashlib.sha256(data).digest()


def rendering(dom: str, outcome: str = "ok", why: str = "always") -> Rendering:
    """What a browser made of a page."""
    document = dom.encode()
    made = Rendering(why, outcome, 120, 9, 4, 1, 4_000, "http://a.test/end")
    if not document:
        return made
    frame, digest = FRAME.compress(document), sha256(document)
    return replace(made, dom=frame, dom_bytes=len(document), dom_digest=digest)


def visit_of(lease: Lease, shown: Shown) -> Visit:
    """The visit that brings it."""
    page = Page(
        body=b"" if shown.is_unchanged else FRAME.compress(shown.body),
        body_bytes=len(shown.body),
        digest=sha256(shown.body),
        content_type="text/html",
        charset="utf-8",
        rendering=None if shown.dom is None else rendering(shown.dom, shown.outcome),
        files=shown.files,
        dom_digest=b"d" * 32 if shown.reads_before else b"",
        content=content(shown.text) if shown.text else None,
    )
    outcome = Outcome.UNCHANGED if shown.is_unchanged else Outcome.FETCHED
    outcome = outcome if shown.is_final else Outcome.FAILED
    return Visit(lease, outcome, "ok", 1_700_000_000.0, 200, page=page, final=shown.is_final)


def content(text: str) -> ReadContent:
    """What an engine read."""
    texts = serialized(Texts(title=text.title(), language="en", text=text, markdown=text, reason="ok"))
    return ReadContent(ENGINE, "article", sha256(text.encode())[:16] + bytes(20), FRAME.compress(texts))


async def visit_pages(ledger: Ledger, run: Run, pages: Mapping[int, Shown]) -> dict[int, int]:
    """Commits the pages of these numbers; the visits."""
    frontier = SqliteFrontier(ledger, run.run, slots=100)
    await frontier.open()
    await frontier.add([link(n) for n in pages])
    visits: dict[int, int] = {}
    while len(visits) < len(pages):
        for lease in await frontier.claim(64, 60, 1):
            number = int(lease.link.url.rpartition("/")[2])
            visits[number] = lease.visit
            assert await frontier.commit([visit_of(lease, pages[number])]) == []
    await frontier.close()
    return visits
