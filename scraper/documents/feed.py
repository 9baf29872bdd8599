"""Reads feeds, RSS, RDF and Atom: each entry with its title, date, words and address."""

from collections.abc import Iterator
from html import escape
from typing import NamedTuple
from urllib.parse import urljoin

from scraper.content.metadata import iso_day
from scraper.document import Document, Unreadable
from scraper.documents import markup
from scraper.documents.reading import LONGEST_DESCRIPTION, LONGEST_TITLE, Reading, Room, shortened
from scraper.documents.xml_tree import Element

MOST_ENTRIES = 2_000
LONGEST_WORDS = 20_000  # characters of one entry
LONGEST_SHOWN = 500  # of these, for whoever reads pages
_ROOTS = frozenset({"rss", "feed", "rdf"})
_LINKS_TO_PAGES = ("alternate", "next", "previous", "prev-archive", "next-archive", "related", "")


class Entry(NamedTuple):
    """One thing that a feed announces."""

    title: str
    href: str
    day: str
    words: str
    files: tuple[str, ...]


def is_feed(root: Element) -> bool:
    return root.name in _ROOTS


def read_feed(root: Element, room: Room) -> Reading:
    """Its entries as text; a feed that names its newest entry's day was modified then."""
    channel = root.child("channel") or root
    base = channel.attributes.get("base", "")
    items = [*channel.children("item", "entry"), *(root.children("item") if channel is not root else ())]
    entries = []
    for item in items[:MOST_ENTRIES]:
        entry = _entry(item, base)
        if not room.takes(len(entry.title) + len(entry.words)):
            break
        entries.append(entry)
    room.is_cut = room.is_cut or len(items) > MOST_ENTRIES
    title = shortened(_said(channel, "title"), LONGEST_TITLE)
    language = (channel.attributes.get("lang", "") or _said(channel, "language")).lower().replace("_", "-")
    further = [markup.link(href, "", rel) for href, rel in _further(channel, base)]
    return Reading(
        reason=room.reason,
        page_type="listing",
        title=title,
        language=language,
        author=shortened(_author(channel), LONGEST_TITLE),
        modified=_day(channel) or max((entry.day for entry in entries), default=""),
        description=shortened(_said(channel, "description", "subtitle"), LONGEST_DESCRIPTION),
        text="\n\n".join(map(_as_text, entries)),
        markdown="\n\n".join(map(_as_markdown, entries)),
        html=markup.page([markup.element("h1", title), *map(_as_html, entries), *further], title, language),
        has_things=True,
    )


def _entry(item: Element, base: str) -> Entry:
    base = urljoin(base, item.attributes.get("base", ""))
    href = next((href for href, rel in _links(item) if rel in ("alternate", "")), "")
    if not href:
        guid = item.child("guid")
        is_address = guid is not None and guid.attributes.get("ispermalink", "true") != "false"
        href = guid.text if guid is not None and is_address and guid.text.startswith("http") else ""
    words = ""
    for name in ("encoded", "content", "description", "summary"):
        found = item.child(name)
        if found is not None and (words := _plain(found)):
            break
    files = [one.attributes.get("url", "") for one in item.children("enclosure")]
    files += [href for href, rel in _links(item) if rel == "enclosure"]
    return Entry(
        shortened(_said(item, "title"), LONGEST_TITLE),
        urljoin(base, href.strip()) if href else "",
        _day(item),
        words[:LONGEST_WORDS],
        tuple(urljoin(base, one) for one in files if one),
    )


def _links(element: Element) -> Iterator[tuple[str, str]]:
    for one in element.children("link"):
        if href := one.attributes.get("href", "") or one.text:
            yield href, one.attributes.get("rel", "").lower()


def _further(channel: Element, base: str) -> Iterator[tuple[str, str]]:
    """Where the feed itself leads: its site, its older pages."""
    for href, rel in _links(channel):
        if rel in _LINKS_TO_PAGES:
            yield urljoin(base, href.strip()), rel


def _said(element: Element, *names: str) -> str:
    found = element.child(*names)
    return _plain(found) if found is not None else ""


def _plain(element: Element) -> str:
    """The words of an element that holds text, markup as text, or markup."""
    text = element.text
    if "<" not in text and "&" not in text:
        return text
    try:
        document = Document(f"<body>{text}")
    except Unreadable:
        return ""
    return " ".join(document.plain_text().split())


def _author(element: Element) -> str:
    found = element.child("author", "creator", "managingeditor")
    if found is None:
        return ""
    name = found.child("name")
    return (name or found).text


def _day(element: Element) -> str:
    for name in ("pubdate", "published", "date", "updated", "modified", "lastbuilddate"):
        found = element.child(name)
        if found is not None and (day := iso_day(found.text)):
            return day
    return ""


def _as_text(entry: Entry) -> str:
    head = f"{entry.title} ({entry.day})" if entry.day and entry.title else entry.title
    return "\n".join(filter(None, [head, entry.words]))


def _as_markdown(entry: Entry) -> str:
    title = f"[{entry.title or entry.href}]({entry.href})" if entry.href else entry.title
    return "\n\n".join(filter(None, [f"## {title}" if title else "", entry.day, entry.words]))


def _as_html(entry: Entry) -> str:
    title = markup.link(entry.href, entry.title or entry.href) if entry.href else escape(entry.title)
    when = f'<time datetime="{entry.day}">{entry.day}</time>' if entry.day else ""
    files = "".join(f'<embed src="{escape(one)}">' for one in entry.files)
    words = markup.element("p", entry.words[:LONGEST_SHOWN])
    return f"<article><h2>{title}</h2>{when}{words}{files}</article>"
