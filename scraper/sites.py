"""What the crawl has learned of each host, as it travels to the workers: packed parts, sent when newer.

Both ends forget the same host at the same time, so that a worker never lacks what it was told.
"""

from collections import OrderedDict
from collections.abc import Mapping

import msgpack

MOST_HOSTS = 1_000  # told to one worker; a host that is met again later is told anew


class Sites:
    """What the main process knows; each part of a host is replaced as a whole."""

    def __init__(self) -> None:
        self._parts: dict[str, dict[str, bytes]] = {}
        self._versions: dict[str, int] = {}

    def learn(self, host: str, part: str, packed: bytes) -> None:
        """The newest of one kind of knowledge."""
        parts = self._parts.setdefault(host, {})
        if parts.get(part) != packed:
            parts[part] = packed
            self._versions[host] = self._versions.get(host, 0) + 1

    def version(self, host: str) -> int:
        """Changes with whatever is known of the host; 0 when nothing is."""
        return self._versions.get(host, 0)

    def packed(self, host: str) -> bytes:
        """All parts of a host."""
        packed: bytes = msgpack.packb(self._parts.get(host, {}))
        return packed


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
