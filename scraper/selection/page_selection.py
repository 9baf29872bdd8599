"""Selects the wanted records in one parsed page: what is learned first, then the built-in engine.

Runs in the parse workers. It learns nothing itself: what a page teaches travels back with what was found.
"""

from collections import Counter
from collections.abc import Sequence

import msgpack

from scraper.document import Document
from scraper.pages import NOT_SELECTED, PageFacts, SelectedFields
from scraper.selection.fitting import Fitting
from scraper.selection.knowledge import Knowledge
from scraper.selection.known_host import KnownHost
from scraper.selection.page_reader import PageReader, WishRead
from scraper.selection.question import packed_doubts
from scraper.selection.wanted import Wanted

FIRST_ASKED = 12  # undecided pages of one kind whose questions are made
THEN_EVERY = 16  # … and of the later ones
MOST_KINDS = 10_000


class PageSelection:
    """Reads pages of many hosts for the same wishes; `asks` when there is a model to be asked."""

    def __init__(self, wanted: Sequence[Wanted], *, asks: bool = False) -> None:
        self._wanted = Fitting(wanted)
        self._asks = asks
        self._hosts: dict[str, tuple[bytes, KnownHost]] = {}
        self._open: Counter[tuple[str, str, str]] = Counter()  # host, shape, record: undecided pages so far

    def select(self, document: Document, facts: PageFacts) -> SelectedFields:
        """Everything of the wishes that the page holds."""
        fitting = self._wanted.of(facts.url)
        if not fitting or document.tree.root is None:
            return NOT_SELECTED
        page = PageReader(document, facts, self._known(facts))
        found = [page.read(one, self._is_sample if self._asks else None) for one in fitting]
        doubts = [doubt for one in found for doubt in one.doubts]
        return SelectedFields(
            rows=tuple(row for one in found for row in one.rows),
            nothing=tuple(one.record for one in found if not one.rows),
            template=page.place.template,
            reason=_reason(found),
            version=page.version,
            question=packed_doubts(doubts) if doubts else b"",
            observed=msgpack.packb([one.observed for one in found if one.observed]),
        )

    def _is_sample(self, kind: tuple[str, str, str]) -> bool:
        """Whether the question of a page is worth its making: a few tell of all that are built alike."""
        count = self._open[kind]
        if len(self._open) < MOST_KINDS or kind in self._open:
            self._open[kind] += 1
        return count < FIRST_ASKED or count % THEN_EVERY == 0

    def _known(self, facts: PageFacts) -> KnownHost:
        packed, known = self._hosts.get(facts.host, (b"", None))
        if known is None or packed != facts.known:
            known = KnownHost.unpacked(facts.known) if facts.known else KnownHost(Knowledge(facts.host, 0))
            if len(self._hosts) > 1_000:
                self._hosts.clear()
            self._hosts[facts.host] = (facts.known, known)
        return known


def _reason(found: Sequence[WishRead]) -> str:
    """Why a page waits."""
    if any(one.waits_for_model for one in found):
        return "model"
    return "probation" if any(one.is_open for one in found) else ""
