"""The pages of a run as texts, for those who read them and for those who check what was quoted."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from analysis.corpus import Listed, SourcePage
from analysis.verify import IsStored, TextOf
from scraper.documents.read import is_readable
from storage.address import NotAnAddress
from storage.page_lookup import StoredPage
from storage.reading import reading_of
from storage.run_pages import PageFacts
from storage.runs import Run
from storage.store import Store
from storage.words import Outcome
from tandem.page_text import PageText, stored_text, text_by_engine, visible_text
from tandem.page_values import told_values

_STORED = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})


def is_stored(page: PageFacts) -> bool:
    """Whether there is a body of this page."""
    return page.outcome in _STORED and page.reason != "redirected"


def is_eligible(page: PageFacts) -> bool:
    """Whether a report may read this page."""
    return is_stored(page) and is_readable(reading_of(page).media_type)


def listed_pages(store: Store, run: Run, *, with_values: bool = False) -> Iterator[Listed]:
    """Every page that a report may read, with the body that it is a copy of; its records for models only."""
    copies = _copies(store)
    for page in store.pages(run):
        if is_eligible(page):
            digest = reading_of(page).digest
            yield Listed(
                digest, partial(_read, store, page, run if with_values else None), copies.get(digest, b"")
            )


def read_page(store: Store, url: str, run: Run) -> SourcePage | None:
    """One page of a run as text; None when no body is kept."""
    page = store.get_page(url, run)
    if page is None or page.read is None:
        return None
    return _source(page, stored_text(store, page) or visible_text(page, page.read))


def text_of(store: Store, run: Run | None) -> TextOf:
    """The texts that quotes of a run stand in."""

    def find(url: str, digest: str, engine: str) -> str | None:
        page = _page(store, url, run)
        if page is None or reading_of(page).digest != bytes.fromhex(digest):
            return None
        return text_by_engine(store, page, page.read, engine)

    return find


def is_body_of(store: Store, run: Run | None) -> IsStored:
    """Whether a page of a run has this body."""

    def find(url: str, digest: str) -> bool:
        page = _page(store, url, run)
        return page is not None and reading_of(page).digest.hex() == digest

    return find


def _page(store: Store, url: str, run: Run | None) -> StoredPage | None:
    """A page as a report names it, which may be any text."""
    try:
        return store.get_page(url, run)
    except NotAnAddress:
        return None


def _copies(store: Store) -> dict[bytes, bytes]:
    """Bodies to those, met earlier, that they say the same as."""
    with store.tables() as tables:
        rows = tables.rows("SELECT digest, duplicate_of FROM content WHERE duplicate_of IS NOT NULL")
    return {bytes(digest): bytes(first) for digest, first in rows}


def _read(store: Store, page: PageFacts, run: Run | None) -> SourcePage | None:
    read = stored_text(store, page)
    if read is None:
        document = store.read(page.visit)
        if document is None:
            return None
        read = visible_text(page, document)
    values = () if run is None else told_values(store.get_records(page.url, run))
    return replace(_source(page, read), values=values)


def _source(page: PageFacts | StoredPage, read: PageText) -> SourcePage:
    return SourcePage(page.url, read.title or page.title, read.text, reading_of(page).digest, read.engine)
