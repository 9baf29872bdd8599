"""The parts of a crawl that may render pages; the browser itself is begun by the first page that needs it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scraper.borders import Frontier
from scraper.gate import Gate
from scraper.parse_pool import ParsePool
from storage.address import Address, KeyRules
from storage.ledger import Ledger, StorageError
from storage.render_templates import TemplateRow, keep_templates, read_templates
from storage.words import Link
from tandem.environment import Environment
from tandem.finding import Health
from tandem.job import Job
from tandem.progress.figures import RenderFigures

if TYPE_CHECKING:
    from scraper.connect import Guard
    from scraper.render.captured import CapturedPages
    from scraper.render.on_demand import OnDemand
    from scraper.render.settings import PoolSettings
    from scraper.render.stage import House, Keys, Stage
    from scraper.render.template import Template
    from scraper.render.words import Renderer

KEEP_SECONDS = 5.0  # of learning that a kill may cost
FOLDER = "browsers"  # of the workspace: what is noted of browsers that run


@dataclass(frozen=True, slots=True)
class RenderParts:
    """What renders pages in one crawl."""

    stage: "Stage"
    captured: "CapturedPages"
    browser: "OnDemand"

    def figures(self) -> RenderFigures:
        """At this moment."""
        from scraper.render.pool import BrowserPool  # noqa: PLC0415 - loaded already where pages are rendered

        counts, pool = self.stage.counts, self.browser.renderer
        figures = RenderFigures(
            rendered=counts.rendered, avoided=counts.avoided, failed=counts.failed, missed=counts.missed
        )
        if not isinstance(pool, BrowserPool):
            return figures
        status = pool.status
        return figures.model_copy(
            update={
                "tabs": status.in_flight,
                "waiting": status.waiting,
                "memory_bytes": status.memory_bytes,
                "trouble": status.trouble,
            }
        )


@dataclass(frozen=True, slots=True)
class RenderGround:
    """Where pages are rendered."""

    ledger: Ledger
    workspace: Path
    agent: str
    guard: "Guard"
    environment: Environment
    variables: Mapping[str, str]
    tell: Callable[[str], None]  # takes a line for whoever runs the job
    keys: "Keys | None"
    upstream_for: Callable[[str], str | None]  # the URL of the job's proxy for a host; empty: none
    may_ask: Callable[[Link, Address], bool]  # whether what a page asks for may be asked for in its place


def may_render(job: Job) -> bool:
    """Whether the job renders any page at all."""
    return job.crawl.render != "never" or any(entry.render == "always" for entry in job.pages)


@asynccontextmanager
async def rendering(
    job: Job, ground: RenderGround, frontier: Frontier, gate: Gate, pool: ParsePool, rules: KeyRules
) -> AsyncIterator["RenderParts | None"]:
    """What renders pages, its browser not started yet; None where the job never renders."""
    if not may_render(job):
        yield None
        return
    from scraper.render import remains  # noqa: PLC0415 - many jobs render nothing
    from scraper.render.answering import AnswerGround, Answering  # noqa: PLC0415
    from scraper.render.captured import CapturedPages  # noqa: PLC0415
    from scraper.render.on_demand import OnDemand  # noqa: PLC0415
    from scraper.render.stage import House  # noqa: PLC0415

    await asyncio.to_thread(remains.clear, ground.workspace / FOLDER)

    def missing(line: str) -> None:
        ground.tell(f"pages that need a browser are kept as plain HTTP brings them: {line}")

    answering = Answering(AnswerGround(gate, rules, ground.may_ask))
    async with OnDemand(lambda: _opened(job, ground), missing) as browser:
        house = House(browser, frontier, gate, ground.keys, rules, tell=ground.tell, answering=answering)
        async with _staged(job, ground, house) as stage:
            yield RenderParts(stage, CapturedPages(pool.parse, rules), browser)


@asynccontextmanager
async def _staged(job: Job, ground: RenderGround, house: "House") -> AsyncIterator["Stage"]:
    """Where pages are shown; what it learns is kept in the ledger."""
    from scraper.render.adaptive import MOST_TEMPLATES, Adaptive  # noqa: PLC0415 - many jobs render nothing
    from scraper.render.stage import Stage  # noqa: PLC0415
    from tandem.page_orders import page_orders  # noqa: PLC0415

    known = await ground.ledger.read(lambda c: read_templates(c, MOST_TEMPLATES // 2))
    learned: dict[object, Template] = {}
    adaptive = Adaptive(map(_template, known))
    orders = page_orders(job, ground.variables)
    stage = Stage(house, orders, adaptive, lambda one: learned.update({one.key: one}))

    async def keep() -> None:
        rows = [_row(one) for one in learned.values()]
        learned.clear()
        if rows:
            await ground.ledger.write(lambda c: keep_templates(c, rows))

    async def keep_on() -> None:
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            await keep()

    task = asyncio.create_task(keep_on(), name="render templates")
    try:
        yield stage
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        with suppress(StorageError):  # a crawl that lost its disk says so itself
            await keep()


@asynccontextmanager
async def _opened(job: Job, ground: RenderGround) -> AsyncIterator["Renderer"]:
    """The browser of this machine, behind the proxy that asks the guard."""
    from scraper.render.pool import BrowserPool  # noqa: PLC0415 - only where a page needs it
    from scraper.render.proxy import CheckingProxy  # noqa: PLC0415

    executable = await asyncio.to_thread(_executable, job, ground.environment)
    async with (
        CheckingProxy(ground.guard, route=ground.upstream_for) as proxy,
        BrowserPool(_settings(job, ground, executable), proxy) as pool,
    ):
        yield pool


def _executable(job: Job, environment: Environment) -> str:
    """Raises BrowserMissing."""
    from scraper.render.discovery import Browser, find_browser  # noqa: PLC0415
    from scraper.render.on_demand import BrowserMissing  # noqa: PLC0415
    from tandem import surroundings  # noqa: PLC0415

    asked_for, folder = job.browser.executable or environment.browser, environment.playwright_folder
    is_sandboxed = job.browser.sandbox == "on"
    finding = surroundings.browser(asked_for, folder, is_sandboxed)
    found = find_browser(asked_for, folder)
    if isinstance(found, Browser) and (finding.health is Health.GOOD or not is_sandboxed):
        return found.executable
    raise BrowserMissing(f"{finding.found}; what helps: {finding.remedy}")


def _settings(job: Job, ground: RenderGround, executable: str) -> "PoolSettings":
    from scraper.render.settings import PoolSettings, default_tabs  # noqa: PLC0415
    from scraper.render.unneeded import Unneeded  # noqa: PLC0415

    asked = job.browser
    return PoolSettings(
        executable,
        ground.workspace / FOLDER,
        is_sandboxed=asked.sandbox == "on",
        user_agent=ground.agent,
        tabs=asked.tabs or default_tabs(),
        page_seconds=asked.timeout,
        settle_seconds=asked.settle,
        max_page_bytes=job.crawl.max_page_bytes,
        memory_bytes=asked.max_memory,
        step_seconds=asked.step_timeout,
        steps_seconds=asked.steps_timeout,
        takes_pictures=bool(asked.screenshots or any(entry.screenshots or entry.do for entry in job.pages)),
        unneeded=frozenset(map(Unneeded, asked.block)),
    )


def _template(row: TemplateRow) -> "Template":
    from scraper.render.template import Key, Template  # noqa: PLC0415

    return Template(Key(row.host, row.shape, row.build, row.marks), row.needs_browser, *row[5:])


def _row(one: "Template") -> TemplateRow:
    return TemplateRow(
        *one.key,
        one.needs_browser,
        one.pages,
        one.rendered,
        one.gained,
        one.next_check,
        one.misses,
        one.trials,
        one.trials_gained,
        one.failures,
        one.resting_until,
    )
