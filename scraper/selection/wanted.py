"""What a job wants read from pages: records and their fields."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgpack


class Kind(StrEnum):
    """What the value of a field is."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"
    URL = "url"
    IMAGE = "image"
    EMAIL = "email"
    PHONE = "phone"
    BOOLEAN = "boolean"
    ENUM = "enum"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record."""

    name: str
    kind: Kind
    many: bool = False  # a list of such values
    hint: str = ""
    pattern: str = ""  # a regular expression that the whole value matches
    values: tuple[str, ...] = ()  # of an enum
    required: bool = False  # a record without it is none


@dataclass(frozen=True, slots=True)
class Wanted:
    """One kind of record that pages may hold."""

    record: str
    fields: tuple[Field, ...]
    match: tuple[str, ...] = ()  # URL patterns; without any, each page decides for itself
    many: bool = False  # a page may hold several

    @property
    def digest(self) -> bytes:
        """Equal for wishes that are equal: what was learned for one serves the other."""
        return hashlib.blake2b(msgpack.packb(order_of(self)), digest_size=8).digest()


def order_of(wanted: Wanted) -> tuple[Any, ...]:
    """A wish as it travels to a worker."""
    fields = [
        (one.name, str(one.kind), one.many, one.hint, one.pattern, one.values, one.required)
        for one in wanted.fields
    ]
    return (wanted.record, fields, wanted.match, wanted.many)


def wanted_from(order: tuple[Any, ...]) -> Wanted:
    """A wish that arrived."""
    record, fields, match, many = order
    return Wanted(
        record,
        tuple(
            Field(name, Kind(kind), lists, hint, pattern, tuple(values), required)
            for name, kind, lists, hint, pattern, values, required in fields
        ),
        tuple(match),
        many,
    )
