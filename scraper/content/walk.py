"""Splits a tree into blocks: the longest runs of text that no block-level element interrupts."""

import re

from scraper.content.blocks import (
    ARTICLE,
    ASIDE,
    CODE,
    DIALOG,
    FOOTER,
    FORM,
    HEADER,
    HIDDEN,
    LINK,
    LIST,
    MAIN,
    NAV,
    QUOTE,
    SCRIPTLESS,
    TABLE,
    Block,
    Blocks,
    Element,
    Mark,
)  # fmt: skip
from scraper.content.tree import Node

INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em",
    "font",
    "i", "img", "ins", "kbd", "mark", "nobr", "picture", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "source",
    "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))  # fmt: skip
SKIPPED = frozenset((
    "audio", "base", "canvas", "datalist", "embed", "head", "iframe", "input", "link", "map", "math", "meta",
    "object", "script", "select", "style", "svg", "template", "textarea", "title", "video",
))  # fmt: skip
MARKED = frozenset(["a", "b", "code", "em", "i", "kbd", "samp", "strong", "tt"])
# <span>Price</span><span>9</span> is shown as two words nearly always: such places get a space.
SEPARATE = frozenset(["a", "small", "span", "time"])

TAG_BITS = {
    "nav": NAV, "header": HEADER, "footer": FOOTER, "aside": ASIDE, "main": MAIN, "article": ARTICLE,
    "form": FORM, "ul": LIST, "ol": LIST, "dl": LIST, "menu": LIST | NAV, "table": TABLE, "dialog": DIALOG,
    "pre": CODE, "blockquote": QUOTE, "noscript": SCRIPTLESS,
}  # fmt: skip
ROLE_BITS = {
    "navigation": NAV, "banner": HEADER, "contentinfo": FOOTER, "complementary": ASIDE, "main": MAIN,
    "article": ARTICLE, "form": FORM, "search": FORM, "list": LIST, "dialog": DIALOG, "alertdialog": DIALOG,
    "menu": NAV, "menubar": NAV, "tablist": NAV,
}  # fmt: skip

_NO_DISPLAY = re.compile(r"display\s*:\s*none")

LONGEST_ROW = 4_000  # characters of links in a row that are joined
MAX_BLOCKS = 10_000  # bounds what one page may cost; the largest real pages have about a quarter of it


class Walk:
    """The state of one depth-first pass over a tree."""

    def __init__(self) -> None:
        self.found = Blocks()
        self.element = Element("body", None, 0, 0, "", "body", 0, 0)
        self.found.elements.append(self.element)
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
        if text.isspace():
            self.parts.append(text)
            return
        self.is_broken = False
        if self.open_links:
            self.link_chars += len(text.strip())
        if self.is_apart:
            self.is_apart = False
            if self.parts and self.parts[-1][-1:].isalnum() and text[:1].isalnum():
                self.parts.append(" ")
        self.parts.append(text)

    def enter(self, tag: str, node: Node) -> None:
        if self.parts or self.marks:
            self.flush()
        attributes = node.attributes
        above = self.element
        bits = above.bits | TAG_BITS.get(tag, 0)
        names, kind = "", tag
        if attributes:
            names = attributes.get("class") or ""
            kind = tag + names
            identity = attributes.get("id")
            if identity:
                names = names + " " + identity if names else identity
            if len(attributes) > 1 or not names:
                bits |= _attribute_bits(attributes)
        if self.open_links:
            bits |= LINK
        below = Element(
            tag, above, above.depth + 1, bits, names, kind, hash((above.path, kind)), len(self.found.blocks)
        )
        same = above.same
        if same is None:
            above.same = {kind: 1}
        else:
            same[kind] = same.get(kind, 0) + 1
        self.found.elements.append(below)
        self.element = below

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


def _attribute_bits(attributes: dict[str, str | None]) -> int:
    bits = 0
    if "role" in attributes:
        bits = ROLE_BITS.get(attributes["role"] or "", 0)
    if "hidden" in attributes or ("aria-hidden" in attributes and attributes["aria-hidden"] == "true"):
        bits |= HIDDEN
    if "style" in attributes and _NO_DISPLAY.search(attributes["style"] or ""):
        bits |= HIDDEN
    return bits


def read_blocks(body: Node) -> Blocks:
    """All blocks below a node, in one pass that does not recurse."""
    walk = Walk()
    path: list[tuple[Node, str]] = []
    node = body.first_child
    while node is not None:
        tag = node.tag
        child = None
        if tag == "-text":
            text = node.text_content or ""
            if walk.parts or not text.isspace():
                walk.text(text)
        elif tag in INLINE:
            walk.enter_inline(tag, node)
            child = node.first_child
            if child is None:
                walk.leave_inline(tag)
        elif tag in SKIPPED or tag[0] in "-!":
            walk.skip(tag, node)
        else:
            walk.enter(tag, node)
            child = node.first_child
            if child is None:
                walk.leave()
        if child is not None:
            path.append((node, tag))
            node = child
            continue
        while (following := node.next) is None and path:
            node, tag = path.pop()
            if tag in INLINE:
                walk.leave_inline(tag)
            else:
                walk.leave()
        node = following
    walk.leave()
    return walk.found
