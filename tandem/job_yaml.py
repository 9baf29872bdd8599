"""YAML text as plain values that remember where they stood."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from tandem.problem import Place, Problem

MAX_BYTES = 1_000_000
_MAX_DEPTH = 32  # a job needs six; the composer recurses once per level
_MAX_REPEATS = 10_000  # values that aliases may add by being written out: the bound on alias bombs
_TAGS = frozenset(f"tag:yaml.org,2002:{tag}" for tag in ("str", "int", "float", "bool", "null", "timestamp"))

# What PyYAML raises for text that is not what its tag says.
_CONSTRUCTION_ERRORS = (ValueError, LookupError, AttributeError)

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Written:
    """A document as values, with the place of every path in it."""

    source: str
    value: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path) -> Place:
        """Where the path stands, or the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(self.source))


def dotted(path: Path) -> str:
    """`scope.include[2]`"""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def read(data: bytes, source: str) -> Written:
    """Everything in the document; what is wrong with its YAML is among the problems."""
    written = Written(source)
    try:
        text = _text(data)
        node = yaml.compose(text, Loader=_ShallowLoader)
    except _UnreadableError as error:
        written.problems.append(Problem(Place(source), "", str(error)))
    except yaml.YAMLError as error:
        written.problems.append(_syntax_problem(error, source))
    else:
        if node is None:
            written.problems.append(
                Problem(Place(source), "", "is empty; `tandem init` writes a job to begin with")
            )
        else:
            written.value = _Reader(written).value(node, ())
    return written


class _UnreadableError(Exception):
    """The bytes are no text that a job could be written in."""


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _UnreadableError(f"has {len(data):,} bytes; a job file has at most {MAX_BYTES:,}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _UnreadableError(f"is not UTF-8 text (byte {error.start:,})") from error


class _ShallowLoader(yaml.SafeLoader):
    """Composes nodes, but not deeper than a job can be."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _UnreadableError(f"is nested deeper than {_MAX_DEPTH} levels")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def _syntax_problem(error: yaml.YAMLError, source: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = Place(source, mark.line + 1, mark.column + 1) if mark else Place(source)
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    if "'\\t'" in str(said):
        return Problem(place, "", "a tab stands here; YAML is indented with spaces")
    context = getattr(error, "context", None)
    return Problem(place, "", f"no valid YAML: {said}" + (f" ({context})" if context else ""))


class _Reader:
    """Walks the nodes of one document."""

    def __init__(self, written: Written) -> None:
        self._written = written
        self._scalars = yaml.SafeLoader("")
        self._around: list[yaml.Node] = []
        self._seen: set[int] = set()
        self._repeats = 0
        self._refused = False

    def value(self, node: yaml.Node, path: Path) -> Any:
        self._written.places.setdefault(path, self._place(node))
        if id(node) in self._seen:
            self._repeats += 1
        self._seen.add(id(node))
        if self._repeats > _MAX_REPEATS or any(node is outer for outer in self._around):
            self._refuse_repeats(node, path)
            return None
        self._around.append(node)
        try:
            return self._read(node, path)
        finally:
            self._around.pop()

    def _refuse_repeats(self, node: yaml.Node, path: Path) -> None:
        if not self._refused:  # said once, not for every value after
            self._complain(node, path, "aliases (*name) repeat too much here; write the values out")
        self._refused = True

    def _read(self, node: yaml.Node, path: Path) -> Any:
        if isinstance(node, yaml.MappingNode):
            return dict(self._items(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        if node.tag not in _TAGS:
            self._complain(node, path, f"the tag {node.tag} means nothing here")
            return None
        try:
            return self._scalars.construct_object(node)
        except _CONSTRUCTION_ERRORS as error:
            said = " ".join(str(error).split())[:100]
            self._complain(node, path, f"cannot be read ({said}); put text in quotes")
            return None

    def _items(self, node: yaml.MappingNode, path: Path) -> Iterator[tuple[str, Any]]:
        seen: dict[str, Place] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, path)
            if key is None:
                continue
            here = (*path, key)
            if key in seen:
                self._complain(key_node, here, f"is written twice, first in line {seen[key].line}")
                continue
            seen[key] = self._written.places[here] = self._place(key_node)
            value = self.value(value_node, here)
            if value is not None:  # a key without a value is a key that was not written
                yield key, value

    def _key(self, node: yaml.Node, path: Path) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._complain(node, path, "a key must be a word")
            return None
        if node.tag == "tag:yaml.org,2002:merge":
            self._complain(node, path, "merging with << is not supported; write the keys out")
            return None
        return str(node.value)

    def _place(self, node: yaml.Node) -> Place:
        return Place(self._written.source, node.start_mark.line + 1, node.start_mark.column + 1)

    def _complain(self, node: yaml.Node, path: Path, message: str) -> None:
        self._written.problems.append(Problem(self._place(node), dotted(path), message))
