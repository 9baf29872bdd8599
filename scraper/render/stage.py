"""Where pages are shown: says which of them, waits their turn, and reads what the browser made of them."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from scraper.borders import Frontier
from scraper.discover import Found
from scraper.gate import Gate
from scraper.message import Response
from scraper.pages import Parsed
from scraper.render.adaptive import Adaptive, Choice, Do, Why
from scraper.render.evidence import Evidence
from scraper.render.gain import Gain, gain
from scraper.render.on_demand import OnDemand
from scraper.render.order import Mode, Orders, PageOrder
from scraper.render.shown import NOT_SHOWN, Shown
from scraper.render.taken import (
    READ_WELL,
    REDIRECTED,
    Before,
    JudgeLinks,
    ReadDocument,
    Reading,
    may_be_answered,
    read_shown,
    taken,
)
from scraper.render.template import Key, Template
from scraper.render.words import Cookie, Rendered, RenderRequest
from storage.address import DEFAULT_RULES, KeyRules, NotAnAddress, parse
from storage.words import Kind, Lease

if TYPE_CHECKING:
    from scraper.render.answering import Answering, Looking

HTML = frozenset({"text/html", "application/xhtml+xml"})
LEASE_SECONDS = 600.0  # as a crawl claims them; kept up while a page waits for its turn
LOOKED_AFTER = LEASE_SECONDS / 4
STOP_SECONDS = 4.0  # from the word to stop, after which what is being shown is called off
MOST_TOLD = 20
CALLED_OFF = "called_off"
NOT_ITS_FAULT = frozenset({"no_browser", "no_sandbox", "browser_failed"})  # nothing is learned of the page
NO_TEMPLATE = Key("", "", 0, 0)


@dataclass(slots=True)
class Counts:
    """Of one process."""

    rendered: int = 0
    failed: int = 0
    avoided: int = 0  # pages with scripts that were taken as plain HTTP brought them, or an answer
    missed: int = 0  # that needed a browser, and were not shown
    waiting: int = 0  # for a trial or a tab, or being shown


class Keys(Protocol):
    """What a browser sends along, so that it is let in as plain HTTP was."""

    def cookies_for(self, url: str) -> tuple[Cookie, ...]:
        """The cookies of a session that holds this URL."""

    def headers_for(self, url: str) -> tuple[tuple[str, str], ...]:
        """Further headers for the origin of this URL, and nowhere else."""


@dataclass(frozen=True, slots=True)
class House:
    """What a stage stands in."""

    browser: OnDemand
    frontier: Frontier
    gate: Gate
    keys: Keys | None = None
    rules: KeyRules = DEFAULT_RULES
    clock: Callable[[], float] = time.time
    tell: Callable[[str], None] = lambda _line: None  # takes a line for whoever runs the job
    answering: "Answering | None" = None  # where answers in JSON may stand for what a browser shows


class Stage:
    """Shows the pages of one crawl."""

    def __init__(
        self,
        house: House,
        orders: Orders,
        adaptive: Adaptive,
        on_learned: Callable[[Template], None] = lambda _template: None,
    ) -> None:
        """`on_learned` hears of each template of which something is known anew."""
        self._house = house
        self._orders = orders
        self._adaptive = adaptive
        self._on_learned = on_learned
        self._trials: dict[Key, asyncio.Event] = {}
        self._on_stage: set[asyncio.Task[Rendered]] = set()
        self._told: set[str] = set()
        self._is_stopping = False
        self.counts = Counts()

    def stop(self) -> None:
        """Begins nothing more, and calls off what is shown after some seconds."""
        self._is_stopping = True
        asyncio.get_running_loop().call_later(STOP_SECONDS, self._call_off)

    def _call_off(self) -> None:
        for task in self._on_stage:
            task.cancel()

    def holds(self, lease: Lease) -> bool:
        """Whether the page keeps its host's slot until it is read, since it may be shown."""
        link = lease.link
        if link.kind is not Kind.PAGE or self._house.browser.is_missing:
            return False
        mode = self._orders(link.url).mode
        return mode is Mode.ALWAYS or (mode is Mode.AUTO and self._adaptive.may_render(link.url, link.host))

    async def show(
        self, lease: Lease, response: Response, plain: Parsed, read: ReadDocument, judge: JudgeLinks
    ) -> Shown:
        """Shows a page that plain HTTP brought, where that is worth it or asked for."""
        if lease.link.kind is not Kind.PAGE or response.media_type not in HTML or response.truncated:
            return NOT_SHOWN
        order = self._orders(lease.link.url)
        if order.mode is Mode.NEVER or plain.reason not in READ_WELL:
            return NOT_SHOWN
        self.counts.waiting += 1
        try:
            choice = await self._chosen(lease, plain, order)
            reading = Reading(order, read, judge, self._before(lease, response, plain, choice, order))
            if choice.do is Do.KEEP:
                self.counts.avoided += bool(plain.evidence and Evidence._make(plain.evidence).scripts)
                return self._missed(Shown(is_missed=choice.is_needed))
            shown = await self._answered(lease, choice, reading)
            return shown or await self._shown(lease, response, plain, choice, reading)
        finally:
            self.counts.waiting -= 1

    def _missed(self, shown: Shown) -> Shown:
        self.counts.missed += shown.is_missed
        return shown

    async def _chosen(self, lease: Lease, plain: Parsed, order: PageOrder) -> Choice:
        if order.mode is Mode.ALWAYS:
            why = Why.ACTIONS if order.actions else Why.ALWAYS
            return Choice(Do.RENDER, NO_TEMPLATE, why, is_needed=True)
        if not plain.evidence:
            return Choice(Do.KEEP, NO_TEMPLATE)
        link = lease.link
        is_seed = not link.depth
        choice = self._adaptive.choose(link.url, link.host, Evidence._make(plain.evidence), is_seed=is_seed)
        answering = self._house.answering if may_be_answered(order) else None
        while choice.do is Do.WAIT or (
            choice.why is Why.LEARNED and answering is not None and answering.known.waits(choice.key)
        ):
            await self._trials.setdefault(choice.key, asyncio.Event()).wait()
            choice = self._adaptive.again(choice)
        return choice

    def _before(
        self, lease: Lease, response: Response, plain: Parsed, choice: Choice, order: PageOrder
    ) -> Before | None:
        if self._house.answering is None or choice.key is NO_TEMPLATE or not may_be_answered(order):
            return None
        return Before(choice.key, lease, response, plain)

    async def _answered(self, lease: Lease, choice: Choice, reading: Reading) -> Shown | None:
        """The page with the answer that holds what a browser would show; None where it is to be shown."""
        answering = self._house.answering
        if reading.page is None or answering is None or choice.why is not Why.LEARNED or self._is_stopping:
            return None
        made = await answering.answered(reading.page, reading.read)
        if made is None:
            return None
        self._house.frontier.free(lease)
        self.counts.avoided += 1
        rendered, parsed = made
        return taken(rendered, Why.ANSWERED, parsed, reading)

    async def _shown(
        self, lease: Lease, response: Response, plain: Parsed, choice: Choice, reading: Reading
    ) -> Shown:
        is_demanded = choice.key is NO_TEMPLATE
        gained: Gain | None = None
        is_known = False  # whether there is something to be learned
        looking = self._looking(reading)
        try:
            renderer = await self._house.browser.get()
            if renderer is None:
                return self._missed(Shown(is_missed=choice.is_needed, is_demanded=is_demanded))
            request = self._request(lease, response, reading.order, looking)
            rendered = await self._before_readers(lease, request)
            if rendered.reason == CALLED_OFF:
                return Shown(is_called_off=True)
            if not reading.order.actions and self._is_elsewhere(lease, rendered):
                rendered = replace(rendered, reason=REDIRECTED)
            is_known = rendered.reason not in NOT_ITS_FAULT
            self._tell(lease, rendered)
            shown = await read_shown(rendered, choice, reading)
            if shown.parsed is not None and shown.found is not None:
                self.counts.rendered += 1
                gained = self._gain(plain, shown.parsed, shown.found) if not is_demanded else None
                if looking is not None:
                    answered = await looking.saw(rendered, shown.parsed, reading.read)
                    return shown._replace(captured=(), answered=answered)  # nobody asked for them
                return shown
            if rendered.reason == REDIRECTED:
                gained = Gain(links=1, is_worth=True)
                return shown
            self.counts.failed += 1
            return self._missed(shown._replace(is_missed=choice.is_needed, is_demanded=is_demanded))
        finally:
            if looking is not None:
                looking.ends()
            self._learn(choice, gained, is_known=is_known)

    def _looking(self, reading: Reading) -> "Looking | None":
        answering = self._house.answering
        return answering.looking(reading.page) if answering is not None and reading.page else None

    def _tell(self, lease: Lease, rendered: Rendered) -> None:
        """Which step of the job could not be done or was cut; what pages have in common is told once."""
        line = rendered.detail
        if rendered.remark and line and line not in self._told and len(self._told) < MOST_TOLD:
            self._told.add(line)
            self._house.tell(f"{lease.link.url}: {line}")

    def _is_elsewhere(self, lease: Lease, rendered: Rendered) -> bool:
        """Whether what the browser shows is another page, to be visited as such."""
        if not rendered.went_on:
            return False
        try:
            return parse(rendered.url, rules=self._house.rules).digest != lease.link.key
        except NotAnAddress:
            return False

    def _gain(self, plain: Parsed, shown: Parsed, found: Found) -> Gain:
        known = {key for key, _ in plain.follow}
        return gain(plain, shown, sum(link.key not in known for link in found.links))

    def _learn(self, choice: Choice, gained: Gain | None, *, is_known: bool) -> None:
        """Whatever became of it: those who wait for a trial go on."""
        if choice.key is NO_TEMPLATE:
            return
        if is_known:
            self._on_learned(self._adaptive.heard(choice, gained))
        else:
            self._adaptive.dropped(choice)
        waiting = self._trials.pop(choice.key, None)
        if waiting is not None:
            waiting.set()

    def _request(
        self, lease: Lease, response: Response, order: PageOrder, looking: "Looking | None"
    ) -> RenderRequest:
        url, keys = lease.link.url, self._house.keys
        return RenderRequest(
            url,
            lease.link.host,
            response,
            order.actions,
            order.shots,
            order.captures or (looking is not None and looking.captures),
            order.capture_only,
            keys.cookies_for(url) if keys else (),
            keys.headers_for(url) if keys else (),
        )

    async def _before_readers(self, lease: Lease, request: RenderRequest) -> Rendered:
        """What it asks for beside its document counts for the page's host."""
        if self._is_stopping:
            return Rendered(CALLED_OFF, url=request.url)
        renderer = await self._house.browser.get()
        assert renderer is not None  # noqa: S101 - asked before
        self._house.gate.showing(lease)
        task = asyncio.create_task(renderer.render(request), name="render")
        self._on_stage.add(task)
        try:
            while not task.done():
                self._house.frontier.extend([lease], self._house.clock() + LEASE_SECONDS)
                await asyncio.wait({task}, timeout=LOOKED_AFTER)
            return Rendered(CALLED_OFF, url=request.url) if task.cancelled() else task.result()
        finally:
            self._on_stage.discard(task)
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
            self._house.gate.shown(lease)
