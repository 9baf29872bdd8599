"""Makes a page of this workspace out of one visit of an archive."""

import asyncio
import base64
import hashlib
import json
from dataclasses import dataclass, replace

from scraper.parse_pool import Parsed, ParsePool, Raw
from scraper.press import Press
from scraper.sniff import media_type_of
from storage.address import Address, NotAnAddress, parse
from storage.arrived_rows import Arrival, holder_of, is_known
from storage.columns import PageRow
from storage.ledger import Ledger
from storage.ledger_bodies import LedgerBodies
from storage.warc_read import ImportedPage, SkippedRecord
from storage.warc_row import skipped_row, storable
from storage.words import StoredCopy
from tandem.import_runs import FOREIGN, ImportRuns

_AS_ROWS = frozenset({"too_big", "not_decoded"})  # visits of which something is known


@dataclass(frozen=True, slots=True)
class Made:
    """A page that may be written, and into which run."""

    run: int
    arrival: Arrival
    lacks_body: bool = False  # the archive says where it lies, and it does not lie there


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A page whose body has not come yet."""


@dataclass(frozen=True, slots=True)
class Known:
    """A page that the run has."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A record that is no page."""

    reason: str


Outcome = Made | Unresolved | Known | Unusable


class PageMaker:
    """Finds run, key and body of a visit, and reads what other archives do not say."""

    def __init__(self, ledger: Ledger, bodies: LedgerBodies, pool: ParsePool, runs: ImportRuns) -> None:
        self._ledger = ledger
        self._bodies = bodies
        self._pool = pool
        self._runs = runs

    async def make(self, item: ImportedPage | SkippedRecord, *, is_last: bool) -> Outcome | None:
        """The page; with `is_last`, bodies that are not there will not come any more."""
        if isinstance(item, SkippedRecord):
            return await self._skipped(item)
        if not item.is_ours and not item.row.status:
            return Unusable("no_answer")
        row = self._addressed(item.row, item.is_ours)
        if row is None:
            return Unusable("bad_url")
        run = await self._runs.run(row.run)
        if item.is_revisit:
            return await self._revisit(run, row, item, is_last=is_last)
        body, media_type, content_type = row.body, row.content_type, _content_type(row)
        if not item.is_ours:
            media_type = media_type_of(body, content_type)
            row = row._replace(content_type=media_type)
        copy = StoredCopy(body, media_type, dom=row.dom)
        parsed = await self._parsed(row, copy, content_type)
        return Made(run, await _read(row, copy, parsed, item.is_ours))

    async def _skipped(self, item: SkippedRecord) -> Made | None:
        """The reason was counted when it was read."""
        row = self._addressed(skipped_row(item.url, item.date, item.reason), is_ours=False)
        if item.reason not in _AS_ROWS or row is None:
            return None
        return Made(await self._runs.run(FOREIGN), Arrival(row))

    def _addressed(self, row: PageRow, is_ours: bool) -> PageRow | None:
        if is_ours:
            return row
        address = self._address(row.url)
        if address is None:
            return None
        return row._replace(host=address.host, key=address.digest, run=FOREIGN)

    def _address(self, url: str) -> Address | None:
        try:
            return parse(url, rules=self._runs.rules(FOREIGN))
        except NotAnAddress:
            return None

    async def _revisit(self, run: int, row: PageRow, item: ImportedPage, *, is_last: bool) -> Outcome:
        if await self._ledger.read(lambda c: is_known(c, run, row.key)):
            return Known()
        holder = await self._holder(run, row, item)
        copy = None if holder is None else await self._bodies.copy(holder)
        if copy is None or not _is_payload(copy.body, item.payload_digest):
            bare = Arrival(row._replace(body_visit=None, body=b""))
            return Made(run, bare, lacks_body=True) if is_last else Unresolved()
        copy = replace(copy, dom=row.dom)
        parsed = await self._parsed(row, copy, copy.media_type)
        content_type = row.content_type if item.is_ours else copy.media_type
        row = row._replace(content_type=content_type, body_bytes=len(copy.body))
        found = await _read(row, copy, parsed, item.is_ours)
        return Made(run, Arrival(found.row._replace(body_visit=holder, body=b""), found.links))

    async def _holder(self, run: int, row: PageRow, item: ImportedPage) -> int | None:
        """Ours are found by the digest of the body; others only among what came with them."""
        address = self._address(item.refers_to_url)
        if address is None:
            return None
        if item.is_ours:
            return await self._ledger.read(lambda c: holder_of(c, row.key, digest=row.digest))
        return await self._ledger.read(lambda c: holder_of(c, address.digest, run=run))

    async def _parsed(self, row: PageRow, copy: StoredCopy, content_type: str) -> Parsed:
        if not copy.read:
            return Parsed()
        declared = copy.declared_type if copy.dom else content_type
        return await self._pool.parse(Raw(row.url, copy.read, declared, copy.read_type, row.host))


async def _read(row: PageRow, copy: StoredCopy, parsed: Parsed, is_ours: bool) -> Arrival:
    """The row with what was read in its body, or in what a browser made of it; ours says that already."""
    if copy.dom:
        row = row._replace(dom=parsed.body, dom_digest=parsed.digest, dom_bytes=len(copy.dom))
        body, digest = await asyncio.to_thread(Press().keep, copy.body) if copy.body else (b"", None)
    else:
        body, digest = parsed.body, parsed.digest
    row = row._replace(body=body, digest=digest or row.digest)
    if not is_ours:
        row = row._replace(
            charset=parsed.charset,
            title=parsed.title,
            language=parsed.language,
            canonical=parsed.canonical,
        )
    return Arrival(row, parsed.links)


def _content_type(row: PageRow) -> str:
    headers = json.loads(row.headers)
    return storable(next((value for name, value in headers if name.lower() == "content-type"), ""))


def _is_payload(body: bytes, said: str) -> bool:
    """Whether a body is the one that an archive means; digests that nobody checks are believed."""
    algorithm, _, value = said.partition(":")
    if algorithm.lower() != "sha1":
        return True
    digest = hashlib.sha1(body, usedforsecurity=False)
    return value.upper() in {base64.b32encode(digest.digest()).decode(), digest.hexdigest().upper()}
