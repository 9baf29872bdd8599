"""Fills a raw page with what an answer in JSON says, as readers would see it."""

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any, NamedTuple

from scraper.charset import decode
from scraper.documents import markup
from scraper.render.answer_markup import cleaned, has_markup

DEEPEST = 12
MOST_VALUES = 20_000
MOST_CHARACTERS = 2_000_000
LONG_TEXT = 120  # characters, above which a value is a paragraph
NAMED_DEPTH = 3
_MOST_LISTED = 50  # things of a list whose names are looked at
_TITLES = ("title", "headline", "name", "label")
_CURRENCIES = ("currency", "priceCurrency", "price_currency", "currency_code")
_AMOUNTS = frozenset({"price", "amount", "value", "total"})
_TITLE = re.compile(r"<title[^>]*>.*?</title\s*>", re.IGNORECASE | re.DOTALL)
_END = re.compile(r"</body\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")


class FilledPage(NamedTuple):
    """The raw page with the data in it."""

    html: str
    names: frozenset[str]  # of the values in the answer
    words: frozenset[str]


class _TooMuch(Exception):
    """More than anybody reads."""


def filled(raw: tuple[bytes, str], answer: bytes, *, takes_title: bool) -> FilledPage | None:
    """`raw` is a body and the value of its header; None where the answer holds no data.

    The title is the answer's where the raw page is a shell, and has the same for all.
    """
    try:
        found = json.loads(answer, parse_float=str, parse_int=str, parse_constant=str)
        if not isinstance(found, dict | list) or not found:
            return None
        body = "".join(_Writer().thing(found, 0))
        names = frozenset(_names(found, "", 0))
    except (ValueError, RecursionError, _TooMuch):
        return None
    page = decode(*raw)[1]
    title = _title(found)
    if takes_title and title:
        page = _TITLE.sub(lambda _: markup.element("title", title), page, count=1)
    ends = [match.start() for match in _END.finditer(page)]
    at = ends[-1] if ends else len(page)
    words = frozenset(_WORD.findall(body.casefold()))
    return FilledPage(f"{page[:at]}<main>{body}</main>{page[at:]}", names, words)


class _Writer:
    """Writes one answer, within bounds."""

    def __init__(self) -> None:
        self._values = MOST_VALUES
        self._characters = MOST_CHARACTERS

    def thing(self, value: Any, depth: int, label: str = "") -> Iterator[str]:
        """A value with all its parts."""
        self._counted()
        if depth > DEEPEST:
            raise _TooMuch
        if isinstance(value, list):
            yield from self._list(value, depth, label)
        elif isinstance(value, dict):
            yield from self._dict(value, depth)
        elif _plain(value):
            yield self._text(value)

    def _dict(self, value: dict[str, Any], depth: int) -> Iterator[str]:
        title = _title(value) if depth < NAMED_DEPTH else ""
        if title:
            yield markup.element("h1" if depth < 2 else "h2", title)
        rows, texts = [], []
        for name, one in value.items():
            self._counted()
            plain = _worth(value, name, one)
            if not plain or plain == title:
                continue
            if _is_address(plain) or len(plain) > LONG_TEXT or has_markup(plain):
                texts.append(self._text(plain))
            else:
                self._counted(len(plain))
                rows.append(f"<tr>{markup.element('th', _label(name))}{markup.element('td', plain)}</tr>")
        if rows:
            yield f"<table>{''.join(rows)}</table>"
        yield from texts
        for name, one in value.items():
            if isinstance(one, dict | list) and one and not _is_flat(one):
                yield from self.thing(one, depth + 1, name)

    def _list(self, value: list[Any], depth: int, label: str) -> Iterator[str]:
        flat = [one for one in value if isinstance(one, dict) and not any(map(_has_parts, one.values()))]
        if len(value) > 1 and len(flat) == len(value):
            names = list(dict.fromkeys(str(name) for one in flat[:_MOST_LISTED] for name in one))
            rows = [[_plain(one.get(name)) for name in names] for one in flat]
            for row in rows:
                self._counted(sum(map(len, row)))
            yield markup.table(list(map(_label, names)), rows)
            return
        for one in value:
            yield from self.thing(one, depth + 1, label)

    def _text(self, value: Any) -> str:
        plain = _plain(value)
        self._counted(len(plain))
        if _is_address(plain):
            return f"<p>{markup.link(plain, plain)}</p>"
        if has_markup(plain):
            return f"<div>{cleaned(plain)}</div>"
        return "".join(f"<p>{escape(line)}</p>" for line in str(value).splitlines() if line.strip())

    def _counted(self, characters: int = 0) -> None:
        self._values -= 1
        self._characters -= characters
        if self._values < 0 or self._characters < 0:
            raise _TooMuch


def _worth(thing: dict[str, Any], name: str, value: Any) -> str:
    """A plain value, a list of such, an amount with its currency."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_plain, value))) if _is_flat(value) else ""
    plain = _plain(value)
    if name.lower() in _AMOUNTS and plain[:1].isdigit():
        told = (thing.get(one) for one in _CURRENCIES)
        currency = next((one for one in told if isinstance(one, str) and one), "")
        return f"{plain} {currency}".strip() if currency not in plain else plain
    return plain


def _names(value: Any, path: str, depth: int) -> Iterator[str]:
    if path:
        yield path
    if depth >= NAMED_DEPTH:
        return
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _names(one, f"{path}.{name}".lstrip("."), depth + 1)
    elif isinstance(value, list):
        for one in value[:_MOST_LISTED]:
            yield from _names(one, f"{path}[]", depth + 1)


def _title(found: Any, depth: int = 0) -> str:
    """Of the thing that the answer is about: itself, or the first that it wraps."""
    if not isinstance(found, dict):
        return ""
    for name in _TITLES:
        value = found.get(name)
        if isinstance(value, str) and value.strip() and not has_markup(value):
            return _plain(value)[:300]
    wrapped = (one for one in found.values() if isinstance(one, dict))
    return next(filter(None, (_title(one, depth + 1) for one in wrapped)), "") if depth < 2 else ""


def _is_flat(value: Any) -> bool:
    return isinstance(value, list) and not any(map(_has_parts, value))


def _has_parts(value: Any) -> bool:
    return isinstance(value, dict | list)


def _is_address(value: str) -> bool:
    is_address = value.startswith(("http://", "https://")) or (value[:1] == "/" and len(value) > 1)
    return is_address and not any(map(str.isspace, value))


def _label(name: str) -> str:
    words = str(name).replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _plain(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split())
