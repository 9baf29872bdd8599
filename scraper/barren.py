"""Learns which shapes of addresses bring only texts that were there before, so that they can wait till last.

Print views, sessions in the path, tags that all lead to one list: nothing of them is refused, since their
links may lead on, but what promises something new goes first. That changes an order only: it stays in memory.
"""

import re
from collections import OrderedDict

JUDGED_AFTER = 20  # pages of a shape whose text was looked at
LEAST_FRESH = 0.1  # share of new texts among them
HALVED_AT = 200  # pages, after which the older half of what was seen counts half
MOST_SHAPES = 10_000
SETBACK = 100_000  # of priority: a hundred links deeper than it is

_VARYING = re.compile(r"[^/]*\d[^/]*")
_VALUES = re.compile(r"=[^&]*")


def shape(url: str) -> str:
    """Host, folders and names of arguments; a star for the last segment and for every one with a digit."""
    place, question, query = url.partition("://")[2].partition("#")[0].partition("?")
    host, _, path = place.partition("/")
    folders, _, last = path.rpartition("/")
    folders = _VARYING.sub("*", folders)
    return f"{host}/{folders}/{'*' if last else ''}{question}{_VALUES.sub('', query)}"


class BarrenShapes:
    """What the pages of each shape brought."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()  # shape → pages, new texts among them
        self._barren: set[str] = set()

    def brought(self, url: str, *, is_fresh: bool) -> None:
        """Counts one page."""
        name = shape(url)
        pages, fresh = self._seen.get(name, (0, 0))
        pages, fresh = pages + 1, fresh + is_fresh
        if pages >= HALVED_AT:
            pages, fresh = pages // 2, fresh // 2
        self._seen[name] = pages, fresh
        self._seen.move_to_end(name)
        if pages >= JUDGED_AFTER and fresh < pages * LEAST_FRESH:
            self._barren.add(name)
        else:
            self._barren.discard(name)
        if len(self._seen) > MOST_SHAPES:
            self._barren.discard(self._seen.popitem(last=False)[0])

    def setback(self, url: str) -> int:
        """By how much an address has to wait longer than others of its depth."""
        return SETBACK if self._barren and shape(url) in self._barren else 0
