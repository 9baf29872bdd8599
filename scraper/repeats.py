"""Learns which blocks the pages of a host repeat: menus, banners and footers that the markup does not name.

Only the process that runs the crawl learns, from the hashes that come back with each page; a worker is told a
short list by `scraper.sites`. Nothing of it is stored: a crawl that goes on learns anew within a few pages.
"""

from array import array
from collections import Counter, OrderedDict
from collections.abc import Sequence

from scraper.sites import Sites

CONTENT = "content"  # the part of what is known of a host
FEWEST_PAGES = 4  # with different texts that have a block before it counts as repeated
LEAST_SHARE = 0.2  # of the host's pages
LOOKED_AT = 400  # pages of a host that are learned from
MOST_COUNTED = 4_000  # blocks of a host; those seen once go first
MOST_TOLD = 400
MOST_TRAVELLING = 1_000  # blocks of one page
MOST_HOSTS = 200  # learned of at a time: some 60 MB at the worst


class _Host:
    """What the pages of one host had in common so far."""

    __slots__ = ("counts", "pages", "texts")

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()
        self.texts: set[bytes] = set()
        self.pages = 0

    def add(self, text: bytes, blocks: Sequence[int]) -> bool:
        """Counts a page; copies of one page repeat their content too, and count once."""
        if text in self.texts:
            return False
        self.texts.add(text)
        self.pages += 1
        self.counts.update(set(blocks))
        if len(self.counts) > MOST_COUNTED:
            self.counts = Counter({block: count for block, count in self.counts.items() if count > 1})
        return True

    def repeated(self) -> list[int]:
        """The blocks that many of the pages have, in one order for one set."""
        fewest = max(FEWEST_PAGES, LEAST_SHARE * self.pages)
        return sorted(block for block, count in self.counts.most_common(MOST_TOLD) if count >= fewest)


class Repeats:
    """Counts blocks host by host, and makes known what is repeated."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites
        self._hosts: OrderedDict[str, _Host] = OrderedDict()

    def learn(self, host: str, text: bytes, blocks: bytes) -> None:
        """Takes in one page: the fingerprint of its text, and its blocks as `packed`."""
        known = self._hosts.get(host)
        if known is None:
            known = self._hosts[host] = _Host()
            if len(self._hosts) > MOST_HOSTS:
                self._hosts.popitem(last=False)
        if known.pages >= LOOKED_AT or not known.add(text, unpacked(blocks)):
            return
        self._hosts.move_to_end(host)
        # What is told takes as many bytes as a small page: often in the beginning, then ever less often.
        if known.pages >= FEWEST_PAGES and known.pages & known.pages - 1 == 0:
            self._sites.learn(host, CONTENT, array("Q", known.repeated()).tobytes())


def packed(blocks: frozenset[int]) -> bytes:
    """Block hashes as they travel; of too many the smallest, which are the same on all pages."""
    travelling = blocks if len(blocks) <= MOST_TRAVELLING else sorted(blocks)[:MOST_TRAVELLING]
    return array("Q", travelling).tobytes()


def unpacked(blocks: bytes) -> Sequence[int]:
    """Block hashes as they were packed."""
    return array("Q", blocks)
