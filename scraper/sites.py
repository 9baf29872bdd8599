"""What the crawl has learned of each host, as it travels to the workers: packed parts, sent when newer.

Both ends forget the same host at the same time, so that a worker never lacks what it was told.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import NamedTuple

import msgpack

MOST_KNOWN = 10_000  # hosts, some kB each; of others it is learned again
MOST_HOSTS = 1_000  # told to one worker; a host that is met again later is told anew


class Sites:
    """What the main process knows; each part of a host is replaced as a whole."""

    def __init__(self, most_hosts: int = MOST_KNOWN) -> None:
        self._most = most_hosts
        self._known: OrderedDict[str, _Site] = OrderedDict()  # the last used last
        self._last_version = 0

    def learn(self, host: str, part: str, packed: bytes) -> None:
        """The newest of one kind of knowledge."""
        before = self._used(host) or _Site(0, {})
        if before.parts.get(part) == packed:
            return
        self._last_version += 1  # counted over all hosts: one that was let go never has an old one again
        self._known[host] = _Site(self._last_version, {**before.parts, part: packed})
        if len(self._known) > self._most:
            self._known.popitem(last=False)

    def version(self, host: str) -> int:
        """Changes with whatever is known of the host; 0 when nothing is."""
        site = self._used(host)
        return site.version if site is not None else 0

    def packed(self, host: str) -> bytes:
        """All parts of a host."""
        site = self._used(host)
        packed: bytes = msgpack.packb(site.parts if site is not None else {})
        return packed

    def _used(self, host: str) -> "_Site | None":
        site = self._known.get(host)
        if site is not None:
            self._known.move_to_end(host)
        return site


class _Site(NamedTuple):
    version: int
    parts: Mapping[str, bytes]


class Told:
    """What one worker was told."""

    def __init__(self, sites: Sites, most_hosts: int = MOST_HOSTS) -> None:
        self._sites = sites
        self._most = most_hosts
        self._versions: OrderedDict[str, int] = OrderedDict()

    def news(self, host: str) -> bytes:
        """What the worker has yet to be told with a page of this host; empty when nothing."""
        version = self._sites.version(host)
        if self._versions.get(host, 0) == version:
            return b""
        self._versions[host] = version
        self._versions.move_to_end(host)
        if len(self._versions) > self._most:
            self._versions.popitem(last=False)
        return self._sites.packed(host)


class SiteMemory:
    """What a worker was told."""

    def __init__(self, most_hosts: int = MOST_HOSTS) -> None:
        self._most = most_hosts
        self._parts: OrderedDict[str, Mapping[str, bytes]] = OrderedDict()

    def hear(self, host: str, news: bytes) -> None:
        """Takes in what came with a page."""
        self._parts[host] = msgpack.unpackb(news)
        self._parts.move_to_end(host)
        if len(self._parts) > self._most:
            self._parts.popitem(last=False)

    def part(self, host: str, part: str) -> bytes:
        """One kind of knowledge of a host; empty when there is none."""
        return self._parts.get(host, {}).get(part, b"")
