"""Writes pending rows of a workspace into new Parquet files; started by `seal`, in a process of its own.

It only reads the ledger. What it wrote becomes part of the workspace when the ledger lists it.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgpack
import pyarrow as pa
import zstandard

from storage.columns import LINKS, PageRow
from storage.ledger import Connection, connect
from storage.orphan import die_with_parent
from storage.seal_ready import READY
from storage.segment import publish, write_segment
from storage.waiting_contents import choose_contents, content_rows
from storage.workspace import ledger_path

LINKS_IN_BATCH = 20_000

_ORDER = "SELECT host, url FROM pending WHERE visit = ?"
_PAGE = (
    "SELECT host, url, visit, r.id, key, outcome, reason, CAST(round(fetched_at * 1000000) AS INTEGER),"
    " status, content_type, content_mime_detected,"
    " CASE WHEN content_truncated = '' AND truncated THEN 'disconnect' ELSE content_truncated END, charset,"
    " title, language, canonical, location, depth, rendered, kind, body_bytes, wire_bytes,"
    " nullif(digest, x''), body_of, warc_record_id, request, headers, body"
    " FROM pending p JOIN runs r USING (run) WHERE visit = ?"
)
_LINKS = "SELECT host, url, visit, r.id, links FROM pending p JOIN runs r USING (run) WHERE visit = ?"


def choose(connection: Connection, most_bytes: int) -> list[int]:
    """The oldest visits up to a size, in the order of the file: by host and URL."""
    chosen, size = [], 0
    for visit, body_bytes in connection.execute(READY):
        chosen.append(visit)
        size += body_bytes
        if size >= most_bytes:
            break
    return sorted(chosen, key=lambda visit: connection.execute(_ORDER, (visit,)).fetchone())


def page_rows(connection: Connection, visits: list[int]) -> Iterator[PageRow]:
    """The rows of the pages file."""
    for visit in visits:
        row = PageRow(*connection.execute(_PAGE, (visit,)).fetchone())
        yield row._replace(rendered=bool(row.rendered))


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


def main() -> int:
    """Reads WORKSPACE STEM MOST_BYTES PARENT; prints what was written as one line of JSON."""
    die_with_parent(int(sys.argv[4]))
    workspace, name, most_bytes = Path(sys.argv[1]), f"{sys.argv[2]}.parquet", int(sys.argv[3])
    connection = connect(ledger_path(workspace), read_only=True)
    connection.execute("BEGIN")
    visits = choose(connection, most_bytes)
    contents = choose_contents(connection, most_bytes)
    files = []
    if visits:
        files.append(write_segment(workspace / "pages" / name, "pages", page_rows(connection, visits)))
        files.append(
            publish(workspace / "links" / name, LINKS, link_batches(connection, visits), LINKS.level)
        )
    if contents:
        rows = content_rows(connection, contents)
        files.append(write_segment(workspace / "content" / name, "content", rows))
    json.dump({"visits": visits, "contents": contents, "files": list(map(asdict, files))}, sys.stdout)
    connection.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
