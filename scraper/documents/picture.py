"""Reads what a picture says of itself: its kind, its size, when it was taken, what it shows."""

import re
import struct
from typing import NamedTuple

from scraper.documents.exif import exif_of
from scraper.documents.reading import LONGEST_DESCRIPTION, Reading, shortened

HEAD_BYTES = 256 << 10  # all of it stands there
_SVG_SIZE = re.compile(
    r"""<svg\b[^>]{0,4000}?\b(width|height|viewBox)\s*=\s*["']([^"']{1,80})["']""", re.IGNORECASE
)
_SVG_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,500})</title>", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_FRAMES = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})


class Size(NamedTuple):
    width: int
    height: int


def read_picture(body: bytes, media_type: str) -> Reading:
    """A description, and no text."""
    head = body[:HEAD_BYTES]
    size = size_of(head, media_type)
    taken = exif_of(head)
    kind = media_type.partition("/")[2].removeprefix("x-").partition("+")[0].upper()
    shown = f"{kind} picture" + (f", {size.width} × {size.height} pixels" if size else "")
    said = taken.description or (_svg_title(head) if media_type == "image/svg+xml" else "")
    told = shortened(f"{shown}: {said}" if said else shown, LONGEST_DESCRIPTION)
    return Reading("no_text", title=told, author=taken.artist, published=taken.day, description=told)


def size_of(head: bytes, media_type: str) -> Size | None:
    """In pixels, out of the first bytes; None where they do not say."""
    reader = _READERS.get(media_type)
    try:
        return reader(head) if reader else None
    except (struct.error, IndexError, ValueError):
        return None


def _png(head: bytes) -> Size | None:
    return Size(*struct.unpack(">II", head[16:24])) if head[12:16] == b"IHDR" else None


def _gif(head: bytes) -> Size | None:
    return Size(*struct.unpack("<HH", head[6:10]))


def _bmp(head: bytes) -> Size | None:
    width, height = struct.unpack("<ii", head[18:26])
    return Size(abs(width), abs(height))


def _jpeg(head: bytes) -> Size | None:
    at = 2
    while at + 9 < len(head) and head[at] == 0xFF:
        if head[at + 1] in _FRAMES:
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return Size(width, height)
        at += 2 + struct.unpack(">H", head[at + 2 : at + 4])[0]
    return None


def _webp(head: bytes) -> Size | None:
    kind = head[12:16]
    if kind == b"VP8X":
        return Size(1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little"))
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return Size(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return Size(width & 0x3FFF, height & 0x3FFF)
    return None


def _heif(head: bytes) -> Size | None:
    """The largest picture that the boxes name."""
    sizes = [
        Size(*struct.unpack(">II", head[match.end() + 4 : match.end() + 12]))
        for match in re.finditer(b"ispe", head)
    ]
    return max(sizes, key=lambda one: one.width * one.height, default=None)


def _svg(head: bytes) -> Size | None:
    text = head.decode("utf-8", "replace")
    opening = text[text.find("<svg") :].partition(">")[0] + ">"
    found = {
        name: _NUMBER.findall(value)
        for name in ("width", "height", "viewBox")
        for value in re.findall(rf"""\b{name}\s*=\s*["']([^"'%]{{1,80}})["']""", opening)
    }
    if found.get("width") and found.get("height"):
        return Size(round(float(found["width"][0])), round(float(found["height"][0])))
    box = found.get("viewBox", [])
    return Size(round(float(box[2])), round(float(box[3]))) if len(box) == 4 else None


def _svg_title(head: bytes) -> str:
    match = _SVG_TITLE.search(head.decode("utf-8", "replace"))
    return " ".join(match[1].split()) if match else ""


_READERS = {
    "image/png": _png,
    "image/gif": _gif,
    "image/bmp": _bmp,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
    "image/avif": _heif,
    "image/heic": _heif,
    "image/heif": _heif,
    "image/svg+xml": _svg,
}
