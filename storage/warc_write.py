"""Writes pages as WARC 1.1 (ISO 28500): request, response or revisit, and metadata records."""

import base64
import datetime
import hashlib
import json
import re
import uuid
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import urlsplit

from storage.columns import RENDERING, PageRow
from storage.words import DOM_CHARSET, DOM_TYPE

Headers = Sequence[tuple[str, str]]

# What describes the transfer and not the stored, decoded body is kept under this name instead.
ORIGINAL = "X-Archive-Orig-"
OF_TRANSFER = frozenset({"content-encoding", "transfer-encoding", "content-length"})
SECRET = frozenset({"cookie", "set-cookie", "authorization", "proxy-authorization"})
REDACTED = "redacted"
DOM_HEADER = f"{DOM_TYPE}; charset={DOM_CHARSET}"

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
CONFORMS_TO = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"

STORED_AS = "tandem-stored-as"  # the metadata line that holds every other column
# Columns with a place of their own in a record.
ELSEWHERE = frozenset({"url", "headers", "request", "body", "dom"})
PICTURES = {"viewport": "urn:view:", "full_page": "urn:fullPage:"}  # before the URL that a picture is of
_IDS = uuid.UUID("5f1a9f2e-0c0b-5a0e-9c8f-6f6f0f6f2b11")


@dataclass(frozen=True, slots=True)
class Original:
    """The visit that holds the body of an unchanged page."""

    run: str
    visit: int
    url: str
    fetched_at: int
    warc_record_id: str | None = None


class WarcWriter:
    """Writes to an open file; every record is a gzip member of its own unless told otherwise."""

    def __init__(self, out: BinaryIO, compressed: bool = True) -> None:
        self._out = out
        self._compressed = compressed

    def write_info(self, software: str, fields: Mapping[str, str], moment: int) -> None:
        """The first record of a file: who wrote it, and what is in it."""
        named = {"software": software, "format": "WARC File Format 1.1", "conformsTo": CONFORMS_TO, **fields}
        block = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in named.items())
        head = [("WARC-Record-ID", _id("warcinfo", software, moment)), ("WARC-Date", _date(moment))]
        self._record("warcinfo", head, "application/warc-fields", block.encode())

    def write_page(self, page: PageRow, original: Original | None = None) -> None:
        """All records of one visit; `page.body` is the decoded body."""
        response_id = page.warc_record_id or _id("response", page.run, page.visit)
        head = [("WARC-Target-URI", page.url), ("WARC-Date", _date(page.fetched_at))]
        concurrent = [("WARC-Concurrent-To", response_id)]
        request = [(str(name), str(value)) for name, value in json.loads(page.request)]
        if request:
            record_id = [("WARC-Record-ID", _id("request", page.run, page.visit))]
            block = _request_head(page.url, request)
            self._record("request", head + record_id + concurrent, "application/http;msgtype=request", block)
        if page.status:
            self._write_response(page, original, [*head, ("WARC-Record-ID", response_id)])
        record_id = [("WARC-Record-ID", _id("metadata", page.run, page.visit))]
        self._record("metadata", head + record_id + concurrent, "application/warc-fields", _stored_as(page))
        if page.dom:
            made_of = [("WARC-Refers-To", response_id)]
            record_id = [("WARC-Record-ID", _id("conversion", page.run, page.visit))]
            self._record("conversion", head + record_id + made_of, DOM_HEADER, page.dom)

    def write_picture(self, page: PageRow, kind: str, media_type: str, picture: bytes) -> None:
        """What a page looked like."""
        uri = PICTURES[kind] + page.url
        head = [("WARC-Record-ID", _id(f"resource {kind}", page.run, page.visit)), ("WARC-Target-URI", uri)]
        self._record("resource", [*head, ("WARC-Date", _date(page.fetched_at))], media_type, picture)

    def _write_response(self, page: PageRow, original: Original | None, head: list[tuple[str, str]]) -> None:
        kind = "application/http;msgtype=response"
        http = _response_head(page)
        if page.content_truncated:
            head.append(("WARC-Truncated", page.content_truncated))
        if original is None:
            head.append(("WARC-Payload-Digest", _sha1(page.body)))
            self._record("response", head, kind, http + page.body)
            return
        head += [
            ("WARC-Profile", NOT_MODIFIED if page.status == HTTPStatus.NOT_MODIFIED else IDENTICAL),
            ("WARC-Refers-To", original.warc_record_id or _id("response", original.run, original.visit)),
            ("WARC-Refers-To-Target-URI", original.url),
            ("WARC-Refers-To-Date", _date(original.fetched_at)),
        ]
        if page.body:
            head.append(("WARC-Payload-Digest", _sha1(page.body)))
        self._record("revisit", head, kind, http)

    def _record(self, kind: str, head: Iterable[tuple[str, str]], content_type: str, block: bytes) -> None:
        fields = [
            ("WARC-Type", kind),
            *head,
            ("WARC-Block-Digest", _sha1(block)),
            ("Content-Type", content_type),
            ("Content-Length", str(len(block))),
        ]
        lines = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in fields)
        record = b"WARC/1.1\r\n" + lines.encode() + b"\r\n" + block + b"\r\n\r\n"
        if self._compressed:
            packer = zlib.compressobj(6, zlib.DEFLATED, 31)
            record = packer.compress(record) + packer.flush()
        self._out.write(record)


def _request_head(url: str, headers: Headers) -> bytes:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not any(name.lower() == "host" for name, _ in headers):
        headers = [("Host", parts.netloc), *headers]
    return _http(f"GET {target} HTTP/1.1", headers)


def _response_head(page: PageRow) -> bytes:
    stored = [(str(name), str(value)) for name, value in json.loads(page.headers)]
    headers = [(ORIGINAL + name if name.lower() in OF_TRANSFER else name, value) for name, value in stored]
    try:
        phrase = HTTPStatus(page.status).phrase
    except ValueError:
        phrase = "Unknown"
    return _http(f"HTTP/1.1 {page.status} {phrase}", [*headers, ("Content-Length", str(len(page.body)))])


def _http(first: str, headers: Headers) -> bytes:
    redacted = [(name, REDACTED if name.lower() in SECRET else value) for name, value in headers]
    lines = "".join(f"{_one_line(name)}: {_one_line(value)}\r\n" for name, value in redacted)
    return f"{first}\r\n{lines}\r\n".encode("utf-8", "surrogateescape")


def _stored_as(page: PageRow) -> bytes:
    columns = {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in page._asdict().items()
        if name not in ELSEWHERE and not (name in RENDERING and value is None)
    }
    return f"{STORED_AS}: {json.dumps(columns)}\r\n".encode()


def _one_line(text: str) -> str:
    # only what ends a line in HTTP and WARC: anything more would change the value
    return re.sub(r"[\r\n\0]+", " ", text)


def _date(microseconds: int) -> str:
    moment = datetime.datetime.fromtimestamp(microseconds // 1_000_000, datetime.UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{microseconds % 1_000_000:06}Z"


def _sha1(data: bytes) -> str:
    # the digest that index files and most tools of web archives expect; nothing is secured by it
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def _id(kind: str, run: str, number: int) -> str:
    # the same visit always gets the same id, so that a second export says the same
    return f"<urn:uuid:{uuid.uuid5(_IDS, f'{kind} {run} {number}')}>"
