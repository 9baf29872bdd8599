"""Makes text of the bytes of a sitemap: unpacks gzip under a cap, finds the encoding."""

import re
import zlib
from typing import Final

MAX_BYTES: Final = 50 * 1024 * 1024  # unpacked, as the protocol says

_GZIP: Final = b"\x1f\x8b"
_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_-]{1,30})["']""")
# Only these: the codecs of Python also hold some that are no encodings of text, and slow ones.
_KNOWN: Final = re.compile(
    r"utf-?8|us-ascii|iso-8859-\d{1,2}|windows-125\d|shift_jis|gb18030|gbk|gb2312|big5|euc-jp|euc-kr|koi8-[ru]"
)
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_UNMARKED: Final = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))


def decoded(body: bytes, max_bytes: int) -> tuple[str, str]:
    """The text as far as it can be had, and a reason: ok, sitemap_malformed, sitemap_too_large."""
    reason = "ok"
    if body.startswith(_GZIP):
        body, reason = _unpacked(body, max_bytes)
    if len(body) > max_bytes:
        body, reason = body[:max_bytes], "sitemap_too_large"
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace"), reason
    for beginning, encoding in _UNMARKED:
        if body.startswith(beginning):
            return body.decode(encoding, "replace"), reason
    return body.decode(_declared(body), "replace"), reason


def _unpacked(body: bytes, max_bytes: int) -> tuple[bytes, str]:
    """All members one after another; one byte past the cap shows that there was more."""
    pieces: list[bytes] = []
    room = max_bytes + 1
    while body.startswith(_GZIP) and room > 0:
        unpacker = zlib.decompressobj(wbits=31)
        try:
            pieces.append(unpacker.decompress(body, room))
        except zlib.error:
            # What came before the broken place is handed out only in small steps.
            pieces.append(_until_broken(body, room))
            return b"".join(pieces), "sitemap_malformed"
        room -= len(pieces[-1])
        if not unpacker.eof and room > 0:
            return b"".join(pieces), "sitemap_malformed"
        body = unpacker.unused_data
    return b"".join(pieces), "ok"


def _until_broken(body: bytes, room: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    pieces: list[bytes] = []
    for start in range(0, len(body), 256):
        try:
            pieces.append(unpacker.decompress(body[start : start + 256], max(room, 1)))
        except zlib.error:
            break
        room -= len(pieces[-1])
        if room <= 0:
            break
    return b"".join(pieces)


def _declared(body: bytes) -> str:
    found = _DECLARED.match(body[:512])
    name = found.group(1).decode().lower() if found else "utf-8"
    if not _KNOWN.fullmatch(name):
        return "utf-8"
    try:
        "".encode(name)
    except LookupError:  # iso-8859-99
        return "utf-8"
    return name
