"""Matches addresses against the URL patterns of a job.

A pattern is a text in which `*` stands for any characters, also none and also slashes; everything else, `?`
included, stands for itself, because a question mark in a URL begins the query. It covers the whole of
- the path, when it begins with a slash: `/catalogue/*`
- the URL, when it names a scheme or begins with a star: `https://shop.example/*`, `*.pdf`
- the URL without its scheme otherwise: `shop.example/help/*`
and is tried with the query and without it, so that `*.pdf` also covers `/a.pdf?download`.

There are no regular expressions: no pattern may be able to take exponential time. Matching
looks for the pieces between the stars from left to right.
"""

from dataclasses import dataclass
from typing import Self
from urllib.parse import quote

from storage.address import Address


class BadPattern(ValueError):
    """A pattern that cannot be meant; the message is a sentence for the author of the job."""


@dataclass(frozen=True, slots=True)
class Pattern:
    text: str
    pieces: tuple[str, ...]
    subject: str  # path, url or place

    @classmethod
    def of(cls, text: str) -> Self:
        stripped = text.strip()
        if not stripped:
            raise BadPattern("an empty pattern matches nothing")
        if stripped.startswith(("re:", "regex:", "^")):
            raise BadPattern(
                f"{text!r} looks like a regular expression; patterns know only * (any characters)"
            )
        subject = _subject(stripped)
        # Addresses are ASCII: what a person writes as a letter stands in them percent-encoded.
        encoded = quote(stripped, safe="".join(map(chr, range(0x21, 0x7F))))
        return cls(text, tuple(_host_lowered(encoded, subject).split("*")), subject)

    def matches(self, address: Address) -> bool:
        text = address.fetch
        if self.subject != "url":
            start = len(address.scheme) + 3
            text = text[text.index("/", start) if self.subject == "path" else start :]
        return _covers(self.pieces, text) or ("?" in text and _covers(self.pieces, text.partition("?")[0]))


def _subject(text: str) -> str:
    if text.startswith("/"):
        return "path"
    return "url" if text.startswith("*") or "://" in text else "place"


def _host_lowered(text: str, subject: str) -> str:
    if subject == "path" or text.startswith("*"):
        return text
    start = text.find("://") + 3 if subject == "url" else 0
    end = text.find("/", start)
    end = len(text) if end < 0 else end
    return text[:end].lower() + text[end:]


def _covers(pieces: tuple[str, ...], text: str) -> bool:
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return text == first
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in pieces[1:-1]:
        at = text.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True
