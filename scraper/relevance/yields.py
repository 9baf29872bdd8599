"""What the slots of a crawl bring: each is tried early, then goes where its pages have put it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

OFFSETS = 12  # bands between the best slot and the worst
MOST_SLOTS = 20_000  # remembered, some 5 MB; one that is forgotten begins anew
MOST_KINDS = 5_000
_KIND_BITS, _PAGE_BITS = 32, 31
UNKNOWN = 0.5  # what a kind of slot brings that was never tried: better than most, so that it is tried
_PRIOR_PAGES = 2  # what a slot is thought to bring counts as much as this many of its pages
_SLOWEST = 0.1  # share of the newest page in the mean: a slot may turn bad late
_CURIOSITY = 0.3  # added to what is thought of a slot, less with every page that came from it
_SURE_AFTER = 8  # pages, after which a slot moves by two bands at least: each move rewrites what waits in it
JUDGED_PAGES = 4  # what a judge says of a slot's pages counts as much as these


@dataclass(slots=True)
class Mean:
    """The mean of what pages brought, the newest counting most."""

    pages: int = 0
    value: float = 0.0

    def add(self, value: float) -> None:
        """One more page."""
        self.pages += 1
        self.value += (value - self.value) * max(1 / self.pages, _SLOWEST)

    def near(self, expected: float) -> float:
        """The mean, pulled to what was expected while it rests on few pages."""
        return (self.value * self.pages + expected * _PRIOR_PAGES) / (self.pages + _PRIOR_PAGES)


@dataclass(slots=True)
class _Slot:
    mean: Mean
    offset: int


def slot_number(kind: int, page: int) -> int:
    """The slot of links of one kind on one page (or the pages that differ from it in numbers only)."""
    return (kind & ((1 << _KIND_BITS) - 1)) << _PAGE_BITS | page & ((1 << _PAGE_BITS) - 1) or 1


def kind_of(slot: int) -> int:
    """The kind of a slot: links in the same place of any page of the site, to addresses of one shape."""
    return slot >> _PAGE_BITS


class Yields:
    """Learns from the pages that slots led to; an offset is in bands, 0 for the best."""

    def __init__(self, kinds: Iterable[tuple[int, int, float]] = ()) -> None:
        self._kinds = {kind: Mean(pages, value) for kind, pages, value in kinds}
        self._slots: dict[int, _Slot] = {}

    @property
    def kinds(self) -> list[tuple[int, int, float]]:
        """What is known of kinds of slots: number, pages, mean."""
        return [(kind, mean.pages, mean.value) for kind, mean in self._kinds.items()]

    def begin(self, slot: int) -> int | None:
        """The offset of a slot that is met for the first time; None for a known one."""
        if slot in self._slots:
            return None
        return self._slot(slot).offset

    def brought(self, slot: int, value: float, pages: int = 1) -> int | None:
        """A link of the slot led to a page of this value; the slot's new offset where it moves."""
        known = self._slot(slot)
        kind = self._kinds.setdefault(kind_of(slot), Mean())
        for _ in range(pages):
            known.mean.add(value)
            kind.add(value)
        _bound(self._kinds, MOST_KINDS)
        offset = self._offset(slot, known.mean)
        if abs(offset - known.offset) < 1 + (known.mean.pages > _SURE_AFTER):
            return None
        known.offset = offset
        return offset

    def _slot(self, slot: int) -> _Slot:
        known = self._slots.pop(slot, None)
        if known is None:
            mean = Mean()
            known = _Slot(mean, self._offset(slot, mean))
        self._slots[slot] = known  # the last used is the last to be forgotten
        _bound(self._slots, MOST_SLOTS)
        return known

    def _offset(self, slot: int, mean: Mean) -> int:
        kind = self._kinds.get(kind_of(slot))
        expected = kind.near(UNKNOWN) if kind else UNKNOWN
        tried = mean.pages + (kind.pages / 4 if kind else 0)
        hoped = mean.near(expected) + _CURIOSITY / math.sqrt(1 + tried)
        return round(OFFSETS * (1 - min(hoped, 1.0)))


def _bound(known: dict[int, Any], most: int) -> None:
    if len(known) > most:
        del known[next(iter(known))]
