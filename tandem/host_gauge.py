"""The hosts that hold a run up most, as its progress tells them."""

import time

from tandem.crawl_parts import CrawlParts
from tandem.progress.figures import Host

MOST = 20


def slowest_hosts(parts: CrawlParts) -> tuple[Host, ...]:
    """Those with something to do, the ones that are due last first."""
    now = time.time()
    return tuple(
        Host(
            host=host.name,
            waiting=host.ready,
            in_flight=host.busy,
            latency_seconds=parts.gate.latency(host.name),
            gap_seconds=host.gap,
            parked_seconds=round(max(host.due - now, 0.0), 1),
        )
        for host in parts.frontier.latest_due(MOST)
    )
