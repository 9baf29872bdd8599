"""Reads one document by what it is; what reads one kind is loaded with the first document of it."""

from typing import Final
from urllib.parse import unquote, urlsplit

from scraper.charset import decode
from scraper.documents.reading import LONGEST_TITLE, Reading, Room, shortened
from scraper.sniff import Family, family_of

_TABLES: Final = frozenset({"text/csv", "application/csv", "text/tab-separated-values"})
_MARKDOWN: Final = frozenset({"text/markdown", "text/x-markdown"})
# What servers often call plain text, by the end of its name.
_BY_NAME: Final = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    "llms.txt": "text/markdown",
    ".json": "application/json",
    ".jsonl": "application/json",
    ".ndjson": "application/json",
    ".geojson": "application/json",
}
_READ: Final = frozenset({Family.XML, Family.JSON, Family.TEXT, Family.PDF, Family.IMAGE})


def is_readable(media_type: str) -> bool:
    """Whether there may be text in bodies of this type, pages and documents alike."""
    family = family_of(media_type)
    return family is Family.HTML or (family in _READ and family is not Family.IMAGE)


def may_have_records(media_type: str) -> bool:
    """Whether records may be selected in bodies of this type."""
    return is_readable(media_type) and family_of(media_type) is not Family.PDF


def is_document(media_type: str) -> bool:
    """Whether something is read in bodies of this type, if they are no HTML."""
    return family_of(media_type) in _READ


def read_document(
    url: str, body: bytes, types: tuple[str, str], room: Room, *, reads_text: bool = True
) -> Reading:
    """What it says; `types` are what its bytes look like and the value of its header.

    What has no title goes by the name of its file.
    """
    read = _read(url, body, types, room, reads_text=reads_text)
    return read if read.title else read._replace(title=shortened(_name(url), LONGEST_TITLE))


def _read(url: str, body: bytes, types: tuple[str, str], room: Room, *, reads_text: bool) -> Reading:
    media_type, content_type = types
    family = family_of(media_type)
    if family is Family.PDF:
        from scraper.documents.pdf import read_pdf  # noqa: PLC0415 - a library of 8 MB

        return read_pdf(body, room, reads_text=reads_text)
    if family is Family.IMAGE:
        from scraper.documents.picture import read_picture  # noqa: PLC0415

        return read_picture(body, media_type)
    charset, text = decode(body, content_type)
    media_type = named_type(url, media_type)
    return _read_text(text, media_type, room)._replace(charset=charset)


def _read_text(text: str, media_type: str, room: Room) -> Reading:
    if media_type in _TABLES:
        from scraper.documents.table import read_table  # noqa: PLC0415

        return read_table(text, media_type, room)
    family = family_of(media_type)
    if family is Family.JSON:
        from scraper.documents.json_document import read_json  # noqa: PLC0415

        return read_json(text, room)
    if family is Family.XML:
        from scraper.documents.xml_document import read_xml_document  # noqa: PLC0415

        return read_xml_document(text, room)
    from scraper.documents.plain import read_markdown, read_text  # noqa: PLC0415

    return read_markdown(text, room) if media_type in _MARKDOWN else read_text(text, room)


def named_type(url: str, media_type: str) -> str:
    """What a text really is, where its server calls it plain and its name says more."""
    if media_type != "text/plain":
        return media_type
    path = _path(url).lower()
    return next((better for end, better in _BY_NAME.items() if path.endswith(end)), media_type)


def _name(url: str) -> str:
    return unquote(_path(url).rpartition("/")[2], errors="replace")


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
