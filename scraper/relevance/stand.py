"""Where the links of a page stand: links of one list, menu or text share a number."""

import re
from collections.abc import Iterator
from typing import Any
from zlib import crc32

from scraper.document import Document

_CONTAINERS = 3  # ancestors that name a place; more would tell equal lists apart
_CLASSES = 2
_NUMBERS = re.compile(r"\d+")


def stands(document: Document) -> Iterator[tuple[str, int]]:
    """Every reference of the body as it is written, with the number of its place."""
    names: dict[int, str] = {}
    places: dict[int, int] = {}
    for href, node in document.references:
        parent = node.parent
        if parent is None:
            continue
        place = places.get(parent.mem_id)
        if place is None:
            place = places[parent.mem_id] = crc32(_path(parent, names).encode(errors="replace"))
        yield href, place


def _path(node: Any, names: dict[int, str]) -> str:
    path = []
    for _ in range(_CONTAINERS):
        if node is None or node.tag is None:
            break
        name = names.get(node.mem_id)
        if name is None:
            name = names[node.mem_id] = _name(node)
        path.append(name)
        node = node.parent
    return ">".join(path)


def _name(node: Any) -> str:
    classes = (node.attributes.get("class") or "").split()[:_CLASSES]
    return _NUMBERS.sub("#", ".".join((node.tag, *classes)))
