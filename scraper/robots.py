"""Answers whether a robots.txt lets one agent fetch a URL, the way Google's own matcher answers it.

That is RFC 9309 and what real files need besides: misspelt keys, a blank in place of the colon, CR line
ends, a byte order mark, `/index.html` allowed meaning the folder too. A file is read once, into the rules
that concern the agent; a question then costs a few look-ups, however long the file was.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final, Self

from scraper.agent import product_token
from scraper.robots_match import Rules

MAX_BYTES: Final = 512 * 1024
MAX_CRAWL_DELAY: Final = 60.0
MAX_SITEMAPS: Final = 1000
_MAX_LINE: Final = 2083 * 8 - 1  # bytes; the rest of a longer line is not read
_BOM: Final = b"\xef\xbb\xbf"
_SPACE: Final = " \t\n\v\f\r"  # what C calls white space; Python's own idea of it is wider
_KEYS: Final = (  # by how they begin
    ("agent", ("user-agent", "useragent", "user agent")),
    ("allow", ("allow",)),
    ("disallow", ("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw")),
    ("sitemap", ("sitemap", "site-map")),
)
_TRIPLET: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_HIGH: Final = re.compile(r"[\x80-\xff]")
_TOKEN: Final = re.compile(r"[A-Za-z_-]*")
_PATH_START: Final = re.compile(r"[/?;#]")


@dataclass(slots=True)
class _Group:
    """The lines that concern one agent, from all its groups."""

    rules: list[tuple[bool, str]] = field(default_factory=list)  # (allow, pattern)
    delays: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What a robots.txt says to one agent."""

    rules: Rules
    crawl_delay: float | None = None  # seconds, at most MAX_CRAWL_DELAY
    sitemaps: tuple[str, ...] = ()  # as written

    @classmethod
    def parse(cls, body: bytes, agent: str) -> Self:
        """The rules for `agent`, a full user agent or its product token."""
        named, everyone, sitemaps = _read(body, product_token(agent).lower())
        group = everyone if named is None else named
        delay = min(max(group.delays), MAX_CRAWL_DELAY) if group.delays else None
        return cls(Rules.of(group.rules), delay, tuple(sitemaps))

    @classmethod
    def allow_all(cls) -> Self:
        return cls(Rules.of([]))

    @classmethod
    def disallow_all(cls) -> Self:
        return cls(Rules.of([(False, "/")]))

    def allows(self, url: str) -> bool:
        return self.rules.allow(_path(url))


def _read(body: bytes, token: str) -> tuple[_Group | None, _Group, list[str]]:
    """The agent's own group, None when it is not named; the group of everyone; the sitemaps."""
    named: _Group | None = None
    everyone, sitemaps = _Group(), list[str]()
    for_named = for_everyone = rules_began = False
    for key, value in _lines(body):
        if key == "agent":
            if rules_began:
                for_named = for_everyone = rules_began = False
            if value[:1] == "*" and (len(value) == 1 or value[1] in _SPACE):
                for_everyone = True
            elif token and _token(value) == token:
                for_named, named = True, named or _Group()
        elif key == "sitemap":
            sitemaps += [_text(value)] if value and len(sitemaps) < MAX_SITEMAPS else []
        elif for_named or for_everyone:
            group = named if for_named and named else everyone
            rules_began = _take(group, key, value) or rules_began
    return named, everyone, sitemaps


def _take(group: _Group, key: str, value: str) -> bool:
    """Whether the line is a rule, after which the next agent begins another group."""
    if key == "crawl-delay":
        group.delays += _seconds(value)
        return False
    if key not in {"allow", "disallow"}:
        return False
    pattern = _escaped(value)
    group.rules.append((key == "allow", pattern))
    folder, slash, name = pattern.rpartition("/")
    if key == "allow" and slash and name.startswith("index.htm"):
        group.rules.append((True, f"{folder}/$"))
    return True


def _lines(body: bytes) -> Iterator[tuple[str, str]]:
    """(key, value) of every line that has both."""
    kinds: dict[str, str] = {}
    for whole in _text_lines(body):
        line = whole[:_MAX_LINE].partition("\0")[0].partition("#")[0].strip(_SPACE)
        key, colon, value = line.partition(":")
        if not colon:
            words = line.replace("\t", " ").split(" ")  # a blank instead of the colon: exactly two words
            words = [word for word in words if word]
            if len(words) != 2:
                continue
            key, value = words
        key = key.strip(_SPACE)
        if key:
            kind = kinds.get(key) or kinds.setdefault(key, _kind(key.lower()))
            yield kind, value.strip(_SPACE)


def _text_lines(body: bytes) -> list[str]:
    """Each byte one character, so that what is not UTF-8 is not lost; a line cut by the limit is left out."""
    whole = len(body) <= MAX_BYTES
    body = body[:MAX_BYTES]
    mark = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(body, _BOM, strict=False)))
    lines = body[mark:].decode("latin-1").replace("\r", "\n").split("\n")
    return lines if whole else lines[:-1]


def _kind(key: str) -> str:
    for kind, beginnings in _KEYS:
        if key.startswith(beginnings):
            return kind
    return key


def _token(value: str) -> str:
    found = _TOKEN.match(value)
    return found.group().lower() if found else ""


def _seconds(value: str) -> list[float]:
    try:
        seconds = float(value)
    except ValueError:
        return []
    return [seconds] if seconds >= 0 else []  # not a number compares false


def _escaped(pattern: str) -> str:
    if not pattern.isascii():
        pattern = _HIGH.sub(lambda found: f"%{ord(found.group()):02X}", pattern)
    return _upper_triplets(pattern)


def _upper_triplets(text: str) -> str:
    return _TRIPLET.sub(lambda found: found.group().upper(), text) if "%" in text else text


def _text(value: str) -> str:
    return value.encode("latin-1").decode("utf-8", "replace")


def _path(url: str) -> str:
    """Path and query of a URL, `/` when it has none."""
    start = 2 if url.startswith("//") else 0
    found = _PATH_START.search(url, start)
    scheme = url.find("://", start)
    if scheme >= 0 and (found is None or found.start() > scheme):
        found = _PATH_START.search(url, scheme + 3)
    if found is None or found.group() == "#":
        return "/"
    path = url[found.start() :].partition("#")[0]
    return _upper_triplets(path if path[0] == "/" else f"/{path}")
