"""Reads Thrift's compact protocol, in which Parquet writes its footers, indexes and page headers."""

import struct

Value = bool | int | float | bytes | list["Value"] | dict[int, "Value"]

TRUE, FALSE, BYTE, DOUBLE, BINARY, LIST, SET, STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
INTEGERS = (4, 5, 6)


class ThriftError(ValueError):
    """Bytes that are no compact Thrift."""


class CompactReader:
    """A cursor over one buffer; structs come back as field number -> value."""

    def __init__(self, data: bytes | memoryview, position: int = 0) -> None:
        self._data = data
        self.position = position

    def struct(self) -> dict[int, Value]:
        fields: dict[int, Value] = {}
        number = 0
        try:
            while head := self._byte():
                number = number + (head >> 4) if head >> 4 else self._zigzag()
                fields[number] = self._value(head & 15)
        except (IndexError, struct.error) as error:
            raise ThriftError("the bytes end inside a struct") from error
        return fields

    def _value(self, kind: int) -> Value:
        if kind in INTEGERS:
            return self._zigzag()
        if kind in (TRUE, FALSE):
            return kind == TRUE
        if kind == BINARY:
            return self._take(self._varint())
        if kind == STRUCT:
            return self.struct()
        if kind in (LIST, SET):
            return self._list()
        if kind == BYTE:
            return self._byte()
        if kind == DOUBLE:
            return float(struct.unpack("<d", self._take(8))[0])
        raise ThriftError(f"type {kind} is not used by Parquet")

    def _list(self) -> list[Value]:
        head = self._byte()
        count = head >> 4 if head >> 4 != 15 else self._varint()
        kind = head & 15
        if kind in (TRUE, FALSE):
            return [self._byte() == TRUE for _ in range(count)]
        return [self._value(kind) for _ in range(count)]

    def _byte(self) -> int:
        value = self._data[self.position]
        self.position += 1
        return value

    def _varint(self) -> int:
        data, position, shift, result = self._data, self.position, 0, 0
        while (byte := data[position]) & 0x80:
            result |= (byte & 0x7F) << shift
            shift += 7
            position += 1
        self.position = position + 1
        return result | byte << shift

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def _take(self, count: int) -> bytes:
        taken = bytes(self._data[self.position : self.position + count])
        if len(taken) < count:
            raise ThriftError("the bytes end inside a value")
        self.position += count
        return taken
