"""Reads addresses: of pages and pictures, of letters, of telephones."""

import re

from scraper.selection.value import Context, Parsed
from storage.address import NotAnAddress, parse

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,24}(?![\w@])")
_PHONE = re.compile(r"(?<![\w.,])(?:\+|00)?\(?\d[\d\s().\-/‒–]{5,22}\d(?![\w])")
# Days, amounts, and ranges of amounts have as many digits.
_NO_PHONE = re.compile(
    r"\d{4}-\d{2}-\d{2}.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d+[.,]\d{2}"
    r"|\d{1,3}(?:[.,]\d{3})+(?:\s.*)?|\d+ [–-] \d+"
)
_URL = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_WIDTH = re.compile(r"([\d.]+)[wx]$")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?)(?:$|[?#&])", re.IGNORECASE)
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15


def parse_url(text: str, context: Context) -> list[Parsed]:
    """The absolute address that a whole attribute means, or those that stand in a text."""
    written = text.strip()
    if not written:
        return []
    if " " not in written and not _URL.match(written):
        absolute = _absolute(written, context)
        return [Parsed(absolute, text.index(written), text.index(written) + len(written))] if absolute else []
    found = []
    for match in _URL.finditer(text):
        shown = match[0].rstrip(".,;:!?)]}")
        if absolute := _absolute(shown, context):
            found.append(Parsed(absolute, match.start(), match.start() + len(shown)))
    return found


def parse_image(text: str, context: Context) -> list[Parsed]:
    """The address of a picture; of a srcset the widest."""
    if "," in text and re.search(r"\s[\d.]+[wx]\s*(?:,|$)", text):
        return _from_set(text, context)
    return [one for one in parse_url(text, context) if not text.startswith("data:")]


def is_picture(url: str) -> bool:
    """Whether an address ends as those of pictures do."""
    return _PICTURE.search(url) is not None


def parse_email(text: str, context: Context) -> list[Parsed]:  # noqa: ARG001 - every reading has one shape
    """Addresses of letters, lower case where they are always the same."""
    return [
        Parsed(match[0].rpartition("@")[0] + "@" + match[0].rpartition("@")[2].lower(), *match.span())
        for match in _EMAIL.finditer(text)
    ]


def parse_phone(text: str, context: Context) -> list[Parsed]:  # noqa: ARG001 - every reading has one shape
    """Telephone numbers as they are written, without surrounding blanks."""
    found = []
    for match in _PHONE.finditer(text):
        digits = sum(map(str.isdigit, match[0]))
        if _FEWEST_DIGITS <= digits <= _MOST_DIGITS and not _NO_PHONE.fullmatch(match[0].strip()):
            found.append(Parsed(match[0], *match.span()))
    return found


def _from_set(text: str, context: Context) -> list[Parsed]:
    best: tuple[float, Parsed] | None = None
    for match in re.finditer(r"(?:^|,\s)\s*(\S+?)\s+([\d.]+)[wx]\s*(?=,|$)", text):
        absolute = _absolute(match[1], context)
        if absolute and (best is None or float(match[2].strip(".") or 0) > best[0]):
            best = (float(match[2].strip(".") or 0), Parsed(absolute, *match.span(1)))
    return [best[1]] if best else []


def _absolute(written: str, context: Context) -> str:
    try:
        address = parse(written, context.base or None)
    except NotAnAddress:
        return ""
    fragment = written.partition("#")[2]
    return f"{address.fetch}#{fragment}" if fragment and " " not in fragment else address.fetch
