"""Whether a crawl that was killed on the way ended like one that was not."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.tandem_run import Stored

FINAL = frozenset({200, 302, 404})


@dataclass(frozen=True, slots=True)
class Request:
    """One line of the site's log."""

    at: float
    status: int
    path: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What went wrong in one crawl, by kind; all zero is a pass."""

    lost: int
    stored_twice: int
    altered: int
    unexpected: int
    most_refetched_after_a_kill: int

    def is_clean(self, concurrency: int) -> bool:
        """Says whether nothing was lost, doubled or changed, and only requests in flight were made again."""
        wrong = self.lost + self.stored_twice + self.altered + self.unexpected
        return wrong == 0 and self.most_refetched_after_a_kill <= concurrency


def read_log(path: Path) -> list[Request]:
    """Reads the log of a site, robots.txt left off."""
    rows = (line.split(" ", 3) for line in path.read_text().splitlines())
    return [
        Request(float(at), int(status), url.partition("?")[0])
        for at, status, _, url in rows
        if url != "/robots.txt"
    ]


def refetches(requests: Iterable[Request], kills: Sequence[float]) -> Iterator[int]:
    """Gives for every kill how many paths with a final answer from before were asked for again after it."""
    requests = list(requests)
    for start, end in pairwise([*kills, float("inf")]):
        known = {request.path for request in requests if request.at < start and request.status in FINAL}
        yield len({request.path for request in requests if start <= request.at < end} & known)


def judge(
    rows: Iterable[Stored],
    kept: dict[str, str],
    gone: set[str],
    requests: Iterable[Request],
    kills: Sequence[float],
) -> Verdict:
    """Compares what is stored with the truth: `kept` are paths with their bodies' digests, `gone` are 404."""
    rows = list(rows)
    bodies = {urlsplit(row.url).path: row.body_sha256 for row in rows if row.status == 200}
    not_found = {urlsplit(row.url).path for row in rows if row.status == 404}
    return Verdict(
        lost=len(kept.keys() - bodies.keys()) + len(gone - not_found),
        stored_twice=sum(count - 1 for count in Counter(urlsplit(row.url).path for row in rows).values()),
        altered=sum(bodies[path] != digest for path, digest in kept.items() if path in bodies),
        unexpected=len(bodies.keys() - kept.keys()) + len(not_found - gone),
        most_refetched_after_a_kill=max(refetches(requests, kills), default=0),
    )
