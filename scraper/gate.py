"""Stands before every request: robots.txt, hosts that are given up, and how hard a host may be asked."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from scraper.borders import Fetches, Frontier
from scraper.egress import REASON as EGRESS
from scraper.message import Request, Response
from scraper.retry import OURS, REASONS
from scraper.robots import MAX_BYTES, RobotsRules
from scraper.robots_inquiry import FRESH_SECONDS, Inquiry, Verdict, inquire
from scraper.sniff import Family
from scraper.throttle import PARK_AFTER, Throttle
from scraper.visit_end import VisitEnd, failed, refused
from storage.words import Lease, Link

ANYTHING = frozenset(Family)  # a robots.txt is read whatever it claims to be
OVERLOADED = frozenset({429, 503})
LONGEST_GAP = 30.0  # seconds that a page waits for a further request of its own
GIVE_UP_AFTER = PARK_AFTER + 3  # failures in a row, the last ones minutes apart
HOSTS = 20_000  # remembered: bounds memory; a forgotten host is asked for its robots.txt again


@dataclass(frozen=True, slots=True)
class Courtesy:
    """How a job treats hosts."""

    agent: str
    robots: bool = True
    delay: float = 0.5
    per_host: int = 4


@dataclass(slots=True)
class _Host:
    """What is known of one host while the run goes on."""

    throttle: Throttle
    has_answered: bool = False
    robots: dict[str, Verdict] = field(default_factory=dict)
    asking: dict[str, asyncio.Future[Verdict]] = field(default_factory=dict)
    shown: int = 0  # pages that a browser shows now
    further: asyncio.Lock = field(default_factory=asyncio.Lock)  # held by a request beside a page's own

    @property
    def is_given_up(self) -> bool:
        """Nothing more is expected of a host that never answered, or has not for a long time."""
        return self.throttle.failures >= (GIVE_UP_AFTER if self.has_answered else PARK_AFTER)


OnSitemaps = Callable[[Link, Sequence[str]], Awaitable[None]]


class Gate:
    """Admits visits one by one and learns from every answer."""

    def __init__(
        self,
        frontier: Frontier,
        fetcher: Fetches,
        courtesy: Courtesy,
        on_sitemaps: OnSitemaps,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._frontier = frontier
        self._fetcher = fetcher
        self._courtesy = courtesy
        self._on_sitemaps = on_sitemaps
        self._clock = clock
        self._hosts: dict[str, _Host] = {}

    @property
    def obeys_robots(self) -> bool:
        """Whether robots rules of any kind count."""
        return self._courtesy.robots

    def latency(self, host: str) -> float | None:
        """Seconds from request to first byte, averaged, as far as the host has answered."""
        known = self._hosts.get(host)
        return None if known is None else known.throttle.latency

    def gap(self, host: str) -> float:
        """Seconds between two requests to a host."""
        return self._host(host).throttle.gap

    def set_delay(self, seconds: float) -> None:
        """Changes the job's gap for every host, from the next request on; hosts that ask for more get it."""
        self._courtesy = replace(self._courtesy, delay=seconds)
        for name, host in self._hosts.items():
            host.throttle.delay = seconds
            self._frontier.hold(name, gap=host.throttle.gap)

    async def admit(self, lease: Lease) -> VisitEnd | bool | None:
        """True when the request may go out; a refusal that ends the visit; None when it waits again."""
        host = self._host(lease.link.host)
        if host.is_given_up:
            return failed("host_unreachable", is_final=False)
        if not self._courtesy.robots:
            return True
        place = _authority(lease.link)
        verdict = host.robots.get(place)
        if verdict is None or verdict.fresh_until <= self._clock():
            verdict = await self._ask(host, place, lease)
            if verdict is None:
                return None
        return await self._judge(verdict, lease)

    async def _judge(self, verdict: Verdict, lease: Lease) -> VisitEnd | bool | None:
        if verdict.reason == EGRESS:
            return refused(EGRESS)
        if verdict.reason == "robots_unreachable":
            if verdict.is_given_up:
                return failed(verdict.cause, is_final=False)
            self._frontier.hold(lease.link.host, until=verdict.fresh_until)
            await self._frontier.release(lease, verdict.fresh_until, "")
            return None
        if not verdict.rules.allows(lease.link.url):
            return refused("robots")
        return True

    async def _ask(self, host: _Host, place: str, lease: Lease) -> Verdict | None:
        """The verdict, fetched once for all who wait; None when asking used up this visit's turn."""
        waiting = host.asking.get(place)
        if waiting is not None:
            return await self._after_asking(host, await asyncio.shield(waiting), lease)
        verdict = await self._settled(host, place, lease.link)
        return await self._after_asking(host, verdict, lease)

    async def _settled(self, host: _Host, place: str, link: Link) -> Verdict:
        host.asking[place] = asyncio.get_running_loop().create_future()
        try:
            verdict = await self._inquire(host, place)
            host.robots[place] = verdict
            await self._obey(host, verdict, link)
            host.asking[place].set_result(verdict)
            return verdict
        finally:
            future = host.asking.pop(place)
            if not future.done():
                future.cancel()

    async def _obey(self, host: _Host, verdict: Verdict, link: Link) -> None:
        """The request for robots.txt was the host's turn: its gap, perhaps a new one, runs from now."""
        host.throttle.crawl_delay = verdict.rules.crawl_delay
        gap = host.throttle.gap
        self._frontier.hold(link.host, until=self._clock() + gap if gap else None, gap=gap)
        if verdict.rules.sitemaps:
            await self._on_sitemaps(link, verdict.rules.sitemaps)

    async def _after_asking(self, host: _Host, verdict: Verdict, lease: Lease) -> Verdict | None:
        """With a gap, whoever waited for robots.txt waits for a turn of its own."""
        if host.throttle.gap > 0 and verdict.reason not in {"robots_unreachable", EGRESS}:
            await self._frontier.release(lease, 0.0, "")
            return None
        return verdict

    async def _inquire(self, host: _Host, place: str) -> Verdict:
        before = host.robots.get(place)
        step: Inquiry | Verdict = inquire(place, self._courtesy.agent, before.failures if before else 0)
        while isinstance(step, Inquiry):
            request = Request(step.url, max_bytes=MAX_BYTES + 1, accept=ANYTHING)
            response = await self._fetcher.fetch(request, None)
            if response.reason == EGRESS and step.hops == 0:  # what its robots.txt says will never matter
                return Verdict(RobotsRules.disallow_all(), EGRESS, self._clock() + FRESH_SECONDS)
            if response.reason == "too_large":  # the first 512 KiB count
                response = replace(response, reason="ok")
            step = step.after(response, self._clock())
            if isinstance(step, Inquiry):
                await asyncio.sleep(host.throttle.gap)
        return step

    def heard(self, lease: Lease, response: Response) -> None:
        """Learns from an answer how hard the host may be asked."""
        host = self._host(lease.link.host)
        self._learn(host, response)
        until = 0.0 if host.is_given_up else host.throttle.parked_until  # what is given up ends at once
        if response.status in OVERLOADED:  # its pace falls at once, not after one more request
            until = max(until, self._clock() + host.throttle.gap)
        self._frontier.hold(lease.link.host, until=until or None, gap=host.throttle.gap)

    async def fetch_beside(self, lease: Lease, link: Link, request: Request) -> Response | None:
        """Asks for what belongs to a page in hand, at the pace of its host; None where that may not be."""
        host = self._host(link.host)
        if host.is_given_up or host.throttle.gap > LONGEST_GAP or not await self._allows(host, link):
            return None
        gap = host.throttle.gap
        if not gap:
            return await self._asked_beside(link, request)
        async with host.further:
            if link.host == lease.link.host:
                self.showing(lease)
            try:
                self._frontier.hold(link.host, until=self._clock() + 2 * gap)  # nobody else
                await asyncio.sleep(gap)
                return await self._asked_beside(link, request)
            finally:
                if link.host == lease.link.host:
                    self._over(host, link.host)
                self._frontier.hold(link.host, until=self._clock() + host.throttle.gap)

    async def _asked_beside(self, link: Link, request: Request) -> Response:
        response = await self._fetcher.fetch(request, None)
        self.heard(Lease(0, 0, 0.0, link), response)
        return response

    async def _allows(self, host: _Host, link: Link) -> bool:
        if not self._courtesy.robots:
            return True
        place = _authority(link)
        verdict = host.robots.get(place)
        if verdict is None or verdict.fresh_until <= self._clock():
            waiting = host.asking.get(place)
            verdict = await (asyncio.shield(waiting) if waiting else self._settled(host, place, link))
        is_known = verdict.reason not in {EGRESS, "robots_unreachable"}
        return is_known and verdict.rules.allows(link.url)

    def burdened(self, lease: Lease) -> None:
        """A page that no reader could bear slows its own host, so that others are read meanwhile."""
        host = self._host(lease.link.host)
        host.throttle.pushed(self._clock())
        gap = host.throttle.gap
        self._frontier.hold(lease.link.host, until=self._clock() + gap, gap=gap)

    def showing(self, lease: Lease) -> None:
        """A browser begins to ask the host for what belongs to a page: nobody else, where there is a gap."""
        host = self._host(lease.link.host)
        host.shown += 1
        if host.throttle.gap:
            self._frontier.hold(lease.link.host, slots=1)

    def shown(self, lease: Lease) -> None:
        """It has ended: the gap to the host's next request runs from now."""
        self._over(self._host(lease.link.host), lease.link.host)
        self._frontier.free(lease)

    def _over(self, host: _Host, name: str) -> None:
        host.shown = max(host.shown - 1, 0)
        slots = None if host.shown else self._courtesy.per_host
        self._frontier.hold(name, until=self._clock() + host.throttle.gap, slots=slots)

    def _learn(self, host: _Host, response: Response) -> None:
        now = self._clock()
        host.has_answered = host.has_answered or response.status > 0
        if response.status in OVERLOADED:
            host.throttle.overloaded(now, response.retry_after)
        elif response.reason in REASONS and response.reason not in OURS:
            host.throttle.failed(now)
        elif response.status:
            host.throttle.succeeded(response.first_byte_seconds)

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= HOSTS:
                self._hosts.clear()
            host = _Host(Throttle(self._courtesy.delay, self._courtesy.per_host))
            self._hosts[name] = host
        return host


def _authority(link: Link) -> str:
    """What one robots.txt speaks for: scheme, host and port."""
    return f"{'https' if link.url.startswith('https:') else 'http'}://{link.host}"
