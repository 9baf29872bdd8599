"""Merges sealed files of a workspace into one; started by `merger`, in a process of its own.

What it wrote becomes part of the workspace when the ledger lists it.
"""

import json
import os
import sys
from array import array
from dataclasses import asdict
from pathlib import Path

from storage.merge import merge_segments
from storage.orphan import die_with_parent
from storage.record_heads_write import heads_of
from storage.segment import iter_rows

NICENESS = 10  # a crawl has the right of way


def main() -> int:
    """Reads WORKSPACE PART OUT PARENT NAME…; prints the facts as a line of JSON, then visits as int64."""
    workspace, part, out = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    die_with_parent(int(sys.argv[4]))
    os.nice(NICENESS)
    facts = merge_segments([workspace / name for name in sys.argv[5:]], workspace / out, part)
    sys.stdout.buffer.write(json.dumps(asdict(facts)).encode() + b"\n")
    if part == "records":
        heads_of(workspace / out)  # made now, so that no look-up waits for it
    if part == "pages":
        for batch in iter_rows(workspace / out, part, ["visit"]):
            sys.stdout.buffer.write(array("q", batch.column(0).to_pylist()).tobytes())
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
