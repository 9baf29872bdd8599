"""Writes pending rows of a workspace into new Parquet files; started by `seal`, in a process of its own.

It only reads the ledger. What it wrote becomes part of the workspace when the ledger lists it.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import msgpack
import zstandard

from storage.columns import LinkRow, PageRow
from storage.ledger import Connection, connect
from storage.segment import write_segment
from storage.workspace import ledger_path

# A visit that a continued run tries again stays in the ledger until its run is over.
_READY = (
    "SELECT p.visit, p.body_bytes FROM pending p JOIN runs r USING (run)"
    " WHERE p.final OR r.state = 'abandoned' ORDER BY p.visit"
)
_ORDER = "SELECT host, url FROM pending WHERE visit = ?"
_PAGE = (
    "SELECT host, url, visit, r.id, key, outcome, reason, CAST(fetched_at * 1000000 AS INTEGER), status,"
    " content_type, '', CASE WHEN truncated THEN 'disconnect' ELSE '' END, charset, title, language,"
    " canonical, location, depth, rendered, kind, body_bytes, wire_bytes, nullif(digest, x''), body_of, NULL,"
    " '[]', headers, body FROM pending p JOIN runs r USING (run) WHERE visit = ?"
)
_LINKS = "SELECT host, url, visit, r.id, links FROM pending p JOIN runs r USING (run) WHERE visit = ?"


def choose(connection: Connection, most_bytes: int) -> list[int]:
    """The oldest visits up to a size, in the order of the file: by host and URL."""
    chosen, size = [], 0
    for visit, body_bytes in connection.execute(_READY):
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


def link_rows(connection: Connection, visits: list[int]) -> Iterator[LinkRow]:
    """The rows of the links file."""
    decoder = zstandard.ZstdDecompressor()
    for visit in visits:
        host, url, _, run, packed = connection.execute(_LINKS, (visit,)).fetchone()
        if not packed:
            continue
        for ordinal, (dst, text, rel) in enumerate(msgpack.unpackb(decoder.decompress(packed))):
            yield LinkRow(host, url, visit, run, ordinal, dst, text, rel)


def main() -> int:
    """Reads WORKSPACE STEM MOST_BYTES; prints what was written as one line of JSON."""
    workspace, stem, most_bytes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    connection = connect(ledger_path(workspace), read_only=True)
    connection.execute("BEGIN")
    visits = choose(connection, most_bytes)
    if visits:
        pages = write_segment(workspace / "pages" / f"{stem}.parquet", "pages", page_rows(connection, visits))
        links = write_segment(workspace / "links" / f"{stem}.parquet", "links", link_rows(connection, visits))
        json.dump({"visits": visits, "files": [asdict(pages), asdict(links)]}, sys.stdout)
    else:
        json.dump({"visits": [], "files": []}, sys.stdout)
    connection.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
