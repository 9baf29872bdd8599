"""The charset that a document declares inside itself, as the HTML standard's prescan finds it."""

import re
from collections.abc import Iterator

from scraper.charset_labels import encoding_named

# The standard reads 1,024 bytes, and starts over when the parser meets a later <meta>: the same end.
PRESCAN_BYTES = 16_384
_TAG = re.compile(rb"<(/?[A-Za-z][^\t\n\f\r />]*)")
_ATTRIBUTE = re.compile(
    rb"""[\t\n\f\r /]*([^\t\n\f\r />][^\t\n\f\r />=]*)"""
    rb"""(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r >"'][^\t\n\f\r >]*)))?"""
)
_IN_CONTENT = re.compile(
    rb"""charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r ;"']+))""", re.IGNORECASE
)
_XML = re.compile(rb"""<\?xml[^>]{1,200}?encoding[\t\n\r ]*=[\t\n\r ]*["']([A-Za-z0-9._:-]{1,40})["']""")


def declared_in(body: bytes) -> str:
    """The encoding that the document names, by its standard name; empty when it names none that exists."""
    head = body[:PRESCAN_BYTES]
    if b"charset" in head.lower():
        for name, attributes in _tags(head):
            encoding = _of_meta(attributes) if name == b"meta" else ""
            if encoding:
                return encoding
    xml = _XML.match(head)
    return _usable(xml[1]) if xml else ""


def _usable(label: bytes) -> str:
    encoding = encoding_named(label.decode("latin-1"))
    # These bytes were readable as ASCII, so they are neither: HTML 13.2.3.2 step 14.
    return "utf-8" if encoding.startswith(("utf-16", "utf-32")) else encoding


def _tags(head: bytes) -> Iterator[tuple[bytes, dict[bytes, bytes]]]:
    at = 0
    while (at := head.find(b"<", at)) >= 0:
        if tag := _TAG.match(head, at):
            name = tag[1].lower()
            if name == b"body" and at > 1024:
                return
            attributes, at = _attributes(head, tag.end())
            yield name, attributes
        elif head.startswith(b"<!--", at):
            at = head.find(b"-->", at + 2)
        elif head.startswith((b"<!", b"</", b"<?"), at):
            at = head.find(b">", at)
        else:
            at += 1
        if at < 0:
            return


def _attributes(head: bytes, at: int) -> tuple[dict[bytes, bytes], int]:
    found: dict[bytes, bytes] = {}
    while match := _ATTRIBUTE.match(head, at):
        found.setdefault(match[1].lower(), match[2] or match[3] or match[4] or b"")
        at = match.end()
    return found, at


def _of_meta(attributes: dict[bytes, bytes]) -> str:
    if b"charset" in attributes:
        return _usable(attributes[b"charset"])
    if attributes.get(b"http-equiv", b"").lower() != b"content-type":
        return ""
    match = _IN_CONTENT.search(attributes.get(b"content", b""))
    return _usable(match[1] or match[2] or match[3] or b"") if match else ""
