"""Reads XML into a small tree: no declared entities, nothing from outside, bounded depth and size."""

from collections.abc import Iterator
from html import unescape
from typing import Final
from xml.parsers import expat

MOST_ELEMENTS: Final = 100_000
DEEPEST: Final = 500
MOST_TEXT: Final = 16_000_000  # characters, entities of the parser's own counted as they are


class Element:
    """One element, named without its prefix, in lower case; text and children in their order."""

    __slots__ = ("attributes", "content", "name", "space")

    def __init__(self, name: str, space: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.space = space  # the namespace, or nothing
        self.attributes = attributes
        self.content: list[str | Element] = []

    def children(self, *names: str) -> Iterator["Element"]:
        """Those right below it; without names all."""
        for one in self.content:
            if isinstance(one, Element) and (not names or one.name in names):
                yield one

    def child(self, *names: str) -> "Element | None":
        """The first child of the first name that there is."""
        for name in names:
            for one in self.children(name):
                return one
        return None

    def walk(self) -> Iterator["Element"]:
        """Itself and all below, in their order."""
        yield self
        for child in self.children():
            yield from child.walk()

    @property
    def own_text(self) -> str:
        return "".join(one for one in self.content if isinstance(one, str))

    @property
    def text(self) -> str:
        """Everything that stands in it, as one line."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        """Elements that stand among words are parts of these, others stand apart."""
        apart = "" if self.own_text.strip() else " "
        for one in self.content:
            if isinstance(one, str):
                yield one
            else:
                yield from one._pieces()
                yield apart


class _Stopped(Exception):
    """The rest is not read; says why."""


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._elements = 0
        self._characters = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise _Stopped("text_cut")
        if len(self._open) >= DEEPEST:
            raise _Stopped("too_deep")
        space, _, local = name.rpartition(" ")
        named = {key.rpartition(" ")[2].lower(): value for key, value in attributes.items()}
        element = Element(local.lower(), space, named)
        if self._open:
            self._open[-1].content.append(element)
        elif self.root is None:
            self.root = element
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > MOST_TEXT:
            raise _Stopped("text_cut")
        if self._open:
            self._open[-1].content.append(text)

    def skipped(self, name: str, is_parameter: bool) -> None:
        """One that HTML knows, or nobody."""
        if not is_parameter:
            self.data(unescape(f"&{name};"))

    def declared(self, _name: str, _is_parameter: bool, value: str | None, *_: object) -> None:
        if value is not None:
            raise _Stopped("entities")


def read_xml(text: str) -> tuple[Element | None, str]:
    """The root as far as it could be read, and a reason: ok, damaged, entities, too_deep, text_cut."""
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.UseForeignDTD(True)  # names of entities that nobody declared are skipped, not wrong
    parser.ExternalEntityRefHandler = _nothing
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.SkippedEntityHandler = builder.skipped
    parser.EntityDeclHandler = builder.declared
    try:
        parser.Parse(text.lstrip("\ufeff \t\r\n"), True)
    except expat.ExpatError:
        return builder.root, "damaged"
    except _Stopped as stopped:
        return builder.root, str(stopped)
    return builder.root, "ok"


def _nothing(*_: object) -> int:
    """What is said to lie elsewhere is read as nothing."""
    return 1
