"""Looks again at stored pages whose records may change: nothing is requested, each look is one decision."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from scraper.documents.read import may_have_records
from scraper.pages import Parsed, Raw, stored
from scraper.selection.question import Pick, packed_picks
from storage.selection_rows import Reselected, WaitingPage
from storage.words import Selected, StoredCopy


class Bodies(Protocol):
    """Stored bodies by visit."""

    async def copy(self, visit: int) -> StoredCopy | None:
        """The decoded body that a visit stored, and the headers it came with."""


class Parser(Protocol):
    """The parse pool."""

    async def parse(self, raw: Raw) -> Parsed:
        """What is read in one page."""


class Looked(NamedTuple):
    """One page after a second look."""

    page: WaitingPage
    selected: Selected | None  # None: it could not be read any more, and what is known of it stands


@dataclass(frozen=True, slots=True)
class SecondLooks:
    """With what stored pages are read again."""

    bodies: Bodies
    parser: Parser
    run_id: str
    clock: Callable[[], float] = time.time

    async def at(
        self, pages: Sequence[WaitingPage], picks: Mapping[int, Sequence[Pick]] | None = None
    ) -> list[Looked]:
        """Several pages together; `picks` are what the model chose, by visit."""
        chosen = picks or {}
        return await asyncio.gather(*(self._look(page, chosen.get(page.visit, ())) for page in pages))

    def decided(self, looked: Looked, *, waits: bool) -> Reselected | None:
        """The decision that a look comes to; `waits`: the page may still wait for what it waited for."""
        selected = looked.selected
        if selected is None:
            return None
        if not waits:
            selected = selected._replace(undecided=None)
        page = looked.page
        return Reselected(page.visit, self.run_id, page.host, page.url, page.key, self.clock(), selected)

    async def _look(self, page: WaitingPage, picks: Sequence[Pick]) -> Looked:
        copy = await self.bodies.copy(page.visit)
        if copy is None or not may_have_records(copy.read_type):
            return Looked(page, None)
        picked = packed_picks(picks)
        raw = Raw(page.url, copy.read, copy.declared_type, copy.read_type, page.host, picked=picked)
        return Looked(page, stored((await self.parser.parse(raw)).selected))
