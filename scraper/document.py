"""One HTML page as a tree, and what its markup says about the page itself."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

LONGEST_TEXT = 200  # characters of an anchor text that are kept
LONGEST_TITLE = 1000
LONGEST_HREF = 4096  # longer ones are mostly inlined data
QUICK_REFRESH_SECONDS = 10  # slower refreshes are links, not redirects

# One pass over the tree finds all of these in half the time of one pass for each. Every alternative is tried
# on every element: one for whatever has an href takes half the time of four for a, area, link and base.
_WANTED = "[href],iframe[src],frame[src],meta[content]"
_SPACE = "\t\n\f\r "
_TRIMMED = _SPACE + "#"
_FRAMES = frozenset({"iframe", "frame"})
_AROUND = ["script", "style", "noscript", "template", "nav", "header", "footer"]
_SOURCES = ("src", "data-src")  # the second where a script shows a picture late
_REFERENCES = frozenset({"a", "area", *_FRAMES})
_LANGUAGE = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8}){0,4}")
_REFRESH = re.compile(
    r"\s*(\d+)(?:\.[\d.]*)?(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(.*)", re.IGNORECASE | re.DOTALL
)

_NO_PAGE = LexborHTMLParser("")  # selectors are tried on it

Attributes = dict[str, str | None]
# href as written, text, rel: the attribute, or for frames the element's name. A page has dozens: bare tuples.
Anchor = tuple[str, str, str]


class Unreadable(Exception):
    """The parser gave up on this text; in practice it had no memory left."""


class Refresh(NamedTuple):
    href: str
    is_quick: bool


class Document:
    """The tree of one page, parsed once, for everyone who reads in it.

    It is the tree of a browser without scripts: what stands in noscript is markup.
    """

    __slots__ = ("_bases", "_links", "_metas", "_references", "tree")

    def __init__(self, text: str) -> None:
        self._references: list[tuple[str, LexborNode]] = []
        self._bases: list[Attributes] = []
        self._links: list[Attributes] = []
        self._metas: list[Attributes] = []
        try:
            self.tree = LexborHTMLParser(text)
            found = self.tree.css(_WANTED)
        except SelectolaxError as error:
            raise Unreadable(str(error)) from error
        self._sort(found)

    @property
    def title(self) -> str:
        """The first title outside of drawings: svg has titles of its own."""
        head = self.tree.head
        in_head = _first_title(head) if head is not None else None
        for node in (in_head,) if in_head is not None else self.tree.tags("title"):
            if node.parent is None or node.parent.tag != "svg":
                return _collapsed(node.text_lexbor(), LONGEST_TITLE)
        return ""

    @property
    def language(self) -> str:
        """The page's language tag in lower case, or nothing when it is no tag."""
        root = self.tree.root
        written = root.attributes.get("lang") if root is not None else ""
        tag = (written or self._http_equiv("content-language")).strip().lower().replace("_", "-")
        return tag if _LANGUAGE.fullmatch(tag) else ""

    @property
    def base(self) -> str:
        """The href of the first base element: a later one counts for nothing, whatever the first is."""
        return _reference(self._bases[0].get("href")) if self._bases else ""

    @property
    def canonicals(self) -> tuple[str, ...]:
        """Every href that claims to be the page's canonical address."""
        hrefs = (_reference(link.get("href")) for link in self._links if "canonical" in _rel(link).split())
        return tuple(dict.fromkeys(href for href in hrefs if href))

    @property
    def refresh(self) -> Refresh | None:
        """The first meta refresh that names an address."""
        match = _REFRESH.match(self._http_equiv("refresh")[:LONGEST_HREF])
        href = _unquoted(match[2]) if match else ""
        return Refresh(href, int(match[1][:9]) <= QUICK_REFRESH_SECONDS) if match and href else None

    def robots(self, token: str) -> tuple[str, ...]:
        """The robots directives of the page, those to the crawler named `token` with its name before them."""
        values = []
        for meta in self._metas:
            name = (meta.get("name") or "").strip().lower()
            content = meta.get("content") or ""
            if name == "robots":
                values.append(content)
            elif name and name == token:
                values.append(f"{token}: {content}")
        return tuple(values)

    @property
    def heading(self) -> str:
        """The first heading of the first order."""
        node = self.tree.css_first("h1")
        return _collapsed(node.text_lexbor(), LONGEST_TITLE) if node is not None else ""

    @property
    def references(self) -> Iterator[tuple[str, LexborNode]]:
        """Every reference of the body as it is written, with its element."""
        for tag, node in self._references:
            if href := _reference(node.attributes.get("src" if tag in _FRAMES else "href")):
                yield href, node

    def plain_text(self) -> str:
        """All text that a reader may see, without what stands around it on every page."""
        copy = self.tree.clone()
        copy.strip_tags(_AROUND, recursive=True)
        return copy.body.text(separator=" ") if copy.body is not None else ""

    def anchors(self) -> Iterator[Anchor]:
        """What leads to other pages, in order of appearance, then what the head says of them."""
        for tag, node in self._references:
            attributes = node.attributes
            if tag in _FRAMES:
                if source := _reference(attributes.get("src")):
                    yield source, _collapsed(attributes.get("title") or "", LONGEST_TEXT), tag
                continue
            href = attributes.get("href")
            if not href:
                continue
            if href[0] in _TRIMMED or href[-1] in _TRIMMED or len(href) > LONGEST_HREF:
                href = _reference(href)
            if href:
                text = node.text_lexbor()
                if "{" in text or len(text) > LONGEST_TEXT or not (words := text.split()):
                    text = _anchor_text(node, attributes)
                else:  # nearly all of them: no call is worth its price here
                    text = " ".join(words)
                yield href, text, _rel(attributes) if "rel" in attributes else ""
        for link in self._links:
            if "rel" in link:
                yield from _page_links(link)

    def sources(self, elements: Sequence[str]) -> Iterator[Anchor]:
        """The files that these elements show, in order of appearance; what stands inline is none."""
        for node in self.tree.css(",".join(elements)) if elements else ():
            attributes = node.attributes
            for name in _SOURCES:
                href = _reference(attributes.get(name))
                if href and not href.startswith("data:"):
                    yield href, _collapsed(attributes.get("alt") or "", LONGEST_TEXT), node.tag or ""
                    break

    def _sort(self, found: list[LexborNode]) -> None:
        """What answers to two alternatives is found twice, and says the same twice."""
        for node in found:
            tag = node.tag or ""
            if tag in _REFERENCES:
                self._references.append((tag, node))
            elif tag == "meta":
                self._note_meta(node)
            elif tag == "link":
                self._links.append(node.attributes)
            elif tag == "base":
                self._bases.append(node.attributes)

    def _note_meta(self, node: LexborNode) -> None:
        """A refresh inside noscript leads readers without scripts to a notice, away from the page."""
        meta = node.attributes
        if "content" not in meta:
            return
        is_refresh = (meta.get("http-equiv") or "").strip().lower() == "refresh"
        if not (is_refresh and node.parent is not None and node.parent.tag == "noscript"):
            self._metas.append(meta)

    def _http_equiv(self, name: str) -> str:
        for meta in self._metas:
            if (meta.get("http-equiv") or "").strip().lower() == name:
                return meta.get("content") or ""
        return ""


def is_css(text: str) -> bool:
    """Says whether a text is a CSS selector that the tree understands."""
    try:
        _NO_PAGE.css(text)
    except SelectolaxError:
        return False
    return True


def _first_title(head: LexborNode) -> LexborNode | None:
    """Nearly always a child of the head, where it is found without a selector."""
    for child in head.iter():
        if child.tag == "title":
            return child
        if child.tag == "noscript":
            break
    return head.css_first("title")


def _page_links(link: Attributes) -> Iterator[Anchor]:
    """The pages that a link element names; the text of an alternate is its language."""
    href = _reference(link.get("href"))
    rels = _rel(link).split()
    language = link.get("hreflang") or ""
    for rel in ("canonical", "next", "prev", "alternate"):
        if href and rel in rels and (rel != "alternate" or language):
            yield href, _collapsed(language, LONGEST_TEXT), rel


def _anchor_text(node: LexborNode, attributes: Attributes) -> str:
    """The words one can click; where there are none, those that stand in for a picture."""
    text = node.text_lexbor()
    if "{" in text:
        for code in node.css("style,script"):
            text = text.replace(code.text_lexbor(), " ")
    if text := _collapsed(text, LONGEST_TEXT):
        return text
    picture = node.css_first("img[alt]")
    alt = picture.attributes.get("alt") if picture is not None else attributes.get("alt")
    return _collapsed(alt or attributes.get("aria-label") or attributes.get("title") or "", LONGEST_TEXT)


def _reference(href: str | None) -> str:
    """A reference worth resolving: not empty, not only a fragment, not longer than an address may be."""
    if not href:
        return ""
    href = href.strip(_SPACE)
    return "" if href[:1] == "#" or len(href) > LONGEST_HREF else href


def _rel(attributes: Attributes) -> str:
    rel = attributes.get("rel")
    return _collapsed(rel.lower(), LONGEST_TEXT) if rel else ""


def _collapsed(text: str, longest: int) -> str:
    """White space as one blank each; only the beginning of an endless text is looked at."""
    if len(text) > longest:
        text = text[: 20 * longest]
    text = " ".join(text.split())
    return text if len(text) <= longest else text[:longest].rstrip()


def _unquoted(address: str) -> str:
    """The address of a refresh up to its closing quote, where it opens with one."""
    address = address.strip()
    if address[:1] in {"'", '"'}:
        return address[1:].partition(address[0])[0].strip()
    return address
