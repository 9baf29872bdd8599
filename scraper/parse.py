"""Reads one body: everything that the crawl wants to know of a page, from one parse."""

import time
from collections.abc import Iterator
from itertools import chain
from typing import Any, Protocol

import msgpack

from scraper.agent import product_token
from scraper.charset import decode
from scraper.content.nesting import is_too_deep
from scraper.directives import directives
from scraper.document import Anchor, Document, Refresh, Unreadable
from scraper.documents.read import is_document, read_document
from scraper.documents.reading import TOLD, Reading, Room
from scraper.links import Links, Place, Resolver, collect
from scraper.pages import (
    NOT_READ,
    NOT_SELECTED,
    ContentFields,
    PageFacts,
    Parsed,
    ParseSettings,
    Raw,
    SelectedFields,
)
from scraper.press import Press
from scraper.repeats import CONTENT
from scraper.sites import SiteMemory

SELECTION = "selection"  # the part of what is known of a host
READING_SHARE = 0.6  # of a page's time, for the text of a document; the rest is for what is made of it
_HTML = frozenset({"text/html", "application/xhtml+xml"})


class ContentReader(Protocol):
    """Reads the main content of parsed pages."""

    def read(self, document: Document, url: str, known: bytes) -> ContentFields:
        """What it says, with the version of the engine; `known` is what its host repeats."""


class FieldReader(Protocol):
    """Selects the wanted records in parsed pages."""

    def select(self, document: Document, facts: PageFacts) -> SelectedFields:
        """What was found."""


class Scale(Protocol):
    """Weighs whether scripts make a page."""

    def weigh(self, html: str, document: Document, selected: tuple[Any, ...]) -> tuple[Any, ...]:
        """What the raw page says of it."""


class TopicSeer(Protocol):
    """Looks at parsed pages with a topic in mind."""

    def see(
        self, document: Document, url: str, links: Links, place: Place, content: ContentFields
    ) -> tuple[Any, ...]:
        """What it sees; the tree stays as it is."""


class PageParser:
    """Reads pages one after the other; what it remembers between them only saves time."""

    def __init__(
        self,
        settings: ParseSettings,
        content: ContentReader | None = None,
        topic: TopicSeer | None = None,
        fields: FieldReader | None = None,
        scale: Scale | None = None,
    ) -> None:
        self._content = content
        self._topic = topic
        self._fields = fields
        self._scale = scale
        self._sites = SiteMemory()
        self._settings = settings
        self._token = product_token(settings.agent).lower()
        self._resolver = Resolver(settings.rules)
        self._press = Press()

    def parse(self, raw: Raw) -> Parsed:
        """Raises MemoryError where the page needs more than there is."""
        if raw.site:
            self._sites.hear(raw.host, raw.site)
        if not raw.body:
            return self._kept(raw, "empty")
        if raw.media_type not in _HTML:
            return self._document(raw)
        charset, text = decode(raw.body, raw.content_type)
        if is_too_deep(text):  # the parser would take all of the page's time, and then be asked again
            return self._kept(raw, "too_deep")
        try:
            document = Document(text)
        except Unreadable as error:
            raise MemoryError from error
        parsed = self._read(raw, document, charset)
        if self._scale is None:
            return parsed
        return parsed._replace(evidence=self._scale.weigh(text, document, parsed.selected))

    def _document(self, raw: Raw) -> Parsed:
        """A body that is no HTML is read as the page that would show it."""
        if not is_document(raw.media_type):
            return self._kept(raw, "not_html")
        room = Room(READING_SHARE * self._settings.page_seconds)
        types = raw.media_type, raw.content_type
        wants = self._settings.reads_more or self._topic is not None
        reading = read_document(raw.url, raw.body, types, room, reads_text=wants and raw.reads_content)
        try:
            document = Document(reading.html)
        except Unreadable as error:
            raise MemoryError from error
        return self._read(raw, document, reading.charset, reading)

    def _read(self, raw: Raw, document: Document, charset: str, reading: Reading | None = None) -> Parsed:
        place = self._place(document.base, raw.url)
        asked = directives(
            (*raw.robots_headers, *document.robots(self._token)), self._settings.agent, time.time()
        )
        refresh = document.refresh
        heeds = self._settings.heeds_nofollow
        anchors = chain(_anchors(document, refresh), document.sources(self._settings.elements))
        links = collect(anchors, place, self._settings.max_links, heeds_nofollow=heeds)
        read = self._content_of(document, raw) if reading is None else self._content_in(reading, raw)
        sight = self._topic.see(document, raw.url, links, place, read) if self._topic else ()
        body, digest = self._press.keep(raw.body)
        has_things = reading is None or reading.has_things
        selected = self._selected(document, raw, digest, read.page_type) if has_things else NOT_SELECTED
        return Parsed(
            body=body,
            digest=digest,
            charset=charset,
            title=document.title if reading is None else reading.title,
            language=document.language if reading is None else reading.language,
            canonical=_canonical(document.canonicals, place),
            noindex=asked.noindex,
            nofollow=asked.nofollow,
            follow=() if asked.nofollow and heeds else links.follow,
            links=self._packed(links),
            refresh=_redirect(refresh, place),
            engine=read.engine,
            page_type=read.page_type,
            fingerprint=read.fingerprint,
            content=self._press.squeeze(read.texts) if read.texts else b"",
            sight=sight,
            selected=selected,
            blocks=read.blocks,
            doubt=read.doubt,
            reason=self._reason(links, reading),
        )

    def _reason(self, links: Links, reading: Reading | None) -> str:
        told = reading.reason if reading is not None and reading.reason in TOLD else ""
        if told and (told != "unread" or self._settings.reads_more):
            return told
        return "links_cut" if links.is_cut else "ok"

    def _content_in(self, reading: Reading, raw: Raw) -> ContentFields:
        if self._content is None or not raw.reads_content:
            return NOT_READ
        from scraper.document_content import content_of  # noqa: PLC0415 - only with the reader of pages

        return content_of(reading)

    def _content_of(self, document: Document, raw: Raw) -> ContentFields:
        if self._content is None or not raw.reads_content:
            return NOT_READ
        return self._content.read(document, raw.url, self._sites.part(raw.host, CONTENT))

    def _selected(self, document: Document, raw: Raw, digest: bytes, page_type: str) -> SelectedFields:
        if self._fields is None or not raw.reads_content:
            return NOT_SELECTED
        known = self._sites.part(raw.host, SELECTION)
        return self._fields.select(
            document, PageFacts(raw.url, raw.host, digest, page_type, known, raw.picked)
        )

    def _kept(self, raw: Raw, reason: str) -> Parsed:
        body, digest = self._press.keep(raw.body)
        asked = directives(raw.robots_headers, self._settings.agent, time.time())
        return Parsed(body, digest, noindex=asked.noindex, nofollow=asked.nofollow, reason=reason)

    def _packed(self, links: Links) -> bytes:
        return self._press.squeeze(msgpack.packb(links.kept)) if links.kept else b""

    def _place(self, base: str, url: str) -> Place:
        """A base that is no web address counts for nothing; the first one is itself relative to the page."""
        target = self._resolver.look_up(base, url) if base else None
        return self._resolver.on(target[1] if target else url)


def _anchors(document: Document, refresh: Refresh | None) -> Iterator[Anchor]:
    if refresh:
        yield refresh.href, "", "refresh"
    yield from document.anchors()


def _canonical(hrefs: tuple[str, ...], place: Place) -> str:
    """The one address that the page claims, on whatever host; claims that contradict each other are none."""
    targets = {target for href in hrefs if (target := place[href])}
    return targets.pop()[1] if len({digest for digest, _ in targets}) == 1 else ""


def _redirect(refresh: Refresh | None, place: Place) -> str:
    """Where a reader is taken at once; a slow refresh is only a link."""
    target = place[refresh.href] if refresh and refresh.is_quick else None
    return target[1] if target else ""
