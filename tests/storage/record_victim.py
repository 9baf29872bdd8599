"""Puts records for ever and says which are durable, until it is killed: python record_victim.py WORKSPACE"""

import asyncio
import sys
from pathlib import Path

from storage.ledger import Ledger
from storage.record_row import RecordRow
from storage.record_writer import RecordWriter
from storage.tidy import tidy
from storage.workspace import hold, ledger_path, prepare

BATCH = 40


def row(number: int) -> RecordRow:
    """The record of a number: its place in the batches is its visit."""
    host = f"h{number % 7}.example"
    key = number.to_bytes(4, "big") * 4
    return RecordRow(
        host, f"http://{host}/{number}", number, "r-1", key, "thing", 0, 1, number, f'{{"n": {number}}}', "{}"
    )


async def main() -> None:
    workspace, start = Path(sys.argv[1]), int(sys.argv[2])
    prepare(workspace)
    with hold(workspace):
        async with Ledger(ledger_path(workspace)) as ledger:
            await ledger.write(lambda c: tidy(c, workspace))
            async with RecordWriter(ledger, workspace, seal_rows=400) as writer:
                while True:
                    await writer.put_many([row(n) for n in range(start, start + BATCH)])
                    start += BATCH
                    sys.stdout.write(f"{start}\n")
                    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
