"""The words for a page that is split up: its elements, and the blocks of text in them."""

import zlib
from dataclasses import dataclass, field

from scraper.content.looks import Look

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}

Mark = tuple[int, str, str]  # before which part of a text, what, address


@dataclass(slots=True, eq=False)
class Element:
    """One block-level element, what it inherits, and what is measured of it.

    Elements point upwards only, never at themselves: a page is freed at once, without the cycle collector.
    """

    look: Look
    tag: str
    parent: "Element | None"
    depth: int
    bits: int
    path: int  # equal for elements in equal places
    first: int  # its blocks are first … last - 1
    last: int = 0
    same: dict[str, int] | None = None  # how many children of each kind it has
    held: tuple[float, ...] | None = None  # what it holds, once somebody asked
    place: "Place" = field(init=False)  # set by measuring, and only on elements that hold blocks

    @property
    def names(self) -> str:
        """Its class and id, as written."""
        return self.look.names

    @property
    def kind(self) -> str:
        """Equal for siblings that look alike."""
        return self.look.kind


# What an element is among those around it. A bare tuple: it is made and taken apart for every element.
# 0 … 3: the weight of its own name, of one beside it, of all names from the root down, the lowest of those;
# 4: the nearest ancestor that holds more blocks; 5, 6: the nearest that has the first heading, or most of the
# text, none where it has that itself; 7: whether two siblings are of its kind; 8, 9: the nearest and the
# outermost ancestor of which that is true.
Place = tuple[
    float, float, float, float,
    Element | None, Element | None, Element | None,
    bool, Element | None, Element | None,
]  # fmt: skip


@dataclass(slots=True, eq=False)
class Block:
    """One run of text, or several equal links in a row, with the inline marks that Markdown needs."""

    element: Element
    text: str
    link_chars: int
    links: int
    names: tuple[str, ...]  # classes of its inline elements
    parts: list[str]
    marks: list[Mark]
    more: list[tuple[Element, str, list[str], list[Mark]]] | None = None  # the further links of the row


@dataclass(frozen=True, slots=True)
class Margin:
    """A menu, a footer or another part around the content, which is dropped as a whole."""

    before: int  # it stands before this block
    tag: str
    bits: int
    text: str
    words: int


@dataclass(slots=True, eq=False)
class Blocks:
    """All blocks of a page in reading order."""

    blocks: list[Block] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)  # every element stands behind its parent
    margins: list[Margin] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)  # structured data found in the body
    pictures: dict[int, list[tuple[str, str]]] = field(
        default_factory=dict
    )  # before which block: text, address
    moments: list[str] = field(default_factory=list)  # what `time` elements say to machines
    picture_count: int = 0
    most_alike: int = 0  # children of one kind in one element
    is_truncated: bool = False


def block_hash(text: str) -> int:
    """By which a block is recognised on other pages of its site."""
    return zlib.crc32(text.lower().encode("utf-8", "replace")) | (len(text) & 0xFFFF) << 32
