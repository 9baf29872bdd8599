"""The shape of a URL: its path with what varies from page to page left open."""

import re
from urllib.parse import urlsplit

MOST_SEGMENTS = 8  # deeper ones are open as a whole

_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?")
_WORD = re.compile(r"[a-z]{2,20}(?:[-_][a-z]{2,20})?")
_ENDING = re.compile(r"\.[a-z]{2,5}\d?$")


def shape_of(url: str) -> str:
    """`/catalogue/*/index.html`: the last segment and all that is no plain word are open.

    Queries say little about the kind of a page; the look of the page tells the rest apart.
    """
    segments = urlsplit(url).path.lower().strip("/").split("/")
    if segments == [""]:
        return "/"
    if re.fullmatch(r"(?:index|default)\.[a-z]{2,5}", segments[-1]):
        *before, last = segments
    else:
        before, last = segments[:-1], "*" + _ending(segments[-1])
    kept = [_open(segment) for segment in before[:MOST_SEGMENTS]]
    return "/" + "/".join([*kept, last])


def _open(segment: str) -> str:
    if _WORD.fullmatch(segment) and not _LANGUAGE.fullmatch(segment):
        return segment
    return "*"


def _ending(segment: str) -> str:
    match = _ENDING.search(segment)
    return match[0] if match else ""
