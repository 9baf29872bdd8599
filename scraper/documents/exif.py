"""Reads the few entries of Exif that tell something to readers."""

import struct
from typing import NamedTuple

MOST_ENTRIES = 200
LONGEST = 500  # bytes of one value
_DESCRIPTION, _ARTIST, _CHANGED, _FURTHER, _TAKEN = 0x010E, 0x013B, 0x0132, 0x8769, 0x9003
_TEXT = 2


class Exif(NamedTuple):
    """What a camera or a person noted."""

    description: str = ""
    artist: str = ""
    day: str = ""  # ISO


def exif_of(head: bytes) -> Exif:
    """Out of the first bytes of a picture; broken notes are none."""
    at = head.find(b"Exif\0\0")
    if at < 0:
        return Exif()
    try:
        found = _entries(head[at + 6 :])
    except struct.error:
        return Exif()
    moment = found.get(_TAKEN) or found.get(_CHANGED) or ""
    day = moment[:10].replace(":", "-")
    is_day = len(day) == 10 and day.replace("-", "").isdigit() and day > "1800"
    return Exif(found.get(_DESCRIPTION, ""), found.get(_ARTIST, ""), day if is_day else "")


def _entries(block: bytes) -> dict[int, str]:
    order = {b"II": "<", b"MM": ">"}.get(block[:2], "")
    if not order:
        return {}
    first = struct.unpack(f"{order}I", block[4:8])[0]
    found, further = _table(block, order, first)
    if further:
        found |= _table(block, order, further)[0]
    return found


def _table(block: bytes, order: str, at: int) -> tuple[dict[int, str], int]:
    """The texts of one directory, and where the next one of interest begins."""
    found: dict[int, str] = {}
    further = 0
    count = min(struct.unpack(f"{order}H", block[at : at + 2])[0], MOST_ENTRIES)
    for place in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, size, value = struct.unpack(f"{order}HHII", block[place : place + 12])
        if tag == _FURTHER:
            further = value
        elif kind == _TEXT and tag in (_DESCRIPTION, _ARTIST, _CHANGED, _TAKEN):
            start = value if size > 4 else place + 8
            text = block[start : start + min(size, LONGEST)].split(b"\0")[0].decode("utf-8", "replace")
            found[tag] = " ".join(text.split())
    return found, further
