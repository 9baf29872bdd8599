"""What the raw page says of whether scripts make it: gathered while it is parsed, in a few microseconds."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zlib import crc32

from scraper.document import Document

MOST_SCRIPTS = 60  # that are looked at
LITTLE_TEXT = 200  # characters that readers see, below which a page with scripts says next to nothing
SHORT_TEXT = 1500  # below which a request for scripts is meant for the page itself
LONG_TEXT = 4000  # above which nothing else is looked for
_TYPE = re.compile(r"\btype\s*=\s*[\"']?([\w/+.-]+)", re.IGNORECASE)
_SOURCE = re.compile(r"\bsrc\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_HEAD = re.compile(r"[\s(!;'\"]*([A-Za-z_$.]*\s?[A-Za-z_$.]*)")
_NUMBERS = re.compile(r"[-._]?[0-9][0-9a-f]*")
Rows = Iterable[tuple[str, int, str, str]]
INLINE = "(inline)"
DATA = "(data)"
# They count readers, and show them nothing that they came for.
_TRACKERS = (
    "googletagmanager",
    "google-analytics",
    "gtag",
    "dataLayer",
    "matomo",
    "_paq",
    "plausible",
    "fbq(",
)


class Mark:
    """What stands out in a raw page."""

    LITTLE: Final = 1  # next to nothing for readers
    ASKS: Final = 2  # for scripts to be switched on
    HOLES: Final = 4  # named elements without content, as scripts fill them; words that say "wait"
    DATA: Final = 8  # JSON that scripts start from
    FIELDS: Final = 16  # a wanted record
    LACKS: Final = 32  # … of which something is missing


class Evidence(NamedTuple):
    """What one page says, as it travels."""

    build: int = 0  # how it is built: the same for pages of one template
    scripts: int = 0  # that do more than count readers
    marks: int = 0
    seen: int = 0  # characters that readers see


class PageScale:
    """Weighs pages of one job; `fields` is how many are wanted of each kind of record."""

    def __init__(self, fields: Mapping[str, int]) -> None:
        self._fields = fields

    def weigh(self, html: str, document: Document, selected: tuple[Any, ...]) -> Evidence:
        """What the raw page says; `selected` is what was read in it."""
        return evidence(html, document, selected[0], self._fields)


class _Scripts(NamedTuple):
    names: list[str]  # of those that run
    linked: int  # that are loaded
    inline: int  # characters of those that stand in the page
    has_data: bool


def evidence(html: str, document: Document, rows: Rows, fields: Mapping[str, int]) -> Evidence:
    """`rows` are the records that were selected; `fields` is how many are wanted of each kind of record."""
    scripts = _scripts(html)
    marks = 0
    for record, ordinal, data, _ in rows:
        marks |= Mark.FIELDS
        if not ordinal and len(json.loads(data)) < fields[record]:
            marks |= Mark.LACKS
    if scripts.has_data:
        marks |= Mark.DATA
    if not scripts.names:  # nothing that a browser would do is worth looking for
        return Evidence(0, 0, marks)
    body = document.tree.body
    seen = max(len(body.text_lexbor()) - scripts.inline, 0) if body is not None else 0
    marks |= _of_text(html, seen, scripts.linked)
    return Evidence(_build(tuple(scripts.names), marks), len(scripts.names), marks, seen)


@lru_cache(maxsize=1024)
def _build(names: tuple[str, ...], marks: int) -> int:
    return crc32("\n".join(sorted(set(names))).encode(errors="replace"), marks)


def _of_text(html: str, seen: int, linked: int) -> int:
    marks = 0
    if seen < LITTLE_TEXT:
        marks |= Mark.LITTLE
    if seen > LONG_TEXT:
        return marks
    notice = html.find("<noscript") if seen < SHORT_TEXT else -1
    if notice >= 0 and "avascript" in html[notice : notice + 600].lower():
        marks |= Mark.ASKS
    if html.count('"></') > linked or ">Loading" in html:  # an element with a name, and nothing in it
        marks |= Mark.HOLES
    return marks


def _scripts(html: str) -> _Scripts:
    names: list[str] = []
    inline = linked = at = 0
    has_data = False
    for _ in range(MOST_SCRIPTS):
        at = html.find("<script", at)
        if at < 0:
            break
        start = html.find(">", at) + 1
        end = html.find("</script", start) if start else -1
        if end < 0:
            break
        name = _opened(html[at + 7 : start - 1])
        if name == DATA:
            has_data = True
        elif name == INLINE:
            name = _begun(html[start : min(end, start + 120)])
            if name:
                names.append(name)
        elif name:
            names.append(name)
            linked += 1
        inline += end - start
        linked += name is None
        at = end
    return _Scripts(names, linked, inline, has_data)


@lru_cache(maxsize=1024)
def _opened(attributes: str) -> str | None:
    """What a loaded script is known by; empty for what does not run, None for what only counts readers."""
    kind = _TYPE.search(attributes)
    if kind is not None and "script" not in kind[1].lower() and kind[1].lower() != "module":
        return DATA if kind[1].lower() == "application/json" else ""
    source = _SOURCE.search(attributes)
    if source is None:
        return INLINE
    if any(one in source[1] for one in _TRACKERS):
        return None
    return _NUMBERS.sub("", source[1].partition("?")[0].rpartition("/")[2]) or "/"


@lru_cache(maxsize=1024)
def _begun(text: str) -> str:
    """What a script is known by that stands in the page; empty for one that only counts readers."""
    if any(one in text for one in _TRACKERS):
        return ""
    head = _HEAD.match(text)
    return f"{head[1] if head is not None else ''}("
