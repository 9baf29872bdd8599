"""Turns what an archive says of one visit into the row of a page."""

import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from storage.columns import PageRow
from storage.warc_write import ELSEWHERE, ORIGINAL, STORED_AS

Values = Mapping[
    str, Any
]  # status, headers, request, body, warc_record_id, content_truncated, as far as known


def stored_columns(block: bytes) -> dict[str, Any] | None:
    """The columns that our own export wrote beside a visit; None in the archives of others."""
    for line in block.decode(errors="replace").splitlines():
        name, _, value = line.partition(": ")
        if name == STORED_AS:
            columns: dict[str, Any] = json.loads(value)
            for column in ("key", "digest"):
                columns[column] = None if columns[column] is None else bytes.fromhex(columns[column])
            return {name: columns[name] for name in PageRow._fields if name not in ELSEWHERE}
    return None


def own_row(url: str, values: Values, stored: Values) -> PageRow:
    """The row as it was exported; the id of its record is kept for the next export."""
    # our own archives end the headers with the length of the decoded body
    headers = values.get("headers", [])[:-1]
    request = [pair for pair in values.get("request", []) if pair != ["Host", urlsplit(url).netloc]]
    row = PageRow(
        url=url,
        headers=json.dumps([[name.removeprefix(ORIGINAL), value] for name, value in headers]),
        request=json.dumps(request),
        body=values.get("body", b""),
        **stored,
    )
    return row._replace(warc_record_id=values.get("warc_record_id") or row.warc_record_id)


def foreign_row(url: str, date: str, values: Values, is_revisit: bool) -> PageRow:
    """The row of a visit that somebody else archived: all that HTTP says, host and key still to be filled."""
    body: bytes = values.get("body", b"")
    headers = values.get("headers", [])
    fetched = "fetched" if values.get("status") else "failed"
    return PageRow(
        host="",
        url=url,
        visit=0,
        run="",
        key=b"",
        outcome="unchanged" if is_revisit else fetched,
        reason="imported",
        fetched_at=_microseconds(date),
        status=values.get("status", 0),
        content_type=next((value for name, value in headers if name.lower() == "content-type"), ""),
        content_truncated=values.get("content_truncated", ""),
        body_bytes=len(body),
        digest=hashlib.sha256(body).digest() if body else None,
        warc_record_id=values.get("warc_record_id"),
        request=json.dumps(values.get("request", [])),
        headers=json.dumps(headers),
        body=body,
    )


def _microseconds(date: str) -> int:
    moment = datetime.datetime.fromisoformat(date)
    return int(moment.replace(microsecond=0).timestamp()) * 1_000_000 + moment.microsecond
