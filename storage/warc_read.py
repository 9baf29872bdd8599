"""Reads WARC files, ours and others', as pages. Sole owner of fastwarc."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from storage.columns import PageRow
from storage.http_coding import unpack
from storage.warc_row import foreign_row, own_row, storable, stored_columns

_WANTED = WarcRecordType.request | WarcRecordType.response | WarcRecordType.revisit | WarcRecordType.metadata
_WANTED |= WarcRecordType.conversion
_HEAD_BYTES = 1 << 20  # of a record beside its body
_LOOK_BYTES = 1 << 10
_MAGIC = b"WARC/"


class _DamagedError(ValueError):
    """A record that does not hold what it declares: the file is cut or changed there."""


@dataclass(frozen=True, slots=True)
class ImportedPage:
    """One visit of an archive; the body is decoded."""

    row: PageRow  # host and key are those of the exporting store, or empty
    is_ours: bool  # every column was read back; else only what HTTP says
    refers_to_url: str = ""  # of a revisit: where the body is
    refers_to_date: str = ""
    payload_digest: str = ""  # of the body, as the archive says it

    @property
    def is_revisit(self) -> bool:
        """Whether the body lies with another visit."""
        return bool(self.refers_to_url) or (self.is_ours and self.row.body_visit is not None)


@dataclass(frozen=True, slots=True)
class SkippedRecord:
    """A record that is no page, or none that can be taken."""

    url: str
    reason: str  # too_big, not_decoded, not_http, damaged
    date: str = ""


@dataclass(slots=True)
class _Visit:
    """The neighbouring records of one visit."""

    url: str
    date: str
    ids: set[str] = field(default_factory=set)
    values: dict[str, Any] = field(default_factory=dict)
    stored: dict[str, Any] | None = None
    refers_to: tuple[str, str] = ("", "")
    payload_digest: str = ""
    skipped: str = ""


def read_warc(path: Path, max_body_bytes: int) -> Iterator[ImportedPage | SkippedRecord]:
    """Every visit of a file in its order; memory is bounded by one body."""
    visit: _Visit | None = None
    with path.open("rb") as source:
        records = iter(ArchiveIterator(source, record_types=_WANTED, parse_http=False))
        while True:
            try:
                record = next(records, None)
                if record is None:
                    break
                if record.record_type == WarcRecordType.conversion:
                    _take_dom(visit, record, max_body_bytes)
                    continue
                if visit is not None and not _belongs(visit, record):
                    yield _finished(visit)
                    visit = None
                visit = visit or _Visit(_header(record, "WARC-Target-URI"), _header(record, "WARC-Date"))
                _take(visit, record, max_body_bytes)
            except (OSError, ValueError):
                # what was collected of this visit may lack its best part
                yield SkippedRecord(visit.url if visit else "", "damaged", visit.date if visit else "")
                return
    if visit is not None:
        yield _finished(visit)


def read_info(path: Path) -> dict[str, str]:
    """The lines of the record that opens a file, by name; none when another kind of record opens it."""
    with path.open("rb") as source:
        try:
            record = next(iter(ArchiveIterator(source, parse_http=False)), None)
            if record is None or record.record_type != WarcRecordType.warcinfo:
                return {}
            block = record.reader.read(_HEAD_BYTES).decode(errors="replace")
        except (OSError, ValueError):
            return {}
    pairs = (line.partition(": ") for line in block.splitlines())
    return {name: value for name, _, value in pairs}


def is_warc(path: Path) -> bool:
    """Whether a file begins like an archive, compressed or not."""
    with path.open("rb") as source:
        head = source.read(_LOOK_BYTES)
    if head.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(31).decompress(head, len(_MAGIC))
        except zlib.error:
            return False
    return head.startswith(_MAGIC)


def _belongs(visit: _Visit, record: WarcRecord) -> bool:
    if _header(record, "WARC-Target-URI") != visit.url:
        return False
    related = {_header(record, "WARC-Record-ID"), *_all(record, "WARC-Concurrent-To")}
    return bool(related & visit.ids)


def _take(visit: _Visit, record: WarcRecord, max_body_bytes: int) -> None:
    visit.ids |= {_header(record, "WARC-Record-ID"), *_all(record, "WARC-Concurrent-To")}
    if record.content_length > max_body_bytes + _HEAD_BYTES:
        visit.skipped = "too_big"
        return
    record.freeze()
    if str(record.content_length) != _header(record, "Content-Length"):
        raise _DamagedError(visit.url)
    if record.record_type == WarcRecordType.metadata:
        visit.stored = stored_columns(record.reader.read(_HEAD_BYTES))
    elif record.record_type == WarcRecordType.request:
        record.parse_http(auto_decode="none")
        visit.values["request"] = _headers(record)
    elif not record.is_http:
        visit.skipped = "not_http"
    else:
        _take_response(visit, record, max_body_bytes)


def _take_dom(visit: _Visit | None, record: WarcRecord, max_body_bytes: int) -> None:
    """What a browser made of the page; conversions of others are none of ours."""
    if visit is None or visit.stored is None or _header(record, "WARC-Refers-To") not in visit.ids:
        return
    if record.content_length > max_body_bytes:
        return
    record.freeze()
    if str(record.content_length) != _header(record, "Content-Length"):
        raise _DamagedError(visit.url)
    visit.values["dom"] = record.reader.read()


def _take_response(visit: _Visit, record: WarcRecord, max_body_bytes: int) -> None:
    record.parse_http(auto_decode="none")
    headers = _headers(record)
    decoded = unpack(record.reader.read(), headers, max_body_bytes + 1)
    if decoded is None or len(decoded.body) > max_body_bytes:
        visit.skipped = "not_decoded" if decoded is None else "too_big"
        return
    http = record.http_headers
    visit.values |= {
        "status": (http.status_code or 0) if http is not None else 0,
        "headers": headers,
        "warc_record_id": _header(record, "WARC-Record-ID"),
        "content_truncated": _header(record, "WARC-Truncated") or ("" if decoded.whole else "unspecified"),
        "body": decoded.body,
    }
    visit.payload_digest = _header(record, "WARC-Payload-Digest")
    if record.record_type == WarcRecordType.revisit:
        visit.refers_to = (
            _header(record, "WARC-Refers-To-Target-URI"),
            _header(record, "WARC-Refers-To-Date"),
        )


def _finished(visit: _Visit) -> ImportedPage | SkippedRecord:
    if visit.skipped:
        return SkippedRecord(visit.url, visit.skipped, visit.date)
    row = own_row(visit.url, visit.values, visit.stored) if visit.stored else None
    row = row or foreign_row(visit.url, visit.date, visit.values, is_revisit=bool(visit.refers_to[0]))
    return ImportedPage(row, visit.stored is not None, *visit.refers_to, visit.payload_digest)


def _headers(record: WarcRecord) -> list[list[str]]:
    if record.http_headers is None:
        return []
    return [
        [name.decode("utf-8", "surrogateescape"), value.decode("utf-8", "surrogateescape")]
        for name, value in record.http_headers.items_bytes()
    ]


def _header(record: WarcRecord, name: str) -> str:
    return storable(record.headers.get(name) or "")


def _all(record: WarcRecord, name: str) -> list[str]:
    return [value for key, value in record.headers.items() if key.lower() == name.lower()]
