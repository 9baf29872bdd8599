"""What pictures say of themselves, out of their first bytes."""

import struct

import pytest

from scraper.documents.picture import Size, read_picture, size_of

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x02\0\0\0"
GIF = b"GIF89a" + struct.pack("<HH", 10, 20) + b"\0\0\0"
JPEG = (
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x11\x08"
    + struct.pack(">HH", 480, 641)
    + b"\3\1\x22\0\2\x11\1\3\x11\1"
)
VP8X = b"RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0" + (99).to_bytes(3, "little") + (49).to_bytes(3, "little")
VP8L = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + (99 | 49 << 14).to_bytes(4, "little")
VP8 = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 100, 50)
AVIF = b"\0\0\0\x1cftypavif\0\0\0\0" + b"\0\0\0\x14ispe\0\0\0\0" + struct.pack(">II", 100, 50)
SVG = b'<?xml version="1.0"?><svg xmlns="x" viewBox="0 0 100.4 50"><title>A plan</title></svg>'


@pytest.mark.parametrize(
    ("head", "media_type", "size"),
    [
        (PNG, "image/png", Size(640, 480)),
        (GIF, "image/gif", Size(10, 20)),
        (JPEG, "image/jpeg", Size(641, 480)),
        (VP8X, "image/webp", Size(100, 50)),
        (VP8L, "image/webp", Size(100, 50)),
        (VP8, "image/webp", Size(100, 50)),
        (AVIF, "image/avif", Size(100, 50)),
        (SVG, "image/svg+xml", Size(100, 50)),
        (SVG.replace(b"viewBox", b'width="8px" height="9" x'), "image/svg+xml", Size(8, 9)),
        (b"\x89PNG\r\n\x1a\n", "image/png", None),
        (JPEG[:12] + b"\xff" * 4000, "image/jpeg", None),
        (b"GIF89a", "image/gif", None),
        (b"\0\0\1\0", "image/x-icon", None),
    ],
)
def test_the_first_bytes_tell_the_size(head: bytes, media_type: str, size: Size | None) -> None:
    assert size_of(head, media_type) == size


def _exif() -> bytes:
    text, taken = b"A violin\0", b"2024:05:01 10:00:00\0"
    first = struct.pack("<H", 2)
    first += struct.pack("<HHII", 0x010E, 2, len(text), 38) + struct.pack("<HHII", 0x8769, 4, 1, 50)
    block = (b"II*\0" + struct.pack("<I", 8) + first).ljust(38, b"\0") + text
    further = struct.pack("<H", 1) + struct.pack("<HHII", 0x9003, 2, len(taken), 70)
    return b"Exif\0\0" + (block.ljust(50, b"\0") + further).ljust(70, b"\0") + taken


def test_a_picture_says_what_it_shows_and_when_it_was_taken() -> None:
    reading = read_picture(JPEG + _exif(), "image/jpeg")
    assert reading.published == "2024-05-01"
    assert reading.title == reading.description == "JPEG picture, 641 × 480 pixels: A violin"
    assert (reading.text, reading.reason) == ("", "no_text")


def test_broken_notes_are_none() -> None:
    for end in range(6, len(_exif()), 7):
        assert read_picture(PNG + _exif()[:end], "image/png").reason == "no_text"


def test_a_drawing_says_its_title() -> None:
    assert read_picture(SVG, "image/svg+xml").description == "SVG picture, 100 × 50 pixels: A plan"
