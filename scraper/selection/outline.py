"""A light copy of a page's tree: elements that know their parent, their place and their text."""

import re
from collections.abc import Iterator
from typing import Any

SILENT = frozenset(("script", "style", "template", "noscript", "head", "svg", "math", "iframe", "object"))
LINES = frozenset((
    "address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "nav", "ol", "option", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul",
))  # fmt: skip
MOST_ELEMENTS = 60_000  # bounds what one page may cost

_HIDING = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top|text-indent)\s*:\s*-\d{3,})"
)


class Element:
    """One element; `content` are its children and texts in order."""

    __slots__ = (
        "_place", "_text", "attributes", "content", "depth", "is_hidden", "node", "number", "parent", "tag",
    )  # fmt: skip

    def __init__(self, tag: str, node: Any, parent: "Element | None", number: int) -> None:
        self.tag = tag
        self.node = node
        self.parent = parent
        self.number = number  # in document order
        self.depth: int = parent.depth + 1 if parent else 0
        self.attributes: dict[str, str | None] = node.attributes
        self.content: list[Element | str] = []
        self.is_hidden: bool = (parent is not None and parent.is_hidden) or hides(tag, self.attributes)
        self._text: str | None = None
        self._place = 0  # among its siblings of the same name; 0: not counted yet

    @property
    def children(self) -> list["Element"]:
        """The elements directly below."""
        return [one for one in self.content if isinstance(one, Element)]

    @property
    def text(self) -> str:
        """What a reader sees of it, white space collapsed; parts on lines of their own are kept apart."""
        if self._text is None:
            pieces = self.content
            if len(pieces) == 1 and isinstance(pieces[0], str):  # most elements that have text of their own
                self._text = " ".join(pieces[0].split())
            else:
                self._text = " ".join("".join(self._pieces()).split())
        return self._text

    @property
    def own_text(self) -> str:
        """The text that stands directly in it."""
        return " ".join(" ".join(one for one in self.content if isinstance(one, str)).split())

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple((self.attributes.get("class") or "").split())

    @property
    def path(self) -> str:
        """The absolute XPath, every step numbered among its siblings of the same name."""
        steps = []
        element: Element | None = self
        while element is not None:
            steps.append(f"{element.tag}[{element._index()}]")
            element = element.parent
        return "/" + "/".join(reversed(steps))

    def ancestors(self) -> Iterator["Element"]:
        """From the parent to the root."""
        element = self.parent
        while element is not None:
            yield element
            element = element.parent

    def descendants(self) -> Iterator["Element"]:
        """Every element below, in document order."""
        waiting = self.children[::-1]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(element.children[::-1])

    def _index(self) -> int:
        if self.parent is None:
            return 1
        if not self._place:
            counted: dict[str, int] = {}
            for one in self.parent.children:
                one._place = counted[one.tag] = counted.get(one.tag, 0) + 1
        return self._place

    def _pieces(self) -> Iterator[str]:
        waiting: list[Element | str] = [self]
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                yield one
            elif one is self or not (one.is_hidden or one.tag in SILENT):
                apart = one.tag in LINES
                if apart:
                    yield " "
                    waiting.append(" ")
                waiting.extend(reversed(one.content))


class Outline:
    """The elements of one page in document order; the first is `html`."""

    __slots__ = ("_by_node", "elements", "is_truncated")

    def __init__(self, tree: Any) -> None:
        self.elements: list[Element] = []
        self.is_truncated = False
        if tree.root is not None:
            self._read(tree.root)
            self._uncover()
        self._by_node: dict[int, Element] = {}

    @property
    def root(self) -> Element | None:
        return self.elements[0] if self.elements else None

    def of(self, node: Any) -> Element | None:
        """The element that a node of the page's tree became."""
        if not self._by_node:
            self._by_node = {element.node.mem_id: element for element in self.elements}
        return self._by_node.get(node.mem_id)

    def _uncover(self) -> None:
        """A page saved behind a dialog hides the rest from screen readers only: there that is no hiding."""
        if 2 * sum(element.is_hidden for element in self.elements) <= len(self.elements):
            return
        for element in self.elements:
            attributes = element.attributes
            if attributes.get("aria-hidden") == "true":
                attributes = {name: value for name, value in attributes.items() if name != "aria-hidden"}
            above = element.parent is not None and element.parent.is_hidden
            element.is_hidden = above or (element.tag != "body" and hides(element.tag, attributes))

    def _read(self, root: Any) -> None:
        above = Element(root.tag, root, None, 0)
        self.elements.append(above)
        path: list[tuple[Any, Element]] = []
        node = root.first_child
        path.append((root, above))
        while node is not None:
            tag = node.tag
            child = None
            if tag == "-text":
                path[-1][1].content.append(node.text_content or "")
            elif tag and tag[0] not in "-!":
                if len(self.elements) >= MOST_ELEMENTS:
                    self.is_truncated = True
                    return
                element = Element(tag, node, path[-1][1], len(self.elements))
                self.elements.append(element)
                path[-1][1].content.append(element)
                child = node.first_child
                if child is not None:
                    path.append((node, element))
                    node = child
                    continue
            following = node.next
            while following is None and len(path) > 1:
                node, _ = path.pop()
                following = node.next
            node = following


def hides(tag: str, attributes: dict[str, str | None]) -> bool:
    """Says whether an element with these attributes is not shown, nor what stands in it."""
    if not attributes:
        return tag == "noscript"
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or ("style" in attributes and _HIDING.search(attributes["style"] or "") is not None)
        or tag == "noscript"
    )
