"""Which pages of a run say what another said before, as they are committed."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scraper.content.fingerprint import Fingerprint, are_near
from scraper.stored_print import from_bytes
from storage.words import Outcome, ReadContent, Visit

MOST_TEXTS = 100_000  # remembered: some 60 MB; later ones are compared, but not remembered
MOST_ALIKE = 32  # compared with one text: pages of one template fall into the same quarters by the thousand
_STORED = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})
_QUARTERS = range(0, 64, 16)


class Duplicates:
    """Remembers first texts; `known` are those that were committed before, by body digest."""

    def __init__(self, known: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self._exact: dict[bytes, bytes] = {}
        # Two simhashes that differ in at most three bits agree in one of four quarters.
        self._alike: dict[int, deque[tuple[Fingerprint, bytes]]] = {}
        for digest, stored in known:
            self._remember(from_bytes(stored), digest)

    def marked(self, visits: Sequence[Visit]) -> list[Visit]:
        """The visits in their order; each that repeats a text names the body that had it first."""
        return [self._marked(visit) for visit in visits]

    def _marked(self, visit: Visit) -> Visit:
        page = visit.page
        if page.content is None or visit.outcome not in _STORED:
            return visit
        content = self.compared(page.digest, page.content)
        return visit if content is page.content else replace(visit, page=replace(page, content=content))

    def compared(self, digest: bytes, content: ReadContent) -> ReadContent:
        """What was read in a body, with the body that had its text first; a new text is remembered."""
        if not content.fingerprint:
            return content
        print_ = from_bytes(content.fingerprint)
        first = self._first(print_)
        if first is None:
            self._remember(print_, digest)
        # the same bytes again repeat nothing
        return content if first in {None, digest} else replace(content, duplicate_of=first)

    def _first(self, print_: Fingerprint) -> bytes | None:
        if (digest := self._exact.get(print_.exact)) is not None:
            return digest
        for place in _QUARTERS:
            for known, digest in self._alike.get(_quarter(print_, place), ()):
                if are_near(known, print_):
                    return digest
        return None

    def _remember(self, print_: Fingerprint, digest: bytes) -> None:
        if len(self._exact) >= MOST_TEXTS:
            return
        self._exact.setdefault(print_.exact, digest)
        for place in _QUARTERS:
            alike = self._alike.setdefault(_quarter(print_, place), deque(maxlen=MOST_ALIKE))
            alike.append((print_, digest))


def _quarter(print_: Fingerprint, place: int) -> int:
    return place << 16 | print_.shingles >> place & 0xFFFF
