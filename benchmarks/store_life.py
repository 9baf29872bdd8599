"""Lives the life of a store until it is killed: commits pages and records, seals them, merges the files.

python -m benchmarks.store_life --workspace DIR --acknowledged FILE [--cycles N] [--no-merge]

What is on the disk by its own word is written to the other file, a line each: a kind and a number.
"""

import argparse
import asyncio
import hashlib
import json
import os
from itertools import count
from pathlib import Path

import zstandard

from storage.address import parse
from storage.content_pack import Texts, serialized
from storage.file_list import listed, sweep
from storage.frontier import SqliteFrontier
from storage.key import DEFAULT_RULES
from storage.ledger import Connection, Ledger
from storage.merger import PARTS, Merge, merge_files
from storage.record_row import RecordRow
from storage.record_seal import seal_records
from storage.record_writer import RecordWriter
from storage.runs import Run, continue_run, keep_rules, newest_run, start_run
from storage.seal import seal_all
from storage.tidy import tidy
from storage.upkeep import Upkeep
from storage.words import Lease, Link, Outcome, Page, ReadContent, Visit
from storage.workspace import hold, ledger_path, prepare

BATCHES, PAGES = 3, 20
FRAME = zstandard.ZstdCompressor(level=1)


def url(number: int) -> str:
    """The URL of a page."""
    return f"http://h{number % 7}.test/{number}"


def body(number: int) -> bytes:
    """The body of a page."""
    return f"<title>{number}</title>".encode() + hashlib.sha256(b"%d" % number).hexdigest().encode() * 20


def data(number: int) -> str:
    """The record of a page."""
    return json.dumps({"number": number})


def _link(number: int) -> Link:
    address = parse(url(number))
    return Link(address.fetch, address.digest, address.host)


def _number(lease: Lease) -> int:
    return int(lease.link.url.rpartition("/")[2])


def _visit(lease: Lease) -> Visit:
    content = body(_number(lease))
    digest = hashlib.sha256(content).digest()
    texts = serialized(Texts(title=str(_number(lease)), text=lease.link.url))
    read = ReadContent(1, "article", digest[:8], FRAME.compress(texts))
    page = Page(body=FRAME.compress(content), body_bytes=len(content), digest=digest, content=read)
    return Visit(lease, Outcome.FETCHED, "ok", 1_700_000_000.0, 200, page=page)


def _record(lease: Lease, run: Run) -> RecordRow:
    number, link = _number(lease), lease.link
    return RecordRow(
        link.host, link.url, lease.visit, run.id, link.key, "thing", 0, 1, number, data(number), "{}"
    )


def _open_run(connection: Connection) -> Run:
    keep_rules(connection, DEFAULT_RULES.version, DEFAULT_RULES.as_json())
    run = newest_run(connection, "life")
    if run is None:
        return start_run(connection, "life", "{}", DEFAULT_RULES.version)
    continue_run(connection, run, "{}")
    return run


def _known(connection: Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM known").fetchone()[0])


class Life:
    """One process that writes a store."""

    def __init__(self, ledger: Ledger, workspace: Path, acknowledged: int, *, merges: bool) -> None:
        self._ledger = ledger
        self._workspace = workspace
        self._acknowledged = acknowledged
        self._merges = merges

    async def live(self, cycles: int | None) -> None:
        """Goes on for so many cycles, or until it is killed."""
        run = await self._ledger.write(_open_run)
        frontier = SqliteFrontier(self._ledger, run.run, slots=1_000)
        await frontier.open()
        async with RecordWriter(self._ledger, self._workspace) as writer:
            for cycle in count():
                if cycle == cycles:
                    break
                for _ in range(BATCHES):
                    await self._batch(frontier, writer, run)
                await seal_records(self._ledger, self._workspace)
                await seal_all(self._ledger, self._workspace)
                await self._finish()
        await self._finish()
        await frontier.close()

    async def _finish(self) -> None:
        if self._merges:
            await Upkeep(self._ledger, self._workspace).finish()

    async def _batch(self, frontier: SqliteFrontier, writer: RecordWriter, run: Run) -> None:
        known = await self._ledger.read(_known)
        await frontier.add([_link(number) for number in range(known, known + PAGES)])
        while leases := await frontier.claim(PAGES, 60, 0.05):
            await frontier.commit([_visit(lease) for lease in leases])
            self._acknowledge("page", leases)
            await writer.put_many([_record(lease, run) for lease in leases])
            self._acknowledge("record", leases)

    def _acknowledge(self, kind: str, leases: list[Lease]) -> None:
        os.write(self._acknowledged, "".join(f"{kind} {_number(lease)}\n" for lease in leases).encode())


async def live(workspace: Path, acknowledged: Path, cycles: int | None, *, merges: bool) -> None:
    """Opens the store as a run does, and lives."""
    prepare(workspace)
    file = os.open(acknowledged, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    with hold(workspace):
        async with Ledger(ledger_path(workspace)) as ledger:
            await ledger.write(lambda connection: tidy(connection, workspace))
            await Life(ledger, workspace, file, merges=merges).live(cycles)
    os.close(file)


async def merge_part(workspace: Path, part: str) -> None:
    """Merges all files of one part."""
    with hold(workspace):
        async with Ledger(ledger_path(workspace)) as ledger:
            await ledger.write(lambda connection: tidy(connection, workspace))
            files = await ledger.read(lambda connection: listed(connection, part))
            await merge_files(ledger, workspace, Merge(part, tuple(files)))
            await ledger.write(lambda connection: sweep(connection, workspace))


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store_life", description=__doc__)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--acknowledged", type=Path, required=True)
    parser.add_argument("--cycles", type=int)
    parser.add_argument("--merge", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--merge-part", choices=PARTS, help="merge the files of this part, and end")
    options = parser.parse_args()
    if options.merge_part is not None:
        asyncio.run(merge_part(options.workspace, options.merge_part))
    else:
        asyncio.run(live(options.workspace, options.acknowledged, options.cycles, merges=options.merge))


if __name__ == "__main__":
    main()
