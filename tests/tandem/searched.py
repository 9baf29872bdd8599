"""Workspaces with pages that say what a test wants, committed as a crawl commits them."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import zstandard

from storage.address import parse
from storage.frontier import SqliteFrontier
from storage.ledger import Ledger
from storage.runs import Run
from storage.words import Lease, Link, Outcome, Page, Visit
from storage.workspace import ledger_path, prepare
from tests.storage.crawled import begin

NOON = 1_700_000_000.0
_FRAME = zstandard.ZstdCompressor(level=1)


def page(title: str, *paragraphs: str) -> str:
    """HTML."""
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    return f"<!doctype html><title>{title}</title><h1>{title}</h1>{body}"


async def say(ledger: Ledger, run: Run, pages: Mapping[str, str], host: str = "a.test") -> None:
    """Commits pages by path."""
    frontier = SqliteFrontier(ledger, run.run, slots=len(pages))
    links = {}
    for path in pages:
        address = parse(f"http://{host}{path}")
        links[address.fetch] = path
        await frontier.add([Link(address.fetch, address.digest, address.host)])
    done = 0
    while done < len(pages):
        leases = await frontier.claim(len(pages), 60, 1)
        assert leases, "a link was known already"
        assert await frontier.commit([_visit(one, pages[links[one.link.url]]) for one in leases]) == []
        done += len(leases)
    await frontier.close()


async def workspace_of(
    path: Path,
    pages: Mapping[str, str],
    models: Mapping[str, Any] | None = None,
    jobs: Sequence[str] = ("job",),
) -> Path:
    """A workspace where each job ran once and found these pages."""
    prepare(path)
    async with Ledger(ledger_path(path)) as ledger:
        for name in jobs:
            job = {"name": name, "seeds": ["http://a.test/"], "models": dict(models or {})}
            await say(ledger, await begin(ledger, name, json.dumps(job)), pages)
    return path


def _visit(lease: Lease, html: str) -> Visit:
    body = html.encode()
    title = html.partition("<title>")[2].partition("</title>")[0]
    found = Page(
        body=_FRAME.compress(body),
        body_bytes=len(body),
        digest=sha256(body).digest(),
        title=title,
        content_type="text/html",
        charset="utf-8",
    )
    return Visit(lease, Outcome.FETCHED, "ok", NOON + lease.visit, 200, page=found)
