"""Reads JSON: every value behind its path, lists of things one on a line, addresses as links."""

import json
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

from scraper.content.metadata import iso_day
from scraper.documents import markup
from scraper.documents.reading import LONGEST_DESCRIPTION, LONGEST_TITLE, Reading, Room, shortened
from scraper.documents.table import line_of

DEEPEST = 60
MOST_LINES = 100_000
MOST_LINKS = 3_000
MOST_VALUES = 300_000  # that are looked at for addresses
MOST_SHOWN = 2_000  # rows of the page that is made of it
LONGEST_LINE = 900  # a thing that is longer stands on several lines
LONGEST_EMBEDDED = 400_000  # characters of the document itself in that page
_TITLES = ("title", "headline", "name", "label", "subject")
_DESCRIPTIONS = ("description", "summary", "abstract", "subtitle")
_AUTHORS = ("author", "creator", "by")
_PUBLISHED = ("datePublished", "published", "published_at", "date", "created_at", "created")
_MODIFIED = ("dateModified", "modified", "updated_at", "updated", "last_modified")
_NOT_LED_TO = ("@context", "$schema", "$id", "xmlns", "schema")
_PICTURES = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".webp",
    ".svg",
    ".avif",
    ".ico",
    ".css",
    ".js",
    ".woff",
    ".woff2",
)


class _TooDeep(Exception):
    """More levels than anybody reads."""


def read_json(text: str, room: Room) -> Reading:
    """What it says; where it is no JSON, its lines are tried one by one."""
    try:
        found = _parsed(text)
    except RecursionError:
        return Reading("too_deep")
    except ValueError:
        return _read_lines(text, room)
    return _reading(found, text, room)


def _parsed(text: str) -> Any:
    """Numbers as they are written."""
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)


def _read_lines(text: str, room: Room) -> Reading:
    things, broken = [], 0
    for line in text.splitlines():
        if line.strip("\x1e \t"):
            try:
                things.append(_parsed(line.strip("\x1e \t")))
            except (ValueError, RecursionError):
                broken += 1
    if broken or not things:
        room.is_cut = False
        return _reading(things, "", room)._replace(reason="damaged") if things else Reading("damaged")
    return _reading(things, "", room)


def _reading(found: Any, source: str, room: Room) -> Reading:
    lines: list[str] = []
    reason = ""
    try:
        for line in _lines(found, "", 0):
            if len(lines) >= MOST_LINES or not room.takes(len(line) + 1):
                room.is_cut = True
                break
            lines.append(line)
    except _TooDeep:
        reason = "too_deep"
    about = _about(found)
    title = shortened(_first(about, _TITLES), LONGEST_TITLE)
    links = list(_links(found))
    text = "\n".join(lines)
    return Reading(
        reason=reason or (room.reason if lines else "no_text"),
        page_type="listing" if _things(found) else "",
        title=title,
        language=_first(about, ("inLanguage", "language", "lang")).lower()[:35],
        author=shortened(_first(about, _AUTHORS), LONGEST_TITLE),
        published=iso_day(_first(about, _PUBLISHED)),
        modified=iso_day(_first(about, _MODIFIED)),
        description=shortened(_first(about, _DESCRIPTIONS), LONGEST_DESCRIPTION),
        text=text,
        markdown="\n".join(f"- {line}" for line in lines),
        html=_shown(found, source, links, title, lines),
        has_things=True,
    )


def _lines(value: Any, path: str, depth: int) -> Iterator[str]:
    """One line for a thing whose values are all plain, else one for each value."""
    if depth > DEEPEST:
        raise _TooDeep
    if isinstance(value, dict):
        flat = _flat(value)
        if flat is not None:
            line = line_of(list(flat), list(flat.values()))
            if 0 < len(line) <= LONGEST_LINE and (path or len(flat) < 2 or depth):
                yield f"{path}: {line}" if path else line
                return
        for name, one in value.items():
            yield from _lines(one, f"{path}.{name}" if path else str(name), depth + 1)
    elif isinstance(value, list):
        if 0 < len(value) <= LONGEST_LINE and all(not isinstance(one, dict | list) for one in value):
            plain = ", ".join(filter(None, map(_plain, value)))
            if 0 < len(plain) <= LONGEST_LINE:
                yield f"{path}: {plain}" if path else plain
                return
        for one in value:
            yield from _lines(one, path, depth + 1)
    elif plain := _plain(value):
        yield f"{path}: {plain}" if path else plain


def _flat(thing: dict[str, Any]) -> dict[str, str] | None:
    """The thing if nothing in it has parts."""
    if any(isinstance(one, dict | list) for one in thing.values()):
        return None
    return {str(name): _plain(one) for name, one in thing.items()}


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split())


def _about(found: Any) -> dict[str, Any]:
    """The object that the document is about: itself, or the first that it wraps."""
    if isinstance(found, list):
        return found[0] if len(found) == 1 and isinstance(found[0], dict) else {}
    if not isinstance(found, dict):
        return {}
    if not any(name in found for name in _TITLES):
        for one in found.values():
            if isinstance(one, dict) and any(name in one for name in _TITLES):
                return one
    return found


def _first(about: dict[str, Any], names: Sequence[str]) -> str:
    for name in names:
        value = about.get(name)
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, str) and value.strip():
            return value
    return ""


def _things(found: Any, depth: int = 0) -> list[dict[str, Any]]:
    """The longest list of things that lies near the top; none where there is only one thing."""
    if isinstance(found, list):
        things = [one for one in found if isinstance(one, dict)]
        return things if len(things) > 1 else []
    if isinstance(found, dict) and depth < 3:
        return max((_things(one, depth + 1) for one in found.values()), key=len, default=[])
    return []


def _links(found: Any) -> Iterator[tuple[str, str]]:
    """Values that are addresses: whole ones anywhere, others where their name says so."""
    waiting: list[tuple[str, Any]] = [("", found)]
    left, looked = MOST_LINKS, 0
    while waiting and left and looked < MOST_VALUES:
        name, value = waiting.pop()
        looked += 1
        if isinstance(value, dict):
            waiting.extend((str(key), one) for key, one in reversed(value.items()))
        elif isinstance(value, list):
            waiting.extend((name, one) for one in value[MOST_VALUES - looked :: -1])
        elif isinstance(value, str) and _leads(name, value):
            left -= 1
            yield value.strip(), ""


def _leads(name: str, value: str) -> bool:
    address = value.strip()
    if not address or len(address) > 2_000 or any(map(str.isspace, address)) or name.startswith(_NOT_LED_TO):
        return False
    if not address.startswith(("http://", "https://")) and not (
        name in markup.ADDRESSED and address.startswith("/")
    ):
        return False
    try:
        path = urlsplit(address).path
    except ValueError:
        return False
    return not path.lower().endswith(_PICTURES)


def _shown(found: Any, source: str, links: list[tuple[str, str]], title: str, lines: Sequence[str]) -> str:
    """Its list as a table, itself as data that readers of pages know, its addresses as links."""
    parts = [markup.element("h1", title)] if title else []
    things = _things(found)
    if things:
        names = list(dict.fromkeys(str(name) for one in things[:100] for name in one))[:100]
        rows = [[_cell(one.get(name)) for name in names] for one in things[:MOST_SHOWN]]
        parts.append(markup.table(names, rows))
    else:
        parts += [markup.element("p", line) for line in lines[:MOST_SHOWN]]
    if source and len(source) <= LONGEST_EMBEDDED and "@context" in source[:2_000]:
        parts.append(f'<script type="application/ld+json">{escape(source, quote=False)}</script>')
    return markup.page([*parts, markup.links(links)], title)


def _cell(value: Any) -> str:
    return "" if isinstance(value, dict | list) else _plain(value)
