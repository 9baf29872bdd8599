"""What a claim and its commit cost while the ledger grows: python -m benchmarks.frontier

Fills ledgers with known URLs, then claims and commits visits through the real frontier, each with a body
and new links, and prints the processor time per visit and the bytes per known URL.
"""

import argparse
import asyncio
import os
import shutil
import tempfile
import time
from hashlib import blake2b
from pathlib import Path

from storage.frontier import SqliteFrontier
from storage.ledger import Connection, Ledger
from storage.runs import start_run
from storage.words import Lease, Link, Outcome, Page, Visit

HOST = "site.test"
BODY = os.urandom(4_500)  # what 18 KB of markup come to
CHUNK = 100_000
GROUP = 64
NEW_LINKS = 2


def main() -> None:
    """Prints one line per size, and the ratio of the last to the first."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "--known", type=int, nargs="+", default=[50_000, 5_000_000], help="URLs in the ledger"
    )
    options.add_argument(
        "--visits", type=int, default=10_000, help="claims and commits measured at each size"
    )
    arguments = options.parse_args()
    costs = []
    for known in arguments.known:
        folder = Path(tempfile.mkdtemp(prefix="tandem-frontier-"))
        try:
            cost, size = asyncio.run(_measure(folder, known, arguments.visits))
        finally:
            shutil.rmtree(folder)
        costs.append(cost)
        print(f"{known:>12,} known   {cost:6.1f} µs of CPU per claim and commit   {size:5.0f} bytes per URL")
    ratio = costs[-1] / costs[0]
    print(f"ratio {ratio:.2f} ({'reached' if ratio <= 1.5 else 'missed'}: at most 1.5)")


async def _measure(folder: Path, known: int, visits: int) -> tuple[float, float]:
    async with Ledger(folder / "ledger.sqlite") as ledger:
        run = await ledger.write(lambda c: start_run(c, "frontier", "{}", "rules"))
        for start in range(0, known, CHUNK):
            await ledger.write(lambda c, s=start: _fill(c, run.run, s, min(s + CHUNK, known)))  # type: ignore[misc]
        size = await ledger.read(_used_bytes) / known
        frontier = SqliteFrontier(ledger, run.run, slots=GROUP)
        await frontier.open()
        await frontier.add([_link(known + number) for number in range(visits)])
        before = time.process_time()
        await _crawl(frontier, visits, known + visits)
        spent = time.process_time() - before
        await frontier.close()
    return spent / visits * 1e6, size


async def _crawl(frontier: SqliteFrontier, visits: int, next_number: int) -> None:
    done = 0
    while done < visits:
        leases = await frontier.claim(min(GROUP, visits - done), 600, 1)
        ended = []
        for lease in leases:
            frontier.free(lease)
            new = tuple(_link(next_number + place) for place in range(NEW_LINKS))
            next_number += NEW_LINKS
            ended.append(_visit(lease, new))
        await frontier.commit(ended)
        done += len(ended)


def _visit(lease: Lease, new: tuple[Link, ...]) -> Visit:
    page = Page(body=BODY, body_bytes=18_000, wire_bytes=18_000, digest=b"d" * 32)
    return Visit(lease, Outcome.FETCHED, "ok", time.time(), status=200, page=page, new_links=new)


def _key(number: int) -> bytes:
    return blake2b(number.to_bytes(8, "big"), digest_size=16).digest()


def _link(number: int) -> Link:
    return Link(f"http://{HOST}/page/{number}", _key(number), HOST)


def _fill(connection: Connection, run: int, start: int, end: int) -> None:
    """URLs that were visited and sealed: what stays of them is one row each."""
    connection.executemany(
        "INSERT INTO known (run, key, state, links_left, digest, file, row) VALUES (?, ?, 1, 5, ?, 1, ?)",
        ((run, _key(number), b"d" * 16, number) for number in range(start, end)),
    )


def _used_bytes(connection: Connection) -> int:
    pages, free, size = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


if __name__ == "__main__":
    main()
