"""What the sealed tables look like: their columns, their order, and how densely their values are packed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

import pyarrow as pa

from storage.record_row import RecordRow

__all__ = ["CONTENT", "LINKS", "MICROSECONDS", "PAGES", "PLAIN_PAGES", "RECORDS", "RENDERING"]
__all__ += ["ROWS", "TABLES"]
__all__ += ["ContentRow", "LinkRow", "PageRow", "RecordRow", "Row", "Table"]

MICROSECONDS = pa.timestamp("us", tz="UTC")


class PageRow(NamedTuple):
    """One visit. Names are Common Crawl's where they mean the same and nothing else was promised."""

    host: str
    url: str
    visit: int
    run: str
    key: bytes
    outcome: str
    reason: str
    fetched_at: int  # microseconds since the epoch
    status: int = 0
    content_type: str = ""
    content_mime_detected: str = ""
    content_truncated: str = ""  # why the body is cut: length, time, disconnect; empty: it is whole
    charset: str = ""
    title: str = ""
    language: str = ""
    canonical: str = ""
    fetch_redirect: str = ""
    depth: int = 0
    rendered: bool = False
    kind: int = 0  # 0 page, 1 sitemap
    body_bytes: int = 0
    wire_bytes: int = 0
    digest: bytes | None = None  # sha-256 of the decoded body
    body_visit: int | None = None  # the visit whose row holds the body, when it is not this one
    warc_record_id: str | None = None  # of the record this row was imported from
    request: str = "[]"  # JSON list of [name, value]: what was sent
    headers: str = "[]"  # JSON list of [name, value]: what came back
    body: bytes = b""  # handed in as one zstd frame, or empty; stored as the decoded bytes
    # From here on: of pages that a browser was asked for, and only in files that have such pages.
    render_why: str | None = None
    render_outcome: str | None = None
    render_milliseconds: int | None = None
    render_requests: int | None = None
    render_blocked: int | None = None
    render_refused: int | None = None
    render_wire_bytes: int | None = None
    render_url: str | None = None  # where the page stood in the end
    render_detail: str | None = None  # in one line, for people
    dom_bytes: int | None = None
    dom_digest: bytes | None = None  # sha-256 of the document that was read in place of the body
    dom_visit: int | None = None  # the visit whose row holds the document, when it is not this one
    dom: bytes = b""  # as the body


class LinkRow(NamedTuple):
    """One link as it stands on a page."""

    host: str
    src: str
    visit: int
    run: str
    ordinal: int
    dst: str
    text: str
    rel: str


class ContentRow(NamedTuple):
    """What one engine read in one body."""

    host: str
    url: str
    digest: bytes
    engine: int
    page_type: str
    title: str
    language: str
    duplicate_of: bytes | None
    text: str
    markdown: str
    reason: str = "ok"  # or why there is no text
    author: str = ""
    published: str = ""  # ISO days
    modified: str = ""
    description: str = ""
    fingerprint: bytes = b""  # of the text


Row = PageRow | LinkRow | RecordRow | ContentRow


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of sealed file; rows are ordered by the first two columns."""

    name: str
    schema: pa.Schema
    values: tuple[str, ...] = ()  # columns that are read one value at a time: plain and never null
    paged: str = ""  # the one of them that is read so often that its pages are packed by ourselves
    framed: tuple[str, ...] = ()  # columns that are handed in as zstd frames
    dictionary: tuple[str, ...] = ()
    level: int = 3
    merged_level: int = 6  # 9 costs a third more time for a hundredth of a per cent
    page_bytes: int = 1 << 20  # a compressed unit ends once it holds this much
    page_step: int = 1024  # values between two looks at that size
    group_rows: int = 65_536
    group_bytes: int = 16 << 20

    @property
    def order(self) -> tuple[str, str]:
        """The names of the two columns that rows are sorted by."""
        return (self.schema.names[0], self.schema.names[1])


RENDERING = PageRow._fields[PageRow._fields.index("render_why") : PageRow._fields.index("dom")]


def _schema(**columns: pa.DataType) -> pa.Schema:
    nullable = {"digest", "body_visit", "warc_record_id", "duplicate_of", *RENDERING}
    return pa.schema([pa.field(name, kind, name in nullable) for name, kind in columns.items()])


TEXT, BYTES, LONG, INT = pa.string(), pa.binary(), pa.int64(), pa.int32()

PAGES = Table(
    name="pages",
    schema=_schema(
        host=TEXT,
        url=TEXT,
        visit=LONG,
        run=TEXT,
        key=pa.binary(16),
        outcome=TEXT,
        reason=TEXT,
        fetched_at=MICROSECONDS,
        status=INT,
        content_type=TEXT,
        content_mime_detected=TEXT,
        content_truncated=TEXT,
        charset=TEXT,
        title=TEXT,
        language=TEXT,
        canonical=TEXT,
        fetch_redirect=TEXT,
        depth=INT,
        rendered=pa.bool_(),
        kind=INT,
        body_bytes=LONG,
        wire_bytes=LONG,
        digest=pa.binary(32),
        body_visit=LONG,
        warc_record_id=TEXT,
        request=TEXT,
        headers=TEXT,
        body=BYTES,
        render_why=TEXT,
        render_outcome=TEXT,
        render_milliseconds=INT,
        render_requests=INT,
        render_blocked=INT,
        render_refused=INT,
        render_wire_bytes=LONG,
        render_url=TEXT,
        render_detail=TEXT,
        dom_bytes=LONG,
        dom_digest=pa.binary(32),
        dom_visit=LONG,
        dom=BYTES,
    ),
    values=("body", "dom"),
    framed=("body", "dom"),
    dictionary=(
        *("host", "run", "outcome", "reason", "content_type", "content_mime_detected"),
        *("content_truncated", "charset", "language", "request", "render_why", "render_outcome"),
    ),
    page_bytes=2 << 20,
    page_step=1,
)

# What a file looks like whose pages no browser was asked for: such a crawl pays nothing for the others.
PLAIN_PAGES = replace(
    PAGES,
    schema=pa.schema([field for field in PAGES.schema if field.name not in {*RENDERING, "dom"}]),
    values=("body",),
    framed=("body",),
    dictionary=tuple(name for name in PAGES.dictionary if name not in RENDERING),
)

LINKS = Table(
    name="links",
    schema=_schema(host=TEXT, src=TEXT, visit=LONG, run=TEXT, ordinal=INT, dst=TEXT, text=TEXT, rel=TEXT),
    dictionary=("host", "src", "run", "rel"),
    group_rows=1 << 20,
)

RECORDS = Table(
    name="records",
    schema=_schema(
        host=TEXT,
        url=TEXT,
        visit=LONG,
        run=TEXT,
        key=pa.binary(16),
        record=TEXT,
        ordinal=INT,
        decision=LONG,
        decided_at=MICROSECONDS,
        data=TEXT,
        sources=TEXT,
    ),
    values=("data",),
    paged="data",
    dictionary=("host", "run", "record", "sources"),
    level=1,
    merged_level=3,
)

CONTENT = Table(
    name="content",
    schema=_schema(
        host=TEXT,
        url=TEXT,
        digest=pa.binary(32),
        engine=INT,
        page_type=TEXT,
        title=TEXT,
        language=TEXT,
        duplicate_of=pa.binary(32),
        text=TEXT,
        markdown=TEXT,
        reason=TEXT,
        author=TEXT,
        published=TEXT,
        modified=TEXT,
        description=TEXT,
        fingerprint=BYTES,
    ),
    values=("text", "markdown"),
    dictionary=("host", "page_type", "language", "reason"),
    page_bytes=256 << 10,
    page_step=4,
)

TABLES: Mapping[str, Table] = MappingProxyType({t.name: t for t in (PAGES, LINKS, RECORDS, CONTENT)})
ROWS: Mapping[str, type[Row]] = MappingProxyType(
    {"pages": PageRow, "links": LinkRow, "records": RecordRow, "content": ContentRow}
)
