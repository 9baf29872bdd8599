"""Splits a tree into blocks: the longest runs of text that no block-level element interrupts."""

from scraper.content.blocks import Block, Blocks, Element, Margin, Mark
from scraper.content.looks import (
    ARTICLE,
    ASIDE,
    CODE,
    DIALOG,
    FOOTER,
    HEADER,
    LINK,
    MAIN,
    NAV,
    TELLING,
    attribute_bits,
    look_of,
)
from scraper.content.tags import BLOCK, INSIDE, OUTSIDE, PLACES, TEXT
from scraper.content.tree import Node

MARKED = frozenset(["a", "b", "code", "em", "i", "kbd", "samp", "strong", "tt"])
# <span>Price</span><span>9</span> is shown as two words nearly always: such places get a space.
SEPARATE = frozenset(["a", "small", "span", "time"])

LONGEST_ROW = 4_000  # characters of links in a row that are joined
MAX_BLOCKS = 10_000  # bounds what one page may cost; the largest real pages have about a quarter of it


# Outside of main and article these are a third of all blocks, and one in a hundred of their words is content.
MARGINS = NAV | HEADER | FOOTER | ASIDE | DIALOG
CENTRES = "h1,main,article,[role=main]"  # what has one of these inside is no margin
UNREAD = "script,style,select,svg,textarea"  # what is skipped and has text
MOST_CENTRED = 100  # in a page, after which nothing is taken for a margin any more
MOST_UNREAD = 100  # of one margin: each is a search in its text
FEWEST_WORDS = 50  # outside of margins; a page that has fewer is no page with margins


class Walk:
    """The state of one depth-first pass over a tree."""

    def __init__(self, margins: int) -> None:
        self.found = Blocks()
        self.margins = margins  # bits of elements that are taken as a whole
        self.element = Element(look_of("body", None, None), "body", None, 0, 0, 0, 0)
        self.found.elements.append(self.element)
        self.centred = 0  # margins that were none
        self.open_links = 0
        self.address = ""  # where the innermost link leads
        self._clear()

    def _clear(self) -> None:
        self.parts: list[str] = []
        self.marks: list[Mark] = []
        self.names: list[str] = []
        self.link_chars = 0
        self.links = 0
        self.is_broken = False  # the text so far ends with a line break
        self.is_apart = False  # the next text is not part of the last word

    def text(self, text: str) -> None:
        self.is_broken = False
        if self.open_links:
            self.link_chars += len(text.strip())
        if self.is_apart:
            self.is_apart = False
            if self.parts and self.parts[-1][-1:].isalnum() and text[:1].isalnum():
                self.parts.append(" ")
        self.parts.append(text)

    def enter(self, tag: str, node: Node) -> bool:
        """Says whether the element is looked into."""
        if self.parts or self.marks:
            self.flush()
        attributes = node.attributes
        above = self.element
        if attributes:
            look = look_of(tag, attributes.get("class"), attributes.get("id"))
            own = look.bits
            if not TELLING.isdisjoint(attributes):
                own |= attribute_bits(attributes)
        else:
            look = look_of(tag, None, None)
            own = look.bits
        if own & self.margins and not above.bits & (MAIN | ARTICLE) and self.is_margin(node):
            self.set_aside(tag, own, node)
            return False
        bits = above.bits | own
        if self.open_links:
            bits |= LINK
        kind = look.kind
        found = self.found
        below = Element(look, tag, above, above.depth + 1, bits, hash((above.path, kind)), len(found.blocks))
        same = above.same
        if same is None:
            above.same = {kind: 1}
        else:
            same[kind] = count = same.get(kind, 0) + 1
            found.most_alike = max(found.most_alike, count)
        found.elements.append(below)
        self.element = below
        return True

    def is_margin(self, node: Node) -> bool:
        """Whether it holds no centre; each look goes through all of it, and they may stand in each other."""
        if node.css_first(CENTRES) is None:
            return True
        self.centred += 1
        if self.centred > MOST_CENTRED:
            self.margins = 0
        return False

    def set_aside(self, tag: str, bits: int, node: Node) -> None:
        text = node.text(separator=" ")
        for unread in node.css(UNREAD)[:MOST_UNREAD]:
            self.skip(unread.tag, unread)
            text = text.replace(unread.text(separator=" "), " ", 1)
        text = " ".join(text.split())
        if text:
            margin = Margin(len(self.found.blocks), tag, bits, text, text.count(" ") + 1)
            self.found.margins.append(margin)

    def skip(self, tag: str, node: Node) -> None:
        """Takes nothing of an element but structured data."""
        if tag == "script" and node.attributes.get("type") == "application/ld+json":
            first = node.first_child
            self.found.scripts.append((first.text_content or "") if first is not None else "")

    def leave(self) -> None:
        if self.parts or self.marks:
            self.flush()
        self.element.last = len(self.found.blocks)
        if self.element.parent is not None:
            self.element = self.element.parent

    def enter_inline(self, tag: str, node: Node) -> None:
        if tag == "br":
            self._break_line()
            return
        attributes = node.attributes
        if tag == "img":
            source = attributes.get("src") or attributes.get("data-src")
            if source:
                self.marks.append((len(self.parts), "img " + (attributes.get("alt") or ""), source))
            return
        names = attributes.get("class")
        if names and len(self.names) < 4:
            self.names.append(names)
        if tag in SEPARATE:
            self.is_apart = True
        if tag == "a":
            self.open_links += 1
            self.links += 1
            self.address = attributes.get("href") or ""
            self.marks.append((len(self.parts), "a", self.address))
        elif tag in MARKED:
            self.marks.append((len(self.parts), tag, ""))
        elif tag == "time" and (moment := attributes.get("datetime")):
            self.found.moments.append(moment)

    def leave_inline(self, tag: str) -> None:
        if tag == "a":
            self.open_links -= 1
        if tag in MARKED:
            self.marks.append((len(self.parts), "/" + tag, ""))
        if tag in SEPARATE:
            self.is_apart = True

    def _break_line(self) -> None:
        """Two line breaks in a row part two paragraphs."""
        if self.is_broken:
            self.flush()
        elif self.parts:
            self.parts.append("\n")
            self.is_broken = True

    def flush(self) -> None:
        """Ends the current block."""
        raw = "".join(self.parts)
        text = raw.strip("\n") if self.element.bits & CODE else " ".join(raw.split())
        if text and not text.isspace():
            self._end_block(text)
        else:
            self._keep_pictures()
        self._clear()

    def _keep_pictures(self) -> None:
        for _, kind, address in self.marks:
            if kind.startswith("img"):
                place = self.found.pictures.setdefault(len(self.found.blocks), [])
                place.append((kind[4:], address))
                self.found.picture_count += 1

    def _end_block(self, text: str) -> None:
        blocks = self.found.blocks
        if self.element.bits & LINK and not any(mark[1] == "a" for mark in self.marks):
            self.marks.insert(0, (0, "a", self.address))
        if blocks and self.link_chars * 10 >= len(text) * 9 and self._joins(blocks[-1]):
            last = blocks[-1]
            last.more = last.more or []
            last.more.append((self.element, text, self.parts, self.marks))
            last.text += "\n" + text
            last.link_chars += self.link_chars
            last.links += self.links
        elif len(blocks) < MAX_BLOCKS:
            blocks.append(
                Block(
                    self.element, text, self.link_chars, self.links, tuple(self.names), self.parts, self.marks
                )
            )
        else:
            self.found.is_truncated = True

    def _joins(self, last: Block) -> bool:
        """Links in a row are one block: a menu is kept or dropped as a whole."""
        element = last.element
        return (
            element.depth == self.element.depth
            and element.tag == self.element.tag
            and element is not self.element
            and last.link_chars * 10 >= len(last.text) * 9
            and len(last.text) < LONGEST_ROW
        )


def read_blocks(body: Node) -> Blocks:
    """The blocks below a node, and what stands around them."""
    found = _walked(body, MARGINS)
    if found.margins and sum(block.text.count(" ") + 1 for block in found.blocks) < FEWEST_WORDS:
        return _walked(body, 0)
    return found


def _walked(body: Node, margins: int) -> Blocks:  # noqa: PLR0912 - every node of a page comes by: no calls
    """One pass that does not recurse."""
    walk = Walk(margins)
    path: list[tuple[Node, str, int]] = []
    node = body.first_child
    while node is not None:
        tag = node.tag
        place = PLACES.get(tag, BLOCK)
        child = None
        if place == TEXT:
            text = node.text_content or ""
            if not text.isspace():
                walk.text(text)
            elif walk.parts:
                walk.parts.append(text)
        elif place == INSIDE:
            walk.enter_inline(tag, node)
            child = node.first_child
            if child is None:
                walk.leave_inline(tag)
        elif place == OUTSIDE:
            walk.skip(tag, node)
        elif walk.enter(tag, node):
            child = node.first_child
            if child is None:
                walk.leave()
        if child is not None:
            path.append((node, tag, place))
            node = child
            continue
        while (following := node.next) is None and path:
            node, tag, place = path.pop()
            if place == INSIDE:
                walk.leave_inline(tag)
            else:
                walk.leave()
        node = following
    walk.leave()
    return walk.found
