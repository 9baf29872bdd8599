"""Which slot a link belongs to, what slots brought so far, and which of them a late verdict concerns."""

from collections import deque
from collections.abc import Iterator
from hashlib import blake2b

from scraper.discover import STEP
from scraper.relevance.shape import page_of_numbers, shape
from scraper.relevance.yields import JUDGED_PAGES, MOST_KINDS, Yields, slot_number
from storage.words import Link

Offset = tuple[int, int]  # a slot, and what is added to the priority of its links

_SLOTS_OF_A_PATTERN = 64  # remembered for late verdicts


class Slots:
    """The slots of one crawl."""

    def __init__(self, yields: Yields) -> None:
        self._yields = yields
        self._near: dict[str, deque[int]] = {}  # slots that lead to pages of a pattern, or stand on them

    def of(self, page: str, place: int, url: str, level: int) -> int:
        """The slot of a link at a place of a page; `level` is how much of the topic its words are."""
        host = page.partition("://")[2].partition("/")[0]
        kind = _number(f"{host} {place} {shape(url)} {level}")
        return slot_number(kind, _number(page_of_numbers(page)))

    def begun(self, slot: int, page: str) -> Iterator[Offset]:
        """The first offset of a slot that is new; it stands on pages like this one."""
        offset = self._yields.begin(slot)
        if offset is not None:
            self._note(shape(page), slot)
            yield slot, offset * STEP

    def brought(self, link: Link, value: float) -> Iterator[Offset]:
        """A link led to a page of this value: its slot's new offset, where that moves."""
        if link.slot:
            self._note(shape(link.url), link.slot)
            offset = self._yields.brought(link.slot, value)
            if offset is not None:
                yield link.slot, offset * STEP

    def judged(self, pattern: str, value: float) -> Iterator[Offset]:
        """The offsets that move when pages of a pattern are said to be worth this much."""
        for slot in dict.fromkeys(self._near.get(pattern, ())):
            offset = self._yields.brought(slot, value, JUDGED_PAGES)
            if offset is not None:
                yield slot, offset * STEP

    def _note(self, pattern: str, slot: int) -> None:
        near = self._near.get(pattern)
        if near is None:
            near = self._near[pattern] = deque(maxlen=_SLOTS_OF_A_PATTERN)
            if len(self._near) > MOST_KINDS:
                del self._near[next(iter(self._near))]
        if not near or near[-1] != slot:
            near.append(slot)


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(errors="replace"), digest_size=8).digest())
