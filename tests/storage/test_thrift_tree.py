"""Structs come back as the bytes that they were read from, whatever is in them."""

import struct
from pathlib import Path

import pytest

from storage.segment import write_segment
from storage.thrift import CompactReader, ThriftError
from storage.thrift_tree import read_struct, struct_bytes, varint, zigzag

from .rows import page


@pytest.mark.parametrize(
    "data",
    [
        b"\x00",
        b"\x15\x01\x00",
        b"\x16\xac\x02\x00",
        b"\x05\xc8\x01\x02\x00",
        b"\x11\x12\x00",
        b"\x18\x03abc\x00",
        b"\x1c\x15\x02\x00\x15\x04\x00",
        b"\x19\x25\x02\x04\x00",
        b"\x19\x21\x01\x02\x00",
        b"\x19\xf5\x10" + b"\x02" * 16 + b"\x00",
        b"\x17\x00\x00\x00\x00\x00\x00\xf8\x3f\x00",
        b"\x13\x07\x00",
    ],
)
def test_a_struct_is_written_as_it_was_read(data: bytes) -> None:
    assert struct_bytes(read_struct(data)) == data


def test_a_footer_is_written_as_it_was_read(tmp_path: Path) -> None:
    write_segment(tmp_path / "p.parquet", "pages", [page(n) for n in range(20)])
    data = (tmp_path / "p.parquet").read_bytes()
    (length,) = struct.unpack("<I", data[-8:-4])
    assert struct_bytes(read_struct(data[-8 - length : -8])) == data[-8 - length : -8]


@pytest.mark.parametrize("number", [0, 1, -1, 63, 64, -64, 8191, 8192, 1 << 20, 1 << 27, 1 << 40, -(1 << 31)])
def test_numbers_of_every_length_are_read_back(number: int) -> None:
    assert CompactReader(b"\x16" + varint(zigzag(number)) + b"\0").struct() == {1: number}


@pytest.mark.parametrize("data", [b"", b"\x15", b"\x18\x05ab\x00", b"\x1b\x00"])
def test_bytes_that_are_no_struct_are_refused(data: bytes) -> None:
    with pytest.raises(ThriftError):
        read_struct(data)
