"""What was learned about a host's pages: rows as they are kept, and the packed form that workers get."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import msgpack

from scraper.selection.wanted import Field

ROWS = "*"  # in place of a field: the nodes of a list that are one record each


class State(StrEnum):
    """How far a set of selectors may be trusted."""

    PROBATION = "probation"  # too few pages have agreed
    PROMOTED = "promoted"  # in use
    RETIRED = "retired"  # was in use, and is kept for a return
    PINNED = "pinned"  # fixed by the user: used whatever was learned


@dataclass(frozen=True, slots=True)
class LearnedTemplate:
    """One kind of page of a host. A row is replaced by a later one of the same `id`."""

    id: str  # 12 hexadecimal digits, never given twice
    host: str
    shape: str  # of its pages' URLs
    sketch: bytes  # of its most typical page
    pages: int  # that were assigned to it
    body: str  # JSON: other shapes, sample sketches, the templates it took in


@dataclass(frozen=True, slots=True)
class LearnedField:
    """One version of a field's selectors; unique is all of it before `state`."""

    host: str
    template: str  # the `id` of a template; empty: every page of the host (only pinned ones)
    record: str
    field: str  # or ROWS
    schema: bytes  # digest of the field's wish; empty: whatever is wished (only pinned ones)
    version: int
    state: State
    body: str  # JSON: selectors in the order of trial with their counts, health, reasons in words


class KnownTemplate(NamedTuple):
    """What a worker needs to tell whether a page is of a template."""

    id: str
    shapes: tuple[str, ...]
    sketch: bytes


class KnownField(NamedTuple):
    """The selectors of one field, each as one line of text, best first."""

    template: str  # empty: every page of the host
    record: str
    field: str
    schema: bytes
    pinned: tuple[str, ...] = ()
    promoted: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()  # of the version before, while the new one is on trial
    probation: tuple[str, ...] = ()  # to be compared with what is found on the page; no value comes of them
    lent: tuple[str, ...] = ()  # lasting selectors of other templates, which only make suggestions
    is_sought: bool = False  # the selectors are in doubt: the built-in engine looks, too
    is_learning: bool = True  # new selectors are wanted of what is found
    is_watched: bool = False  # what the selectors miss is looked into, to learn of it and not to believe it


class Knowledge(NamedTuple):
    """All that a worker knows about one host."""

    host: str
    version: int
    templates: tuple[KnownTemplate, ...] = ()
    fields: tuple[KnownField, ...] = ()


def digest_of(field: Field) -> bytes:
    """Equal while what was learned of a field still serves it."""
    wish = (str(field.kind), field.many, field.hint, field.pattern, field.values)
    return hashlib.blake2b(msgpack.packb(wish), digest_size=8).digest()


def packed_knowledge(knowledge: Knowledge) -> bytes:
    """As it travels to a worker."""
    packed: bytes = msgpack.packb(tuple(knowledge))
    return packed


def knowledge_from(packed: bytes) -> Knowledge:
    """As it arrives there."""
    host, version, templates, fields = msgpack.unpackb(packed, use_list=False)
    return Knowledge(host, version, _each(KnownTemplate, templates), _each(KnownField, fields))


def _each(kind: Any, rows: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(kind._make(row) for row in rows)
