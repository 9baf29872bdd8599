"""Which pages of a run say what another said before, as they are committed."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scraper.barren import BarrenShapes
from scraper.content.fingerprint import Fingerprint, are_near
from scraper.stored_print import from_bytes
from storage.words import Outcome, ReadContent, Visit

MOST_TEXTS = 100_000  # remembered: some 60 MB; later ones are compared, but not remembered
MOST_ALIKE = 32  # compared with one text: pages of one template fall into the same quarters by the thousand
_STORED = frozenset({Outcome.FETCHED, Outcome.UNCHANGED})
_QUARTERS = range(0, 64, 16)


class Duplicates:
    """Remembers first texts; `known` are those that were committed before, by the digest of what was read.

    Of every page with a text, `shapes` hears whether it was new.
    """

    def __init__(self, known: Iterable[tuple[bytes, bytes]] = (), shapes: BarrenShapes | None = None) -> None:
        self._shapes = shapes
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
        content, is_fresh = self._compared(page.read_digest, page.content)
        if content.fingerprint and self._shapes is not None:
            self._shapes.brought(visit.lease.link.url, is_fresh=is_fresh)
        return visit if content is page.content else replace(visit, page=replace(page, content=content))

    def compared(self, digest: bytes, content: ReadContent) -> ReadContent:
        """What was read in a body, with the body that had its text first; a new text is remembered."""
        return self._compared(digest, content)[0]

    def _compared(self, digest: bytes, content: ReadContent) -> tuple[ReadContent, bool]:
        """The same, and whether the text is new."""
        if not content.fingerprint:
            return content, False
        print_ = from_bytes(content.fingerprint)
        first = self._first(print_)
        if first is None:
            self._remember(print_, digest)
            return content, True
        # the same bytes again repeat nothing
        return content if first == digest else replace(content, duplicate_of=first), False

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
