"""Reads stored pages of a run again with the present content engine; nothing is requested."""

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from scraper.content.content import ENGINE_VERSION
from scraper.documents.read import is_readable
from scraper.duplicates import Duplicates
from scraper.parse_pool import ParsePool, ParseSettings, Raw
from storage import workspace as places
from storage.content_rows import Kept, fingerprints, keep_contents, newest_engine
from storage.ledger import Connection, Ledger
from storage.reading import reading_of
from storage.run_pages import PageFacts
from storage.runs import Run
from storage.store import Store
from storage.tidy import tidy
from storage.upkeep import Upkeep
from storage.words import Outcome, ReadContent

_STORED = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})
_AGENT = "Tandem"  # whoever asked for the page, its content is the same
GROUP_PAGES = 64  # bodies that are in memory together


@dataclass(frozen=True, slots=True)
class Reread:
    """How far the pages of a run have been read."""

    pages: int = 0  # read now
    known: int = 0  # read before
    unread: int = 0  # whose body is not stored, or took too long


async def reread(workspace: Path, run: Run, told: Callable[[int], None], *, renew: bool) -> Reread:
    """Reads pages that no engine has read; with `renew` those, too, that only an older engine has."""
    places.prepare(workspace)
    with places.hold(workspace):
        async with Ledger(places.ledger_path(workspace)) as ledger:
            await ledger.write(lambda c: tidy(c, workspace))
            known = await ledger.read(lambda c: fingerprints(c, run.run, ENGINE_VERSION))
            settings = ParseSettings(_AGENT, reads_content=True)
            with Store(workspace) as store:
                async with ParsePool(settings, workers=max((os.cpu_count() or 2) - 1, 1)) as pool:
                    reader = _Reader(ledger, store, pool, Upkeep(ledger, workspace), Duplicates(known))
                    return await reader.read(run, ENGINE_VERSION if renew else 1, told)


class _Reader:
    def __init__(
        self, ledger: Ledger, store: Store, pool: ParsePool, upkeep: Upkeep, duplicates: Duplicates
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._pool = pool
        self._upkeep = upkeep
        self._duplicates = duplicates

    async def read(self, run: Run, least_engine: int, told: Callable[[int], None]) -> Reread:
        """Group by group; what is read is committed before the next."""
        result = Reread()
        pages = filter(_is_readable, self._store.pages(run))
        while group := list(islice(pages, GROUP_PAGES)):
            due = await self._ledger.read(lambda c, group=group: _due(c, group, least_engine))  # type: ignore[misc]
            found = [one for one in await asyncio.gather(*map(self._kept, due)) if one is not None]
            kept = [replace(one, content=self._duplicates.compared(one.digest, one.content)) for one in found]
            await self._ledger.write(lambda c, kept=kept: keep_contents(c, kept))  # type: ignore[misc]
            told(len(kept))
            result = Reread(
                result.pages + len(kept),
                result.known + len(group) - len(due),
                result.unread + len(due) - len(kept),
            )
        await self._upkeep.finish()
        return result

    async def _kept(self, page: PageFacts) -> Kept | None:
        read = self._store.read(page.visit)
        if not read:
            return None
        as_read = reading_of(page)
        raw = Raw(page.url, read, as_read.header, as_read.media_type, page.host)
        parsed = await self._pool.parse(raw)
        if not parsed.engine:
            return None
        content = ReadContent(parsed.engine, parsed.page_type, parsed.fingerprint, parsed.content)
        return Kept(page.host, page.url, as_read.digest, content)


def _is_readable(page: PageFacts) -> bool:
    as_read = reading_of(page)
    return page.outcome in _STORED and is_readable(as_read.media_type) and bool(as_read.digest)


def _due(connection: Connection, pages: Sequence[PageFacts], least_engine: int) -> list[PageFacts]:
    """The pages to read, each body once."""
    named = ((reading_of(page).digest, page) for page in pages)
    due = {digest: page for digest, page in named if newest_engine(connection, digest) < least_engine}
    return list(due.values())
