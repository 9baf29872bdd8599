"""The text of a stored page: what the content engine read, or else all that can be seen."""

import atexit
from dataclasses import dataclass
from functools import cache

from scraper.plain_text import ENGINE
from scraper.plain_text_reader import PlainTextReader
from storage.reading import Stored, reading_of
from storage.store import Store

_CONTENT = "content-"
_VISIBLE = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
LONGEST_NUMBER = 10  # digits of an engine: names come out of files that anyone may have written


@dataclass(frozen=True, slots=True)
class PageText:
    """A text, and what made it from the body."""

    text: str
    markdown: str
    engine: str
    title: str = ""  # without the site's name; empty when only the page itself says one


def stored_text(store: Store, page: Stored) -> PageText | None:
    """The main text that was read in the page; None when none was, or it has none."""
    digest = reading_of(page).digest
    content = store.content(digest) if digest else None
    if content is None or not content.text:
        return None
    return PageText(content.text, content.markdown, f"{_CONTENT}{content.engine}", content.title)


def visible_text(page: Stored, read: bytes) -> PageText:
    """Everything that a reader sees, paragraph by paragraph; nothing of documents, which workers read."""
    as_read = reading_of(page)
    if as_read.media_type not in _VISIBLE:
        return PageText("", "", ENGINE)
    text = _reader().read(read, as_read.header)
    return PageText(text, "\n\n".join(line for line in text.splitlines() if line.strip()), ENGINE)


@cache
def _reader() -> PlainTextReader:
    """One for this process; it costs nothing where every page's content was read."""
    reader = PlainTextReader()
    atexit.register(reader.close)
    return reader


def text_by_engine(store: Store, page: Stored, read: bytes | None, engine: str) -> str | None:
    """The text that an engine made of a page, for those who quote it; None when it cannot be had."""
    if engine == ENGINE:
        return visible_text(page, read).text if read is not None else None
    number = engine.removeprefix(_CONTENT)
    is_number = number.isascii() and number.isdigit() and len(number) < LONGEST_NUMBER
    digest = reading_of(page).digest
    content = store.content(digest, int(number)) if digest and is_number else None
    return content.text if content is not None else None
