"""Brings the search index up to what the workspace has: a page is findable once it is committed."""

from collections.abc import Callable, Iterator, Sequence

from analysis.chunks import chunks
from scraper.documents.read import is_readable
from storage.search import Search
from storage.search_index import Body, Piece
from storage.search_news import NewPage, News
from storage.store import Store
from tandem.page_text import PageText, stored_text, visible_text

BODIES_AT_ONCE = 64  # texts in memory, and in one commit: what a kill costs


def catch_up(store: Store, search: Search, told: Callable[[int], None]) -> None:
    """Reads what is new, a batch at a time."""
    for one in search.news():
        _take(store, search, one, told)
    for file, digests in search.outdated():
        for start in range(0, len(digests), BODIES_AT_ONCE):
            some = digests[start : start + BODIES_AT_ONCE]
            search.add((), list(_read_again(store, search, some)))
            told(len(some))
        if file:
            search.add((), (), file)


def _take(store: Store, search: Search, new: News, told: Callable[[int], None]) -> None:
    known = search.index.engines([page.digest for page in new.pages])
    batch: list[NewPage] = []
    for page in new.pages:
        batch.append(page)
        if len(batch) == BODIES_AT_ONCE:
            _keep(store, search, batch, known)
            told(len(batch))
            batch = []
    _keep(store, search, batch, known)
    told(len(batch))
    if new.file:
        search.add((), (), new.file)


def _keep(store: Store, search: Search, pages: Sequence[NewPage], known: dict[bytes, str]) -> None:
    fresh = {page.digest: page for page in pages if page.digest not in known}
    bodies = [_body(page.digest, page.title, _text(store, page)) for page in fresh.values()]
    known |= {body.digest: body.engine for body in bodies}
    if pages:
        search.add([page.place for page in pages], bodies)


def _text(store: Store, page: NewPage) -> PageText | None:
    if not is_readable(page.content_type):
        return None
    read = stored_text(store, page)
    if read is None:
        document = store.read(page.visit)
        read = visible_text(page, document) if document is not None else None
    return read


def _read_again(store: Store, search: Search, digests: Sequence[bytes]) -> Iterator[Body]:
    """Bodies with what the newest engine read in them; where it found nothing, the text of before stays."""
    for digest in digests:
        content = store.content(digest)
        if content is not None and content.text:
            text = PageText(content.text, content.markdown, f"content-{content.engine}")
            yield _body(digest, search.index.title(digest) or content.title, text)


def _body(digest: bytes, title: str, read: PageText | None) -> Body:
    if read is None or not read.text.strip():
        return Body(digest, read.engine if read else "", title, "", ())
    plain = read.text
    pieces = [Piece(one.start, one.stop, _storable(one.words)) for one in chunks(plain)]
    return Body(digest, read.engine, _storable(title), plain, pieces)


def _storable(text: str) -> str:
    """The text with halves of surrogate pairs replaced: no file can hold them."""
    return text.encode("utf-8", "replace").decode()
