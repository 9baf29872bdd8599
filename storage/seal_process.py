"""Writes pending rows of a workspace into new Parquet files; started by `seal`, in a process of its own.

It only reads the ledger. What it wrote becomes part of the workspace when the ledger lists it.
"""

from storage import lean  # noqa: F401 - before Arrow

# isort: split
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from storage.columns import LINKS, PAGES
from storage.connection import Connection, connect
from storage.orphan import die_with_parent
from storage.record_rows import pending_records
from storage.segment import publish, write_segment
from storage.waiting_contents import choose_contents, content_rows
from storage.waiting_pages import choose, layout_of, link_batches, page_rows
from storage.workspace import ledger_path


def main() -> None:
    """Reads WORKSPACE STEM MOST_BYTES PARENT LEAST_RECORDS; prints what it wrote as a line of JSON."""
    die_with_parent(int(sys.argv[4]))
    workspace, name, most_bytes = Path(sys.argv[1]), f"{sys.argv[2]}.parquet", int(sys.argv[3])
    connection = connect(ledger_path(workspace), read_only=True)
    connection.execute("BEGIN")
    visits = choose(connection, most_bytes)
    contents = choose_contents(connection, most_bytes)
    files = []
    layout = layout_of(connection, visits)
    if visits:
        rows = page_rows(connection, visits)
        files.append(write_segment(workspace / "pages" / name, layout, rows))
        files.append(
            publish(workspace / "links" / name, LINKS, link_batches(connection, visits), LINKS.level)
        )
    if contents:
        texts = content_rows(connection, contents)
        files.append(write_segment(workspace / "content" / name, "content", texts))
    connection.execute("COMMIT")
    written: dict[str, Any] = {"visits": visits, "contents": contents, "files": list(map(asdict, files))}
    written["has_renderings"] = layout is PAGES
    written["records"] = _record_files(connection, workspace, int(sys.argv[5]))
    json.dump(written, sys.stdout)
    connection.close()


def _record_files(connection: Connection, workspace: Path, least_records: int) -> list[dict[str, Any]]:
    if pending_records(connection) < max(least_records, 1):
        return []
    from storage.record_seal_process import Sealing  # noqa: PLC0415 - what sorts takes time to load

    sealing = Sealing(connection, workspace)
    return list(iter(lambda: sealing.next_file(least_records), None))


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # all is on the disk; taking Arrow down would take longer than a small file
