import pytest

from storage.thrift import CompactReader, ThriftError


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x00", {}),
        (b"\x15\x02\x00", {1: 1}),
        (b"\x15\x01\x00", {1: -1}),
        (b"\x16\xac\x02\x00", {1: 150}),
        (b"\x15\x02\x15\x04\x00", {1: 1, 2: 2}),
        (b"\x05\xc8\x01\x02\x00", {100: 1}),
        (b"\x11\x12\x00", {1: True, 2: False}),
        (b"\x18\x03abc\x00", {1: b"abc"}),
        (b"\x1c\x15\x02\x00\x15\x04\x00", {1: {1: 1}, 2: 2}),
        (b"\x19\x25\x02\x04\x00", {1: [1, 2]}),
        (b"\x19\x21\x01\x02\x00", {1: [True, False]}),
        (b"\x19\xf5\x10" + b"\x02" * 16 + b"\x00", {1: [1] * 16}),
        (b"\x17\x00\x00\x00\x00\x00\x00\xf8\x3f\x00", {1: 1.5}),
        (b"\x13\x07\x00", {1: 7}),
    ],
)
def test_a_struct_reads_as_field_numbers_and_values(data: bytes, expected: dict[int, object]) -> None:
    reader = CompactReader(data)
    assert reader.struct() == expected
    assert reader.position == len(data)


@pytest.mark.parametrize("data", [b"", b"\x15", b"\x15\x80", b"\x18\x05ab", b"\x1b\x00", b"\x17\x00"])
def test_bytes_that_are_no_struct_are_refused(data: bytes) -> None:
    with pytest.raises(ThriftError):
        CompactReader(data).struct()
