"""Synthetic runs of many small pages, committed as a crawl commits them."""

from collections.abc import Sequence

import zstandard

from storage.address import parse
from storage.frontier import SqliteFrontier
from storage.key import DEFAULT_RULES
from storage.ledger import Ledger
from storage.runs import Run, keep_rules, start_run
from storage.words import Link, Outcome, Page, Visit

FRAME = zstandard.ZstdCompressor(level=1)
NOON = 1_700_000_000.0


def body(n: int) -> bytes:
    """The body of page n."""
    return f"<html><title>{n}</title>{f'text {n} ' * (n % 50 + 1)}".encode()


def digest(n: int) -> bytes:
    """What stands for the digest of page n; the ledger knows its first half."""
    return n.to_bytes(16, "big") * 2


def link(n: int, host: str = "a.test") -> Link:
    """The link to page n."""
    address = parse(f"http://{host}/{n}")
    return Link(address.fetch, address.digest, address.host)


async def begin(ledger: Ledger, job: str = "job", job_file: str = "{}") -> Run:
    """A new run."""
    await ledger.write(lambda c: keep_rules(c, DEFAULT_RULES.version, DEFAULT_RULES.as_json()))
    return await ledger.write(lambda c: start_run(c, job, job_file, DEFAULT_RULES.version))


async def crawl(ledger: Ledger, run: Run, numbers: Sequence[int], host: str = "a.test") -> None:
    """Commits the pages of these numbers."""
    frontier = SqliteFrontier(ledger, run.run, slots=len(numbers))
    await frontier.add([link(n, host) for n in numbers])
    done = 0
    while done < len(numbers):
        leases = await frontier.claim(len(numbers), 60, 1)
        assert await frontier.commit([_visit(lease) for lease in leases]) == []
        done += len(leases)
    await frontier.close()


def _visit(lease: object) -> Visit:
    n = int(lease.link.url.rpartition("/")[2])  # type: ignore[attr-defined]
    page = Page(
        body=FRAME.compress(body(n)),
        body_bytes=len(body(n)),
        digest=digest(n),
        title=f"page {n}",
    )
    return Visit(lease, Outcome.FETCHED, "ok", NOON + n, 200, page=page)  # type: ignore[arg-type]
