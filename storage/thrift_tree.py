"""Structs of Thrift's compact protocol with the types of their fields, to be written as they were."""

import struct
from dataclasses import dataclass, field
from typing import Any

from storage.thrift import BINARY, BYTE, DOUBLE, FALSE, INTEGERS, LIST, SET, STRUCT, TRUE, ThriftError

I32, I64 = 5, 6
_LONG_FORM = 15


@dataclass(slots=True)
class Struct:
    """Field number -> kind and value, in the order of the bytes."""

    fields: dict[int, tuple[int, Any]] = field(default_factory=dict)

    def __getitem__(self, number: int) -> Any:
        return self.fields[number][1]

    def change(self, number: int, value: Any) -> None:
        """Another value of the same kind."""
        self.fields[number] = (self.fields[number][0], value)


@dataclass(slots=True)
class Items:
    """A list, or a set, of one kind of value."""

    kind: int
    values: list[Any]


def read_struct(data: bytes) -> Struct:
    """The struct that these bytes begin with."""
    try:
        return _Reader(data).struct()
    except (IndexError, struct.error) as error:
        raise ThriftError("the bytes end inside a struct") from error


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self) -> Struct:
        found = Struct()
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._zigzag()
            found.fields[number] = (head & 15, self._value(head & 15))
        return found

    def _value(self, kind: int) -> Any:
        if kind in (TRUE, FALSE):
            return None  # the kind says it
        if kind in INTEGERS:
            return self._zigzag()
        if kind == BYTE:
            return self._byte()
        if kind == DOUBLE:
            return self._take(8)
        if kind == BINARY:
            return self._take(self._varint())
        if kind in (LIST, SET):
            head = self._byte()
            count = head >> 4 if head >> 4 != _LONG_FORM else self._varint()
            item = BYTE if head & 15 in (TRUE, FALSE) else head & 15
            return Items(head & 15, [self._value(item) for _ in range(count)])
        if kind == STRUCT:
            return self.struct()
        raise ThriftError(f"type {kind} is not used by Parquet")

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _take(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at]

    def _varint(self) -> int:
        shift = result = 0
        while (byte := self._byte()) & 0x80:
            result |= (byte & 0x7F) << shift
            shift += 7
        return result | byte << shift

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)


def struct_bytes(tree: Struct) -> bytes:
    """The struct as bytes."""
    parts: list[bytes] = []
    last = 0
    for number, (kind, value) in tree.fields.items():
        near = 0 < number - last < 16
        parts.append(bytes([(number - last) << 4 | kind]) if near else bytes([kind]) + varint(2 * number))
        parts.append(_value_bytes(kind, value))
        last = number
    return b"".join([*parts, b"\0"])


def _value_bytes(kind: int, value: Any) -> bytes:
    if kind in (TRUE, FALSE):
        return b""
    if kind in INTEGERS:
        return varint(zigzag(value))
    if kind == BYTE:
        return bytes([value])
    if kind == DOUBLE:
        return bytes(value)
    if kind == BINARY:
        return varint(len(value)) + bytes(value)
    if kind in (LIST, SET):
        count = len(value.values)
        item = BYTE if value.kind in (TRUE, FALSE) else value.kind
        short = count < _LONG_FORM
        head = bytes([count << 4 | value.kind]) if short else bytes([0xF0 | value.kind]) + varint(count)
        return head + b"".join([_value_bytes(item, each) for each in value.values])
    return struct_bytes(value)


def zigzag(value: int) -> int:
    """A number whose sign is its last bit."""
    return value << 1 if value >= 0 else ~(value << 1)


def varint(value: int) -> bytes:
    """Seven bits to a byte, the low ones first; those of a page's header are written without a loop."""
    if value < 1 << 7:
        return bytes((value,))
    if value < 1 << 14:
        return bytes((value & 0x7F | 0x80, value >> 7))
    if value < 1 << 21:
        return bytes((value & 0x7F | 0x80, value >> 7 & 0x7F | 0x80, value >> 14))
    return bytes((value & 0x7F | 0x80, value >> 7 & 0x7F | 0x80, value >> 14 & 0x7F | 0x80)) + varint(
        value >> 21
    )
