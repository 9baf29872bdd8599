"""Turns what an archive says of one visit into the row of a page."""

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, get_args, get_type_hints
from urllib.parse import urljoin, urlsplit

from storage.columns import RENDERING, PageRow
from storage.runs import REDIRECTED
from storage.warc_write import ELSEWHERE, ORIGINAL, REDACTED, SECRET, STORED_AS
from storage.words import Kind, Outcome

_COLUMNS = {
    name: frozenset(get_args(kind) or (kind,))
    for name, kind in get_type_hints(PageRow).items()
    if name not in ELSEWHERE
}
_LENGTHS = {"key": 16, "digest": 32, "dom_digest": 32}

Values = Mapping[
    str, Any
]  # status, headers, request, body, warc_record_id, content_truncated, as far as known


def stored_columns(block: bytes) -> dict[str, Any] | None:
    """The columns that our own export wrote beside a visit; None in the archives of others."""
    for line in block.decode(errors="replace").split("\r\n"):
        name, _, value = line.partition(": ")
        if name == STORED_AS:
            return _checked(json.loads(value))
    return None


def _checked(said: object) -> dict[str, Any] | None:
    """None when somebody else wrote that line: every column has its type, digests have their length."""
    if not isinstance(said, dict) or not _COLUMNS.keys() - set(RENDERING) <= said.keys() <= _COLUMNS.keys():
        return None
    columns: dict[str, Any] = said | {
        name: bytes.fromhex(said[name]) for name in _LENGTHS if isinstance(said.get(name), str)
    }
    typed = all(type(value) in _COLUMNS[name] for name, value in columns.items())
    if not typed or any(len(columns.get(name) or bytes(size)) != size for name, size in _LENGTHS.items()):
        return None
    return columns if columns["outcome"] in set(Outcome) and columns["kind"] in set(Kind) else None


def own_row(url: str, values: Values, stored: Values) -> PageRow:
    """The row as it was exported; the id of its record is kept for the next export."""
    # our own archives end the headers with the length of the decoded body
    headers = values.get("headers", [])[:-1]
    request = [pair for pair in values.get("request", []) if pair != ["Host", urlsplit(url).netloc]]
    row = PageRow(
        url=url,
        headers=headers_json([[name.removeprefix(ORIGINAL), value] for name, value in headers]),
        request=headers_json(request),
        body=values.get("body", b""),
        dom=values.get("dom", b""),
        **stored,
    )
    if not row.dom:  # it was read in place of the body, and is not there
        row = row._replace(dom_digest=None, dom_bytes=None)
    row = row._replace(dom_visit=None)  # the document comes with each visit
    return row._replace(warc_record_id=values.get("warc_record_id") or row.warc_record_id)


def foreign_row(url: str, date: str, values: Values, is_revisit: bool) -> PageRow:
    """The row of a visit that somebody else archived: all that HTTP says, host and key still to be filled."""
    body: bytes = values.get("body", b"")
    headers = redacted(values.get("headers", []))
    status: int = values.get("status", 0)
    location = storable(_first(headers, "location"))
    outcome, reason = _foreign_outcome(status, is_revisit=is_revisit, has_location=bool(location))
    return PageRow(
        host="",
        url=url,
        visit=0,
        run="",
        key=b"",
        outcome=outcome,
        reason=reason,
        fetched_at=_microseconds(date),
        status=status,
        content_type=storable(_first(headers, "content-type")),
        content_truncated=values.get("content_truncated", ""),
        fetch_redirect=_joined(url, location) if reason == REDIRECTED else "",
        body_bytes=len(body),
        digest=hashlib.sha256(body).digest() if body else None,
        warc_record_id=values.get("warc_record_id"),
        request=headers_json(redacted(values.get("request", []))),
        headers=headers_json(headers),
        body=body,
    )


def skipped_row(url: str, date: str, reason: str) -> PageRow:
    """The row of a visit whose body could not be taken."""
    return PageRow(
        host="",
        url=url,
        visit=0,
        run="",
        key=b"",
        outcome="refused" if reason == "too_big" else "failed",
        reason=reason,
        fetched_at=_microseconds(date),
    )


def redacted(headers: Sequence[Sequence[str]]) -> list[list[str]]:
    """Headers without the secrets of whoever made the archive."""
    return [[name, REDACTED if name.lower() in SECRET else value] for name, value in headers]


def headers_json(headers: Sequence[Sequence[str]]) -> str:
    """As the crawl keeps headers; bytes that are no UTF-8 stay what they are, escaped."""
    is_text = all(storable(part) == part for pair in headers for part in pair)
    return json.dumps(headers, ensure_ascii=not is_text, separators=(",", ":"))


def storable(text: str) -> str:
    """The text with a mark in place of bytes that are no UTF-8."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def _first(headers: Sequence[Sequence[str]], wanted: str) -> str:
    return next((value for name, value in headers if name.lower() == wanted), "")


def _foreign_outcome(status: int, *, is_revisit: bool, has_location: bool) -> tuple[str, str]:
    """In the words of a crawl."""
    if is_revisit:
        return "unchanged", "not_modified" if status == HTTPStatus.NOT_MODIFIED else "identical"
    if status // 100 == 2:
        return "fetched", "imported"
    if status // 100 == 3 and has_location:
        return "fetched", REDIRECTED
    return "failed", f"http_{status}" if status else "no_answer"


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


def _microseconds(date: str) -> int:
    try:
        moment = datetime.datetime.fromisoformat(date)
    except ValueError:
        return 0
    return int(moment.replace(microsecond=0).timestamp()) * 1_000_000 + moment.microsecond
