"""Builds the parts of one crawl from a job, and holds them while it goes on."""

import os
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from scraper.commit_queue import LookOver
from scraper.content.content import ENGINE_VERSION
from scraper.crawl import Crawl, Watcher
from scraper.discover import Discovery
from scraper.duplicates import Duplicates
from scraper.egress import Egress
from scraper.fetch import Fetcher
from scraper.fetch_settings import FetchSettings
from scraper.gate import Courtesy, Gate
from scraper.limits import Allowance, Limits, Spent
from scraper.parse_pool import ParsePool, ParseSettings
from scraper.scope import Scope, Within
from scraper.sitemap_reader import SitemapReader
from scraper.sites import Sites
from scraper.visit import Visitor
from scraper.visit_tools import Tools, VisitSettings
from storage.address import DEFAULT_RULES, Address, KeyRules, NotAnAddress, parse
from storage.content_rows import fingerprints
from storage.frontier import SqliteFrontier
from storage.ledger import Ledger
from storage.ledger_bodies import LedgerBodies
from storage.moved_seeds import moved_seeds
from storage.words import Link
from tandem.environment import Environment
from tandem.file_parts import downloads, elements
from tandem.job import Job, Seed
from tandem.job_file import LoadedJob
from tandem.job_values import Secret
from tandem.problem import UsageError
from tandem.progress.requests import MOST_CONCURRENCY
from tandem.render_parts import RenderGround, RenderParts, may_render, rendering
from tandem.selecting import Selecting, SelectionGround, selecting, wishes
from tandem.session_parts import Ways, declared
from tandem.topic_parts import Learning, frontier_kind, guided, judge_of
from tandem.type_parts import typing
from tandem.version import __version__

if TYPE_CHECKING:
    from scraper.content.type_desk import TypeDesk
    from scraper.selection.asker import FastTier

USER_AGENT = f"Tandem/{__version__} (web crawler)"


@dataclass(frozen=True, slots=True)
class CrawlParts:
    """One crawl, ready to run."""

    crawl: Crawl
    frontier: SqliteFrontier
    gate: Gate
    allowance: Allowance
    discovery: Discovery
    selecting: Selecting | None = None  # where the job wants records
    shown: RenderParts | None = None  # where it may render pages

    def stop(self) -> None:
        """Begins nothing more; what is in hand has nine seconds, what a browser shows has less."""
        self.crawl.stop()
        if self.shown is not None:
            self.shown.stage.stop()

    def set_delay(self, seconds: float) -> None:
        """Changes the gap between two requests to one host, for all hosts."""
        self.frontier.set_gap(seconds)
        self.gate.set_delay(seconds)  # second: it knows what single hosts ask for


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a crawl happens: the open ledger, the run, what it has used up."""

    ledger: Ledger
    workspace: Path
    run: int
    run_id: str
    is_continued: bool
    spent: Spent
    clock: Callable[[], float]  # seconds of crawling
    model_patience: float = 60.0  # seconds that a model is waited for when it is away
    tell: Callable[[str], None] = lambda line: None  # noqa: ARG005 - nobody listens
    environment: Environment = field(default_factory=Environment)


def key_rules(job: Job) -> KeyRules:
    """The list of dropped query parameters, with the job's own."""
    further = job.scope.ignore_parameters
    return DEFAULT_RULES.extended(further) if further else DEFAULT_RULES


def seeds_of(loaded: LoadedJob, rules: KeyRules) -> list[tuple[Address, int]]:
    """Every seed with how many links it reaches; a file that cannot be read is the job's fault."""
    found = []
    for seed in loaded.job.seeds:
        reach = loaded.job.scope.max_depth if seed.depth is None else seed.depth
        found += [(_seed_address(url, rules), reach) for url in _urls(seed, loaded.folder)]
    if not found:
        raise UsageError("the job's seeds hold no URL")
    return found


def _urls(seed: Seed, folder: Path) -> list[str]:
    if seed.url is not None:
        return [seed.url]
    path = folder / str(seed.file)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"seeds: {path} cannot be read: {error}") from error
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _seed_address(url: str, rules: KeyRules) -> Address:
    try:
        return parse(url, rules=rules)
    except NotAnAddress as error:
        raise UsageError(f"seeds: {url!r} cannot be requested ({error.reason.replace('_', ' ')})") from error


def _scope(job: Job, seeds: list[tuple[Address, int]]) -> Scope:
    asked = job.scope
    origins = (seed for seed, _ in seeds)
    return Scope.around(origins, Within(asked.within), asked.include, asked.exclude, asked.max_depth)


def _limits(job: Job) -> Limits:
    scope = job.scope
    return Limits(scope.max_pages, scope.max_bytes, scope.max_minutes * 60)


def _fetch_settings(
    job: Job, seeds: list[tuple[Address, int]], variables: Mapping[str, str]
) -> FetchSettings:
    crawl = job.crawl
    secret = {name: value for name, value in crawl.headers.items() if isinstance(value, Secret)}
    private = [(name, variables[value.env]) for name, value in secret.items()]
    cookies = "; ".join(f"{name}={variables[value.env]}" for name, value in crawl.cookies.items())
    if cookies:
        private.append(("Cookie", cookies))
    origins = {f"{seed.scheme}://{seed.host}" for seed, _ in seeds} if private else set()
    proxy = crawl.proxy
    return FetchSettings(
        user_agent=crawl.user_agent or USER_AGENT,
        headers=tuple((name, value) for name, value in crawl.headers.items() if isinstance(value, str)),
        private_headers={origin: tuple(private) for origin in origins},
        keeps_cookies=True,
        proxy=variables[proxy.env] if isinstance(proxy, Secret) else proxy or "",
        connections=MOST_CONCURRENCY,  # fewer are used unless the run is told to speed up
        timeout_seconds=crawl.timeout,
    )


def _reading(job: Job, agent: str, rules: KeyRules, *, asks: bool) -> ParseSettings:
    return ParseSettings(
        agent,
        rules=rules,
        heeds_nofollow=job.crawl.robots,
        reads_content=job.crawl.content,
        topic=job.scope.topic,
        wanted=wishes(job),
        asks=asks,
        elements=elements(job.files),
        weighs=may_render(job),
    )


def _frontier(job: Job, ground: Ground) -> SqliteFrontier:
    gap = job.crawl.delay
    # Whatever process asked here before may have done so just now.
    first_due = time.time() + gap if ground.is_continued or ground.run > 1 else 0.0
    kind = frontier_kind(job.scope)
    return kind(ground.ledger, ground.run, gap=gap, slots=job.crawl.per_host, first_due=first_due)


async def _duplicates(ground: Ground, discovery: Discovery) -> Duplicates:
    """Knows the texts of the run so far; what is learned of addresses orders the links that are found."""
    known = await ground.ledger.read(lambda c: fingerprints(c, ground.run, ENGINE_VERSION))
    return Duplicates(known, discovery.shapes)


@asynccontextmanager
async def crawl_parts(
    loaded: LoadedJob,
    ground: Ground,
    on_commit: Watcher,
    variables: Mapping[str, str],
    tier: "FastTier | None" = None,
) -> AsyncIterator[CrawlParts]:
    """Everything one crawl needs, wired; given back when it is over."""
    job, settings = loaded.job, loaded.job.crawl
    rules = key_rules(job)
    seeds = seeds_of(loaded, rules)
    told = declared(job, seeds, variables)
    discovery = Discovery(_scope(job, seeds), rules, job.scope.max_pages_per_host, leaves=told.leaves)
    await _follow_moved(discovery, ground, rules)
    agent = settings.user_agent or USER_AGENT
    frontier = _frontier(job, ground)
    sitemaps = SitemapReader(discovery, {seed.host for seed, _ in seeds} if settings.sitemaps else ())
    guard = Egress.allowing(settings.allow_private_hosts).refuses
    fetcher = Fetcher(_fetch_settings(job, seeds, variables), guard)
    sites = Sites()
    reading = _reading(job, agent, rules, asks=tier is not None)
    pool = ParsePool(reading, workers=max((os.cpu_count() or 2) - 1, 1), sites=sites)

    async def add_sitemaps(link: Link, urls: Sequence[str]) -> None:
        await frontier.add(sitemaps.named(link, urls))

    courtesy = Courtesy(agent, settings.robots, settings.delay, settings.per_host)
    learning = Learning(ground.ledger, ground.run)
    guide = guided(job.scope, discovery, frontier, learning, judge_of(job.scope, tier))
    async with fetcher, pool, LedgerBodies(ground.ledger, ground.workspace) as bodies, guide as topic:
        ways = Ways(told, fetcher, frontier, ground.tell)
        gate = ways.gate = Gate(frontier, ways.fetcher, courtesy, add_sitemaps)
        showing = RenderGround(
            ground.ledger, ground.workspace, agent, guard, ground.environment, variables, ground.tell,
            ways.sessions, ways.proxies.upstream_for, discovery.may_ask,
        )  # fmt: skip
        tools = Tools(frontier, ways.fetcher, pool, bodies, gate, discovery, sitemaps, _chance(), topic)
        kept = await downloads(job.files, ground.ledger, ground.workspace, ground.run)
        allowance = Allowance(_limits(job), ground.spent, ground.clock)
        await frontier.open()
        await frontier.add(discovery.seeds(seeds))
        readers = bodies, pool, sites, tier, ground.model_patience
        place = SelectionGround(ground.ledger, ground.run, ground.run_id, *readers)
        hosts = {seed.host for seed, _ in seeds} | discovery.moved_hosts
        try:
            async with (
                rendering(job, showing, frontier, gate, pool, rules) as shown,
                selecting(place, hosts) if job.select else nullcontext() as records,
                typing(ground.ledger, tier, reads=settings.content) as types,
            ):
                tools = replace(tools, downloads=kept, **_shown_by(shown))
                visitor = Visitor(tools, VisitSettings(settings.retries, settings.max_page_bytes))
                look_over = await _look_over(ground, discovery, types)
                crawl = Crawl(frontier, visitor, allowance, settings.concurrency, on_commit, look_over)
                if shown is not None:
                    crawl.aside = lambda: shown.stage.counts.waiting
                yield CrawlParts(crawl, frontier, gate, allowance, discovery, records, shown)
        finally:
            await frontier.close()


async def _look_over(ground: Ground, discovery: Discovery, types: "TypeDesk | None") -> LookOver:
    duplicates = await _duplicates(ground, discovery)
    if types is None:
        return duplicates.marked
    return lambda visits: duplicates.marked(types.marked(visits))


def _shown_by(shown: RenderParts | None) -> dict[str, Any]:
    return {} if shown is None else {"stage": shown.stage, "captured": shown.captured}


async def _follow_moved(discovery: Discovery, ground: Ground, rules: KeyRules) -> None:
    """Takes in what the seeds redirected to before."""
    for moved in await ground.ledger.read(lambda c: moved_seeds(c, ground.run)):
        discovery.seed_moved(parse(moved.url, rules=rules), parse(moved.target, moved.url, rules))


def _chance() -> Random:
    return Random()  # noqa: S311 - spreads retries
