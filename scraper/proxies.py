"""Which proxy a host is asked through, and which proxies are left alone for a while: pure, but for a clock.

A host keeps its proxy while that is healthy. A proxy that fails twice in a row is benched, and twice as long
every time it fails again right after that. Nothing ever goes out without the proxy that it was to go through.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from scraper.host_pattern import HostPattern
from storage.site import hostname

DIRECT: Final = "direct"
BENCH_AFTER: Final = 2  # failures in a row
BENCH_SECONDS: Final = 5.0
MOST_BENCH_SECONDS: Final = 600.0
HOSTS: Final = 20_000  # whose proxy is remembered: bounds memory; a forgotten host is given one anew
_SMOOTH: Final = 0.2  # of a new latency in the average


@dataclass(frozen=True, slots=True)
class ProxyPlan:
    """What a job declares; the URLs may hold passwords."""

    per_host: tuple[tuple[HostPattern, str], ...] = field(default=(), repr=False)  # `direct` or a URL
    rotating: tuple[str, ...] = field(default=(), repr=False)
    otherwise: str = field(default=DIRECT, repr=False)  # where there is no list

    def __bool__(self) -> bool:
        return bool(self.per_host or self.rotating)


@dataclass(slots=True)
class _Health:
    failures: int = 0  # in a row
    benches: int = 0  # in a row
    benched_until: float = 0.0
    hosts: int = 0
    latency: float = 0.0


class Proxies:
    """Chooses, and learns from what became of requests."""

    def __init__(self, plan: ProxyPlan, clock: Callable[[], float] = time.monotonic) -> None:
        self._plan = plan
        self._clock = clock
        urls = {*plan.rotating, plan.otherwise, *(url for _, url in plan.per_host)} - {DIRECT}
        self._health = {url: _Health() for url in urls}
        self._kept: dict[str, str] = {}

    def choose(self, host: str, without: Collection[str] = ()) -> str | None:
        """The proxy for a host, or `direct`; None when there is none at this moment."""
        declared = self._declared(host)
        if declared == DIRECT:
            return DIRECT
        if declared:
            return declared if self._is_there(declared, without) else None
        kept = self._kept.get(hostname(host))
        if kept is not None and self._is_there(kept, without):
            return kept
        return self._rotated(host, without)

    def upstream_for(self, host: str) -> str | None:
        """The URL of the proxy for a host, with its password; empty for none, None when none is up.

        A host is given without its port here: whatever is declared for one of its ports is meant.
        """
        named = [url for pattern, url in self._plan.per_host if pattern.is_named(host) and url != DIRECT]
        if named and not any(pattern.covers(host, any_port=True) for pattern, _ in self._plan.per_host):
            return named[0] if self._is_there(named[0], ()) else None
        chosen = self.choose(host)
        return "" if chosen == DIRECT else chosen

    def worked(self, proxy: str, seconds: float) -> None:
        """A request went through."""
        health = self._health[proxy]
        health.failures = health.benches = 0
        health.latency += _SMOOTH * (seconds - health.latency)

    def failed(self, proxy: str) -> None:
        """It is the proxy that could not be reached, or could do nothing."""
        health = self._health[proxy]
        health.failures += 1
        if health.failures >= BENCH_AFTER:
            seconds = min(BENCH_SECONDS * 2.0 ** min(health.benches, 20), MOST_BENCH_SECONDS)
            health.benched_until = self._clock() + seconds
            health.benches += 1
            health.failures = BENCH_AFTER - 1  # when its time is over, one more failure is enough

    def _declared(self, host: str) -> str:
        """What the job says of this host; empty where the list is for it."""
        for pattern, url in self._plan.per_host:
            if pattern.covers(host, any_port=True):
                return url
        return "" if self._plan.rotating else self._plan.otherwise

    def _rotated(self, host: str, without: Collection[str]) -> str | None:
        """The healthy proxy that fewest hosts use; among those the quickest."""
        healthy = [url for url in self._plan.rotating if self._is_there(url, without)]
        if not healthy:
            return None
        chosen = min(healthy, key=self._burden)
        self._keep(hostname(host), chosen)
        return chosen

    def _burden(self, url: str) -> tuple[int, float]:
        health = self._health[url]
        return health.hosts, health.latency

    def _keep(self, host: str, proxy: str) -> None:
        before = self._kept.pop(host, None)
        if before is not None:
            self._health[before].hosts -= 1
        if len(self._kept) >= HOSTS:
            self._release(next(iter(self._kept)))
        self._kept[host] = proxy
        self._health[proxy].hosts += 1

    def _release(self, host: str) -> None:
        self._health[self._kept.pop(host)].hosts -= 1

    def _is_there(self, proxy: str, without: Collection[str]) -> bool:
        return proxy not in without and self._health[proxy].benched_until <= self._clock()
