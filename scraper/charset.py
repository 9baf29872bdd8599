"""Bytes to text: which encoding a body is in, decided the way browsers decide, and never an exception."""

import re
from functools import lru_cache

from scraper.charset_guess import guessed
from scraper.charset_labels import CODECS, encoding_named
from scraper.charset_meta import declared_in

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32le"),
    (b"\x00\x00\xfe\xff", "utf-32be"),
    (b"\xff\xfe", "utf-16le"),
    (b"\xfe\xff", "utf-16be"),
)
# where the zeros stand among four bytes of ASCII text
_WIDE_BY_ZEROS = {"x000": "utf-32le", "000x": "utf-32be", "x0x0": "utf-16le", "0x0x": "utf-16be"}
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """The encoding's standard name and the text; what cannot be read becomes U+FFFD."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return encoding, _read(body[len(mark) :], encoding)
    declared = _in_header(content_type)
    if declared:
        return _read_as_declared(body, declared)
    wide = _unmarked_wide(body)
    if wide:
        return wide, _read(body, wide)
    declared = declared_in(body)
    if declared:
        return _read_as_declared(body, declared)
    return _read_as_guessed(body)


def _read(body: bytes, encoding: str) -> str:
    return body.decode(CODECS[encoding], "replace")


@lru_cache(64)  # a site says the same of all its pages
def _in_header(content_type: str) -> str:
    match = _HEADER_CHARSET.search(content_type)
    return encoding_named(match[1]) if match else ""


def _read_as_declared(body: bytes, declared: str) -> tuple[str, str]:
    if declared != "utf-8":
        return declared, _read(body, declared)
    text = body.decode("utf-8", "replace")
    if "\ufffd" in text and not _is_mostly_utf8(text):
        return _read_as_guessed(body)
    return declared, text


def _read_as_guessed(body: bytes) -> tuple[str, str]:
    encoding = guessed(body)
    return encoding, _read(body, encoding)


def _is_mostly_utf8(text: str) -> bool:
    """Whether the text's characters beyond ASCII came out whole more often than not."""
    broken = text.count("\ufffd")
    beyond = sum(1 for character in text if character > "\x7f")
    return beyond - broken > broken or broken == 1


def _unmarked_wide(body: bytes) -> str:
    """UTF-16 or UTF-32 without a mark, told by where the zeros of its ASCII characters stand."""
    head = body[:64]
    if b"\x00" not in head or len(head) < 4:
        return ""
    shares = (head[at::4].count(0) / len(head[at::4]) for at in range(4))
    zeros = "".join("0" if share > 0.6 else "x" if share < 0.2 else "?" for share in shares)
    return _WIDE_BY_ZEROS.get(zeros, "")
