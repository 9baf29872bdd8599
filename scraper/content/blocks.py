"""The words for a page that is split up: its elements, and the blocks of text in them."""

import zlib
from dataclasses import dataclass, field

# Bits of an element that all its descendants inherit.
(
    NAV,
    HEADER,
    FOOTER,
    ASIDE,
    MAIN,
    ARTICLE,
    FORM,
    LIST,
    TABLE,
    HIDDEN,
    DIALOG,
    LINK,
    CODE,
    QUOTE,
    SCRIPTLESS,
) = (1 << bit for bit in range(15))
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}

Mark = tuple[int, str, str]  # before which part of a text, what, address


@dataclass(slots=True, eq=False)
class Element:
    """One block-level element, what it inherits, and what is measured of it.

    Elements point upwards only, never at themselves: a page is freed at once, without the cycle collector.
    """

    tag: str
    parent: "Element | None"
    depth: int
    bits: int
    names: str  # its class and id, as written
    kind: str  # equal for siblings that look alike
    path: int  # equal for elements in equal places
    first: int  # its blocks are first … last - 1
    last: int = 0
    same: dict[str, int] | None = None  # how many children of each kind it has
    held: tuple[float, ...] | None = None  # what it holds, once somebody asked
    # Set by measuring, and only on elements that hold blocks.
    near: float = field(init=False)
    beside: float = field(init=False)
    far: float = field(init=False)
    lowest: float = field(init=False)
    wider: "Element | None" = field(init=False)  # the nearest ancestor that holds more blocks
    with_title: "Element | None" = field(
        init=False
    )  # the nearest ancestor with the first heading, unless itself
    with_core: "Element | None" = field(init=False)  # the same for most running text
    is_repeated: bool = field(init=False)  # it has two siblings of its kind
    repeat: "Element | None" = field(init=False)  # the nearest ancestor that is repeated
    outer: "Element | None" = field(init=False)  # the outermost ancestor that is repeated


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


@dataclass(slots=True, eq=False)
class Blocks:
    """All blocks of a page in reading order."""

    blocks: list[Block] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)  # every element stands behind its parent
    scripts: list[str] = field(default_factory=list)  # structured data found in the body
    pictures: dict[int, list[tuple[str, str]]] = field(
        default_factory=dict
    )  # before which block: text, address
    moments: list[str] = field(default_factory=list)  # what `time` elements say to machines
    picture_count: int = 0
    is_truncated: bool = False


def block_hash(text: str) -> int:
    """By which a block is recognised on other pages of its site."""
    return zlib.crc32(text.lower().encode("utf-8", "replace")) | (len(text) & 0xFFFF) << 32
