"""Visits that wait to be sealed, as rows of the pages and links files."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgpack
import pyarrow as pa
import zstandard

from storage.columns import LINKS, PAGES, PLAIN_PAGES, PageRow, Table
from storage.connection import Connection
from storage.seal_ready import READY

LINKS_IN_BATCH = 20_000

_PAGE = (
    "SELECT "
    "p.host, p.url, visit, r.id, p.key, p.outcome, p.reason,"
    " CAST(round(p.fetched_at * 1000000) AS INTEGER), p.status, p.content_type,"
    # of what was crawled the type is what the bytes look like; of an archive it is what that says of them
    " CASE WHEN warc_record_id IS NULL THEN content_type ELSE content_mime_detected END,"
    " CASE WHEN content_truncated = '' AND truncated THEN 'disconnect' ELSE content_truncated END, charset,"
    " title, language, canonical, location, depth, p.rendered, kind, p.body_bytes, p.wire_bytes,"
    " nullif(p.digest, x''), body_of, warc_record_id, request, headers, body,"
    " d.why, d.outcome, d.milliseconds, d.requests, d.blocked, d.refused, d.wire_bytes, d.final_url,"
    " d.detail, d.dom_bytes, m.digest, m.holder, coalesce(d.dom, x'')"
    " FROM pending p JOIN runs r USING (run)"
    " LEFT JOIN pending_renderings d USING (visit) LEFT JOIN doms m USING (visit) WHERE visit = ?"
)
_RENDERED = (
    "SELECT visit FROM pending_renderings"
    " UNION ALL SELECT visit FROM pending WHERE visit IN (SELECT visit FROM doms)"
)
_LINKS = "SELECT host, url, visit, r.id, links FROM pending p JOIN runs r USING (run) WHERE visit = ?"


def choose(connection: Connection, most_bytes: int) -> list[int]:
    """The oldest visits up to a size, in the order of the file: by host and URL."""
    chosen, size = [], 0
    for visit, body_bytes, host, url in connection.execute(READY):
        chosen.append((host, url, visit))
        size += body_bytes
        if size >= most_bytes:
            break
    return [visit for _, _, visit in sorted(chosen)]


def page_rows(connection: Connection, visits: list[int]) -> Iterator[PageRow]:
    """The rows of the pages file."""
    for visit in visits:
        row = PageRow(*connection.execute(_PAGE, (visit,)).fetchone())
        yield row._replace(rendered=bool(row.rendered))


def layout_of(connection: Connection, visits: list[int]) -> Table:
    """The columns of a file of these visits: those for renderings only where there are some."""
    rendered = {visit for (visit,) in connection.execute(_RENDERED)}
    return PLAIN_PAGES if rendered.isdisjoint(visits) else PAGES


def link_batches(connection: Connection, visits: list[int]) -> Iterator[pa.RecordBatch]:
    """The links file, whole columns at a time: a page has dozens of rows that differ in three of them."""
    decoder = zstandard.ZstdDecompressor()
    columns = _LinkColumns()
    for visit in visits:
        host, url, _, run, packed = connection.execute(_LINKS, (visit,)).fetchone()
        if packed:
            columns.add(host, url, visit, run, msgpack.unpackb(decoder.decompress(packed)))
        if len(columns) >= LINKS_IN_BATCH:
            yield columns.taken()
    if len(columns):
        yield columns.taken()


class _LinkColumns:
    """Columns of the links table that grow page by page."""

    def __init__(self) -> None:
        self._columns: tuple[list[Any], ...] = tuple([] for _ in LINKS.schema.names)

    def __len__(self) -> int:
        return len(self._columns[0])

    def add(self, host: str, src: str, visit: int, run: str, links: list[tuple[str, str, str]]) -> None:
        count = len(links)
        same = ([host] * count, [src] * count, [visit] * count, [run] * count)
        values: tuple[Iterable[Any], ...] = (*same, range(count), *zip(*links, strict=True))
        for column, more in zip(self._columns, values, strict=True):
            column.extend(more)

    def taken(self) -> pa.RecordBatch:
        arrays = [
            pa.array(values, field.type) for values, field in zip(self._columns, LINKS.schema, strict=True)
        ]
        for column in self._columns:
            column.clear()
        return pa.RecordBatch.from_arrays(arrays, schema=LINKS.schema)
