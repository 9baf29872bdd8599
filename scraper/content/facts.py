"""What the head of a page and its structured data say about it."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from scraper.content.tree import Node

LONGEST_SCRIPT = 500_000  # characters of one structured-data script that are read
MOST_THINGS = 2_000  # typed things of all scripts that are looked at
LONGEST_TEXT = 200_000

_COMMENT = re.compile(r"^\s*(?:<!--|/\*.*?\*/|//\s*<!\[CDATA\[)|(?:-->|//\s*\]\]>)\s*$", re.DOTALL)
_TAG = re.compile(r"<[^>]{0,2000}>")


@dataclass(slots=True)
class Facts:
    """Named values that the page gives about itself, as written."""

    url: str = ""
    title: str = ""
    metas: dict[str, str] = field(default_factory=dict)
    things: list[dict[str, Any]] = field(default_factory=list)
    body_names: str = ""

    def types(self) -> set[str]:
        """The types of all structured things, lower case."""
        found: set[str] = set()
        for thing in self.things:
            kind = thing.get("@type")
            for name in kind if isinstance(kind, list) else (kind,):
                if isinstance(name, str):
                    found.add(name.rsplit("/", 1)[-1].lower())
        return found

    def text_of(self, *names: str) -> str:
        """The longest text under one of these names, without markup."""
        longest = ""
        for thing in self.things:
            for name in names:
                value = thing.get(name)
                if isinstance(value, str) and len(value) > len(longest):
                    longest = value[:LONGEST_TEXT]
        return " ".join(_TAG.sub(" ", longest).split())


def read_head(head: Node | None, url: str) -> tuple[Facts, list[str]]:
    """The facts of the head, and the structured-data scripts in it."""
    facts = Facts(url)
    scripts: list[str] = []
    node = head.first_child if head is not None else None
    while node is not None:
        tag = node.tag
        if tag == "meta":
            attributes = node.attributes
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            content = attributes.get("content")
            if name and content:
                facts.metas.setdefault(name.lower(), content.strip())
        elif tag == "title" and not facts.title:
            first = node.first_child
            facts.title = " ".join(((first.text_content or "") if first is not None else "").split())
        elif tag == "script" and node.attributes.get("type") == "application/ld+json":
            first = node.first_child
            scripts.append((first.text_content or "") if first is not None else "")
        node = node.next
    return facts, scripts


def read_things(scripts: list[str]) -> list[dict[str, Any]]:
    """Every typed thing in the scripts; scripts that are no JSON say nothing."""
    things: list[dict[str, Any]] = []
    for script in scripts:
        if len(script) > LONGEST_SCRIPT:
            continue
        try:
            loaded = json.loads(_COMMENT.sub("", script), strict=False)
        except (ValueError, RecursionError):
            continue
        _collect(loaded, things)
    return things


def _collect(loaded: Any, things: list[dict[str, Any]]) -> None:
    waiting = [loaded]
    while waiting and len(things) < MOST_THINGS:
        value = waiting.pop()
        if isinstance(value, dict):
            if "@type" in value:
                things.append(value)
            waiting.extend(inner for inner in value.values() if isinstance(inner, dict | list))
        elif isinstance(value, list):
            waiting.extend(inner for inner in value if isinstance(inner, dict | list))


def address_words(url: str) -> list[str]:
    """The words of an address, each with the part it stands in."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return []
    words = ["h:" + word for word in re.findall(r"[a-z]+", (parts.hostname or "").lower())[:-1]]
    segments = [segment for segment in parts.path.lower().split("/") if segment]
    for place, segment in enumerate(segments):
        end = "e:" if place == len(segments) - 1 else "p:"
        words += [end + word for word in re.findall(r"[a-z]+", segment)[:12]]
        if place < len(segments) - 1 or len(segments) == 1:
            words.append("s:" + segment[:30])
        if segment.isdigit():
            words.append(f"{end}#{min(len(segment), 8)}")
    words.append(f"depth:{min(len(segments), 5)}")
    words += ["q:" + word for word in re.findall(r"([a-z]+)=", parts.query.lower())[:6]]
    return words
