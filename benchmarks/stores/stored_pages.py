"""Look-ups of whole pages in a workspace that holds generated ones, all sealed."""

import asyncio
import hashlib
import random
from pathlib import Path

import zstandard

from benchmarks.stores.measured import percentiles
from benchmarks.stores.sites import corpus
from storage.address import parse
from storage.frontier import SqliteFrontier
from storage.key import DEFAULT_RULES
from storage.ledger import Ledger
from storage.runs import keep_rules, start_run
from storage.seal import seal_all
from storage.store import Store
from storage.words import Link, Outcome, Page, Visit
from storage.workspace import ledger_path, prepare


async def _crawl(workspace: Path, bodies: dict[str, bytes]) -> None:
    prepare(workspace)
    compress = zstandard.ZstdCompressor(level=1).compress
    async with Ledger(ledger_path(workspace)) as ledger:
        await ledger.write(lambda c: keep_rules(c, DEFAULT_RULES.version, DEFAULT_RULES.as_json()))
        run = await ledger.write(lambda c: start_run(c, "pages", "{}", DEFAULT_RULES.version))
        frontier = SqliteFrontier(ledger, run.run, slots=len(bodies))
        addresses = [parse(url) for url in bodies]
        await frontier.add([Link(address.fetch, address.digest, address.host) for address in addresses])
        while leases := await frontier.claim(500, 600, 1):
            visits = []
            for lease in leases:
                body = bodies[lease.link.url]
                digest = hashlib.sha256(body).digest()
                page = Page(body=compress(body), body_bytes=len(body), digest=digest)
                visits.append(Visit(lease, Outcome.FETCHED, "ok", 1_700_000_000.0, 200, page=page))
            await frontier.commit(visits)
        await frontier.close()
        await seal_all(ledger, workspace)


def page_lookups(workspace: Path, hosts: int, lookups: int) -> tuple[float, float]:
    """p50 and p99 in milliseconds of getting a body by URL, among eight pages of every host."""
    bodies = {url: body for _, url, body in corpus(hosts, 8)}
    asyncio.run(_crawl(workspace, bodies))
    dice = random.Random(3)
    with Store(workspace) as store:
        urls = dice.choices(list(bodies), k=lookups)
        if any(store.get(url) != bodies[url] for url in urls[:50]):
            raise SystemExit("a page came back changed")
        return percentiles(store.get, urls)
