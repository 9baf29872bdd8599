"""Merges sealed files of a workspace into one; started by `merger`, in a process of its own.

What it wrote becomes part of the workspace when the ledger lists it.
"""

import json
import os
import sys
from array import array
from collections.abc import Set
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa

from storage.connection import connect
from storage.merge import merge_segments
from storage.orphan import die_with_parent
from storage.record_gone import Gone
from storage.record_heads_write import heads_of
from storage.record_row import Decision
from storage.record_rows import superseded
from storage.segment import iter_rows
from storage.workspace import ledger_path

NICENESS = 10  # a crawl has the right of way


def main() -> int:
    """Reads WORKSPACE PART OUT PARENT NAME…; prints what it did as a line of JSON, then visits as int64."""
    workspace, part, out = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    die_with_parent(int(sys.argv[4]))
    os.nice(NICENESS)
    gone = Gone(_replaced(workspace)) if part == "records" else None
    files = [workspace / name for name in sys.argv[5:]]
    facts = merge_segments(files, workspace / out, part, gone.without if gone else _all)
    dropped = [(list(decision), count) for decision, count in gone.dropped.items()] if gone else []
    sys.stdout.buffer.write(json.dumps(asdict(facts) | {"dropped": dropped}).encode() + b"\n")
    if part == "records" and facts.rows:
        heads_of(workspace / out)  # made now, so that no look-up waits for it
    if part == "pages":
        for batch in iter_rows(workspace / out, part, ["visit"]):
            sys.stdout.buffer.write(array("q", batch.column(0).to_pylist()).tobytes())
    sys.stdout.buffer.flush()
    return 0


def _all(rows: pa.RecordBatch) -> pa.RecordBatch:
    return rows


def _replaced(workspace: Path) -> Set[Decision]:
    """Decisions whose rows are left behind. Those of forgotten visits are not: others may inherit them."""
    connection = connect(ledger_path(workspace), read_only=True)
    found = superseded(connection)
    connection.close()
    return found


if __name__ == "__main__":
    raise SystemExit(main())
