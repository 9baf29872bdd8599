"""A sketch of how a page is built, by which pages of one template know each other."""

import struct
from collections import deque
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from zlib import crc32

from scraper.selection.stable import first_stable

SIZE = 128  # hashes that are kept; pages with fewer shingles are compared exactly
MOST_ELEMENTS = 900  # from the top: what lies deeper varies more
MOST_SIBLINGS = 40  # a list of thousands says what its first rows say

# What stands in these is content, or the same on every page of the site.
_CLOSED = frozenset((
    "a", "button", "code", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "head", "iframe", "nav", "object",
    "p", "picture", "pre", "select", "span", "svg", "video",
))  # fmt: skip
_UNSEEN = frozenset(("script", "style", "noscript", "template", "link", "meta", "br", "wbr", "source"))
_SPREAD = 0x9E3779B1  # spreads neighbouring checksums over all 32 bits


def shingles_of(root: Any) -> set[tuple[str, ...]]:
    """Three ancestors and the element, each as tag and first class that stays; no text."""
    found: set[tuple[str, ...]] = set()
    waiting = deque([(root, ("", "", ""))] if root is not None else [])
    left = MOST_ELEMENTS
    while waiting and left > 0:
        node, above = waiting.popleft()
        child = node.first_child
        siblings = 0
        while child is not None and siblings < MOST_SIBLINGS:
            tag = child.tag
            if tag and tag[0] not in "-!" and tag not in _UNSEEN:
                siblings += 1
                shingle = (*above, _name(tag, child.attributes.get("class")))
                found.add(shingle)
                if tag not in _CLOSED:
                    waiting.append((child, shingle[1:]))
            child = child.next
        left -= siblings
    return found


def sketch_of(root: Any) -> bytes:
    """The smallest hashes of the shingles, in order: a sample that is the same for equal pages."""
    hashes = {crc32("/".join(one).encode()) * _SPREAD & 0xFFFFFFFF for one in shingles_of(root)}
    return _packed(sorted(hashes)[:SIZE])


def _packed(hashes: Iterable[int]) -> bytes:
    kept = list(hashes)
    return struct.pack(f"<{len(kept)}I", *kept)


@lru_cache(maxsize=4_000)
def _hashes(sketch: bytes) -> frozenset[int]:
    return frozenset(struct.unpack(f"<{len(sketch) // 4}I", sketch))


def similarity(one: bytes, other: bytes) -> float:
    """The share of shingles that two pages have in common (Jaccard), exact for small pages."""
    mine, yours = _hashes(one), _hashes(other)
    both = mine & yours
    if len(mine) < SIZE and len(yours) < SIZE:
        return len(both) / (len(mine | yours) or 1)
    smallest = sorted(mine | yours)[:SIZE]
    return len(both.intersection(smallest)) / len(smallest)


@lru_cache(maxsize=20_000)
def _name(tag: str, classes: str | None) -> str:
    kept = first_stable(classes)
    return f"{tag}.{kept}" if kept else tag
