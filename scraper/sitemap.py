"""Reads the addresses out of a sitemap: XML, text, RSS or Atom, gzipped or not, whole or broken.

The XML is scanned for its tags, not parsed: files with a bare `&`, a cut end or a stray tag are common, and
what knows no declarations can be fed no entity bomb. One pass, in time proportional to the size.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from scraper.moments import moment
from scraper.sitemap_text import MAX_BYTES, decoded

MAX_ENTRIES: Final = 50_000  # of one file, as the protocol says
MAX_NESTING: Final = 3  # of indexes in indexes; the protocol knows none
MAX_FILES: Final = 1000  # of one host
_MAX_URL: Final = 8192  # characters as written; longer ones are no addresses anyway
_MAX_FIELD: Final = 2 * _MAX_URL
_DAY: Final = 86400.0

__all__ = [
    "MAX_BYTES",
    "MAX_ENTRIES",
    "MAX_FILES",
    "MAX_NESTING",
    "Entry",
    "Sitemap",
    "read_sitemap",
    "urgency",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """One address as written, which may be relative, and what the sitemap says of it."""

    url: str
    lastmod: float | None = None  # seconds since the epoch
    priority: float = 0.5  # 0 to 1


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What was found. Unless the reason is "ok", it is only a part, or nothing."""

    reason: str  # ok, sitemap_malformed, sitemap_too_large, not_a_sitemap
    pages: tuple[Entry, ...] = ()
    sitemaps: tuple[Entry, ...] = ()


def read_sitemap(body: bytes, max_bytes: int = MAX_BYTES) -> Sitemap:
    text, reason = decoded(body, max_bytes)
    beginning = text[:1024].lstrip().lower()
    if beginning.startswith("<"):
        return _read_xml(text, reason)
    if beginning.startswith(("http://", "https://")):
        return _sitemap(reason, [Entry(line.strip()) for line in text.splitlines() if line.strip()], [])
    return Sitemap("not_a_sitemap" if reason == "ok" else reason)


def urgency(entry: Entry, now: float) -> int:
    """0 for what changed just now, up to 999; what has no date lies in the middle, by its priority."""
    if entry.lastmod is None:
        return round(600 - 200 * entry.priority)
    days = max(now - entry.lastmod, 0.0) / _DAY
    return min(round(70 * math.log2(1 + days)), 999)


def _sitemap(reason: str, pages: list[Entry], sitemaps: list[Entry]) -> Sitemap:
    pages = [entry for entry in pages if 0 < len(entry.url) <= _MAX_URL]
    sitemaps = [entry for entry in sitemaps if 0 < len(entry.url) <= _MAX_URL]
    if max(len(pages), len(sitemaps)) > MAX_ENTRIES:
        reason = "sitemap_too_large"
    return Sitemap(reason, tuple(pages[:MAX_ENTRIES]), tuple(sitemaps[:MAX_ENTRIES]))


_TAG: Final = re.compile(r"<(/?)([A-Za-z_][\w.:-]*)([^<>]*)>|<!\[CDATA\[|<!--")
_ATTRIBUTE: Final = re.compile(r"""\b(href|rel)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ENTRIES: Final = {"urlset": "url", "sitemapindex": "sitemap", "rss": "item", "RDF": "item", "feed": "entry"}
_FIELDS: Final = {"loc": "url", "link": "url", "lastmod": "date", "updated": "date", "pubDate": "date"} | {
    "published": "date",
    "priority": "priority",
    "date": "date",  # dc:date of RSS 1.0
}


@dataclass(slots=True)
class _Reading:
    """The state of one scan: which entry and which part of it is open."""

    root: str = ""
    prefix: str = ""  # of the root's own elements
    is_closed: bool = False
    entry: dict[str, str] | None = None
    part: str = ""
    found: list[Entry] = field(default_factory=list)

    def opens(self, tag: str, attributes: str) -> None:
        if not self.root:
            prefix, _, self.root = tag.rpartition(":")
            self.prefix = f"{prefix}:" if prefix else ""
            return
        name = self._own(tag)
        if name == _ENTRIES.get(self.root):
            self._finish()
            self.entry = {}
        elif self.entry is not None and not attributes.endswith("/"):
            self.part = _FIELDS.get(name, "")
        if self.entry is not None and name == "link" and self.root == "feed":
            self._take_href(attributes)

    def closes(self, tag: str) -> None:
        name = self._own(tag)
        self.part = ""
        if name == _ENTRIES.get(self.root):
            self._finish()
        self.is_closed = self.is_closed or name == self.root

    def says(self, text: str) -> None:
        if self.part and self.entry is not None:
            so_far = self.entry.get(self.part, "")
            self.entry[self.part] = (so_far + text)[:_MAX_FIELD]

    def _own(self, tag: str) -> str:
        """The name without the root's prefix; elements of extensions keep theirs: image:loc is no page."""
        return tag.removeprefix("dc:" if self.root == "RDF" and tag == "dc:date" else self.prefix)

    def _take_href(self, attributes: str) -> None:
        values = {name: double or single for name, double, single in _ATTRIBUTE.findall(attributes)}
        self.part = ""
        if self.entry is not None and values.get("rel", "alternate") == "alternate" and "href" in values:
            self.entry.setdefault("url", unescape(values["href"]))

    def _finish(self) -> None:
        if self.entry and len(self.found) <= MAX_ENTRIES:
            self.found.append(_entry(self.entry))
        self.entry, self.part = None, ""


def _entry(fields: dict[str, str]) -> Entry:
    try:
        priority = float(fields.get("priority", ""))
    except ValueError:
        priority = 0.5
    priority = priority if 0 <= priority <= 1 else 0.5
    return Entry(fields.get("url", "").strip(), moment(fields.get("date", "")), priority)


def _read_xml(text: str, reason: str) -> Sitemap:
    reading = _Reading()
    for kind, one, two in _pieces(text):
        if kind == "opens":
            reading.opens(one, two)
        elif kind == "closes":
            reading.closes(one)
        else:
            reading.says(one)
        if reading.root and reading.root not in _ENTRIES:
            return Sitemap("not_a_sitemap")
        if reading.is_closed or len(reading.found) > MAX_ENTRIES:
            break
    if reason == "ok" and not reading.is_closed:
        reason = "sitemap_malformed"
    is_index = reading.root == "sitemapindex"
    return _sitemap(reason, [] if is_index else reading.found, reading.found if is_index else [])


def _pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """(opens, tag, attributes), (closes, tag, "") and (says, text, "") in order."""
    at = 0
    while found := _TAG.search(text, at):
        if found.start() > at:
            yield "says", unescape(text[at : found.start()][:_MAX_FIELD]), ""
        at = found.end()
        if found.group(2):
            yield (
                ("closes", found.group(2), "")
                if found.group(1)
                else ("opens", found.group(2), found.group(3))
            )
            continue
        is_data = found.group().startswith("<![")
        end = text.find("]]>" if is_data else "-->", at)
        end = len(text) if end < 0 else end
        if is_data:
            yield "says", text[at : min(end, at + _MAX_FIELD)], ""
        at = end + 3
