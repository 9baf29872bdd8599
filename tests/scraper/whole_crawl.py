"""A whole crawl of real parts, wired as the command does it, with limits small enough for a test."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import zstandard

from scraper.crawl import Crawl, End, Ending
from scraper.discover import Discovery
from scraper.egress import Egress
from scraper.fetch import Fetcher
from scraper.fetch_settings import FetchSettings
from scraper.gate import Courtesy, Gate
from scraper.limits import Allowance, Limits, Spent
from scraper.parse_pool import ParsePool, ParseSettings
from scraper.render.adaptive import Adaptive
from scraper.render.answering import AnswerGround, Answering
from scraper.render.captured import CapturedPages
from scraper.render.on_demand import BrowserMissing, OnDemand
from scraper.render.order import Mode, PageOrder
from scraper.render.stage import House, Stage
from scraper.render.words import Renderer
from scraper.scope import Scope, Within
from scraper.sitemap_reader import SitemapReader
from scraper.visit import Visitor
from scraper.visit_tools import Tools, VisitSettings
from storage.address import DEFAULT_RULES, parse
from storage.frontier import SqliteFrontier
from storage.ledger import Connection, Ledger
from storage.ledger_bodies import LedgerBodies
from storage.moved_seeds import moved_seeds
from storage.runs import start_run
from storage.visit_rows import reopen
from storage.words import Link, Visit
from storage.workspace import ledger_path, prepare

AGENT = "tandem-test/1"
FETCHING = FetchSettings(
    user_agent=AGENT,
    connect_seconds=2.0,
    timeout_seconds=4.0,
    grace_seconds=2.0,
    tick_seconds=0.05,
    keeps_cookies=True,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is crawled, and how."""

    seeds: tuple[str, ...]
    sitemaps: tuple[str, ...] = ()
    delay: float = 0.0
    per_host: int = 4
    concurrency: int = 128
    retries: int = 0
    robots: bool = True
    within: Within = Within.HOST
    max_depth: int = 4
    pages_per_host: int | None = None
    max_page_bytes: int = 4 << 20
    page_seconds: float = 0.7
    fetching: FetchSettings = FETCHING
    first_due: float = 0.0
    content: bool = False
    renderer: Renderer | None = None
    mode: Mode = Mode.NEVER
    captures: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What a browser made of one URL, as the ledger knows it."""

    url: str
    why: str
    outcome: str
    final_url: str
    document: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """One URL as the ledger knows it."""

    url: str
    kind: int
    depth: int
    outcome: str
    reason: str
    final: bool
    status: int
    location: str
    title: str
    charset: str
    canonical: str
    headers: str
    body_bytes: int


_ROWS = (
    "SELECT url, kind, depth, outcome, reason, final, status, location, title, charset, canonical, headers,"
    " body_bytes FROM pending WHERE run = 1 ORDER BY visit"
)


_SHOWN = (
    "SELECT p.url, r.why, r.outcome, r.final_url, r.dom, p.title FROM pending_renderings r"
    " JOIN pending p USING (visit) ORDER BY visit"
)


@dataclass(slots=True)
class Crawled:
    """What came of a crawl."""

    ending: Ending
    rows: list[Row]
    shown: list[Shown] = field(default_factory=list)
    adaptive: Adaptive = field(default_factory=Adaptive)
    commits: list[tuple[float, str]] = field(default_factory=list)  # when, which URL; in order
    waiting: int = 0

    def at(self, url: str) -> Row:
        """The row of one address."""
        (row,) = [row for row in self.rows if row.url == url]
        return row

    def of(self, host: str) -> list[Row]:
        """The rows of one host."""
        return [row for row in self.rows if row.url.partition("://")[2].startswith(host)]


async def loopback(host: str, port: int) -> Sequence[str]:
    """Every name of these tests leads to this machine."""
    if host.endswith(".test"):
        return ("127.0.0.1",)
    raise OSError(f"{host} has no address here")


async def crawl(plan: Plan, workspace: Path) -> Crawled:
    """Crawls until nothing is left."""
    prepare(workspace)
    async with Ledger(ledger_path(workspace)) as ledger:
        await ledger.write(_open_run)
        crawled = await _crawl(plan, ledger, workspace)
        crawled.rows = await ledger.read(lambda c: [Row(*row) for row in c.execute(_ROWS)])
        crawled.shown = await ledger.read(lambda c: [_shown(row) for row in c.execute(_SHOWN)])
        return crawled


def _shown(row: tuple[str, str, str, str, bytes, str]) -> Shown:
    url, why, outcome, final_url, frame, title = row
    document = zstandard.ZstdDecompressor().decompress(frame).decode() if frame else ""
    return Shown(url, why, outcome, final_url, document, title)


def _open_run(connection: Connection) -> None:
    if connection.execute("SELECT 1 FROM runs").fetchone():
        reopen(connection, 1)
    else:
        start_run(connection, "job", "{}", DEFAULT_RULES.version)


@asynccontextmanager
async def _opened(renderer: Renderer | None) -> AsyncIterator[Renderer]:
    if renderer is None:
        raise BrowserMissing("there is none")
    yield renderer


async def _crawl(plan: Plan, ledger: Ledger, workspace: Path) -> Crawled:
    addresses = [parse(url) for url in plan.seeds]
    scope = Scope.around(addresses, plan.within, max_depth=plan.max_depth)
    discovery = Discovery(scope, DEFAULT_RULES, plan.pages_per_host)
    for moved in await ledger.read(lambda c: moved_seeds(c, 1)):
        discovery.seed_moved(parse(moved.url), parse(moved.target, moved.url))
    frontier = SqliteFrontier(ledger, 1, gap=plan.delay, slots=plan.per_host, first_due=plan.first_due)
    sitemaps = SitemapReader(discovery, {address.host for address in addresses})
    guard = Egress.allowing(["*.test", "127.0.0.1"]).refuses
    fetcher = Fetcher(replace(plan.fetching, connections=plan.concurrency), guard, loopback)
    shows = plan.mode is not Mode.NEVER
    reading = ParseSettings(AGENT, page_seconds=plan.page_seconds, reads_content=plan.content, weighs=shows)
    pool = ParsePool(reading, workers=2)

    async def add_sitemaps(link: Link, urls: Sequence[str]) -> None:
        await frontier.add(sitemaps.named(link, urls))

    courtesy = Courtesy(AGENT, plan.robots, plan.delay, plan.per_host)
    crawled = Crawled(Ending(End.STOPPED), [])
    allowance = Allowance(Limits(), Spent(), time.monotonic)

    def note(visits: Sequence[Visit], stale: int) -> None:
        assert stale == 0
        crawled.commits += [(time.monotonic(), visit.lease.link.url) for visit in visits]

    browser = OnDemand(lambda: _opened(plan.renderer))
    async with fetcher, pool, LedgerBodies(ledger, workspace) as bodies, browser:
        gate = Gate(frontier, fetcher, courtesy, add_sitemaps)
        answering = Answering(AnswerGround(gate, DEFAULT_RULES, discovery.may_ask))
        house = House(browser, frontier, gate, answering=answering)
        order = PageOrder(plan.mode, captures=plan.captures)
        stage = Stage(house, lambda _url: order, crawled.adaptive) if shows else None
        captured = CapturedPages(pool.parse, DEFAULT_RULES) if shows else None
        tools = Tools(
            frontier,
            fetcher,
            pool,
            bodies,
            gate,
            discovery,
            sitemaps,
            Random(1),
            None,
            stage=stage,
            captured=captured,
        )
        visitor = Visitor(tools, VisitSettings(plan.retries, plan.max_page_bytes))
        await frontier.open()
        seeds = discovery.seeds((address, plan.max_depth) for address in addresses)
        await frontier.add(seeds)
        if plan.sitemaps:
            await frontier.add(sitemaps.named(seeds[0], plan.sitemaps))
        try:
            whole = Crawl(frontier, visitor, allowance, plan.concurrency, note)
            if stage is not None:
                whole.aside = lambda: stage.counts.waiting
            crawled.ending = await whole.run()
        finally:
            await frontier.close()
        crawled.waiting = frontier.stats().waiting
    return crawled
