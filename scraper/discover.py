"""Decides which links of a page are followed: scope, traps and budgets, each refusal by its name."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

from scraper.barren import BarrenShapes
from scraper.scope import Scope
from scraper.traps import BARREN_AFTER, BARREN_SHARE, LIMITS, family, may_have_family, trap
from storage.address import Address, KeyRules, NotAnAddress, parse
from storage.words import Budget, Kind, Link, Refusal

STEP = 1000  # of priority between two depths; what is finer orders links of one depth
SEEN = 50_000  # remembered links: bounds memory, and a forgotten one only costs a look into the ledger

# Reasons that are counted nowhere: the link is simply not part of the job.
ELSEWHERE = frozenset({"out_of_scope", "excluded", "not_included", "too_deep"})


class SeenLinks:
    """The links met last, with how far the crawl may go on from them: most links of a page are old."""

    def __init__(self, size: int = SEEN) -> None:
        self._size = size
        self._young: dict[bytes, int] = {}
        self._old: dict[bytes, int] = {}

    def forget(self) -> None:
        """Nothing is old any more: for when links were met that never reached the ledger."""
        self._young, self._old = {}, {}

    def is_news(self, key: bytes, left: int) -> bool:
        """Whether this link is new, or nearer than it was; remembers it."""
        known = self._young.get(key)
        if known is None:
            known = self._old.get(key)
        if known is not None and known >= left:
            return False
        self._young[key] = left
        if len(self._young) > self._size // 2:
            self._old, self._young = self._young, {}
        return True

    def news(self, found: Iterable[tuple[bytes, str]], left: int) -> list[str]:
        """Of the links of one page those that are news; a call for each would cost more than the answer."""
        young, old = self._young, self._old
        fresh = []
        for key, url in found:
            known = young.get(key)
            if known is None:
                known = old.get(key)
            if known is None or known < left:
                young[key] = left
                fresh.append(url)
        if len(young) > self._size // 2:
            self._old, self._young = young, {}
        return fresh


@dataclass(frozen=True, slots=True)
class Found:
    """What became of the links of one page."""

    links: tuple[Link, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    offsets: tuple[tuple[int, int], ...] = ()  # of slots whose priority changes with this page
    relevance: float | None = None  # of the page itself, where the job has a topic
    is_off_topic: bool = False  # too little of the topic for its links to be followed


@dataclass(slots=True)
class Discovery:
    """The rules of one job for new links."""

    scope: Scope
    rules: KeyRules
    pages_per_host: int | None = None
    clock: Callable[[], float] = time.time
    seen: SeenLinks = field(default_factory=SeenLinks)
    shapes: BarrenShapes = field(default_factory=BarrenShapes)
    leaves: Callable[[Address], bool] | None = None  # whether it is the login, or a logout, of a session
    moved_hosts: set[str] = field(default_factory=set, init=False)  # that stand for the host of a seed
    _asked_for: set[bytes] = field(
        default_factory=set, init=False
    )  # keys of seeds and of what they redirect to

    def seeds(self, seeds: Iterable[tuple[Address, int]]) -> tuple[Link, ...]:
        """The links a run begins with, each with how far it reaches."""
        links = tuple(
            Link(address.fetch, address.digest, address.host, 0, 0, min(reach, self.scope.max_depth))
            for address, reach in seeds
        )
        self._asked_for |= {link.key for link in links}
        return links

    def seed_moved(self, seed: Address, target: Address) -> bool:
        """Takes into the scope what a seed redirects to, where both are of one site; says whether it did."""
        if not self.scope.follow_seed(seed, target):
            return False
        self._asked_for.add(target.digest)
        if target.host not in self.moved_hosts:
            self.moved_hosts.add(target.host)
            self.seen.forget()  # links that were no part of the job may be now
        return True

    def is_asked_for(self, link: Link) -> bool:
        """Whether it is a seed, or what one redirected to."""
        return link.kind is Kind.PAGE and (link.via[0] if link.via else link.key) in self._asked_for

    def below(self, parent: Link, found: Iterable[tuple[bytes, str]]) -> Found:
        """The links of a page that are worth a visit, and those that a rule refuses."""
        left = parent.left - 1
        links, refusals = [], []
        for url in self.seen.news(found, left):
            judged = self.judged(url, parent.depth + 1, left)
            if isinstance(judged, Link):
                links.append(judged)
            elif judged is not None:
                refusals.append(judged)
        return Found(tuple(links), tuple(refusals))

    def redirected(self, parent: Link, address: Address, via: tuple[bytes, ...]) -> Link | str:
        """The link a redirect leads to, as deep as the one that was redirected; or why it is not followed."""
        is_page = parent.kind is Kind.PAGE
        reason = self.scope.refuses(address, self.scope.max_depth - parent.left) if is_page else None
        reason = reason or self._trap(address)
        if reason:
            return reason
        return Link(
            url=address.fetch,
            key=key_of(address, parent.kind),
            host=address.host,
            priority=parent.priority,
            depth=parent.depth,
            left=parent.left,
            kind=parent.kind,
            via=via,
            budgets=self._budgets(address),
            slot=parent.slot,
        )

    def listed(self, url: str, base: str, left: int, urgency: int) -> Link | Refusal | None:
        """A link from a sitemap; `urgency` from 0, the most urgent, to 999."""
        try:
            address = parse(url, base, self.rules)
        except NotAnAddress:
            return None
        if not self.seen.is_news(address.digest, left):
            return None
        return self._judged(address, 1, left, STEP + urgency)

    def judged(self, url: str, depth: int, left: int) -> Link | Refusal | None:
        """What the rules make of an address; None where it is simply not part of the job."""
        origin = url[: url.find("/", len("https://")) + 1]  # most addresses are read by it in half the time
        try:
            address = parse(url, origin, self.rules)
        except NotAnAddress:
            return None
        return self._judged(address, depth, left, depth * STEP)

    def _judged(self, address: Address, depth: int, left: int, priority: int) -> Link | Refusal | None:
        reason = self.scope.refuses(address, self.scope.max_depth - left)
        if reason in ELSEWHERE:
            return None
        reason = reason or self._trap(address)
        link = Link(
            url=address.fetch,
            key=address.digest,
            host=address.host,
            priority=priority + self.shapes.setback(address.fetch),
            depth=depth,
            left=left,
            budgets=self._budgets(address),
        )
        return Refusal(link, reason, self.clock()) if reason else link

    def may_ask(self, page: Link, address: Address) -> bool:
        """Whether we may ask for what a page asks for: on a host of the job, and not excluded."""
        reason = self.scope.refuses(address, 0)
        is_near = reason in {None, "not_included"} or (reason == "out_of_scope" and address.host == page.host)
        return is_near and not self.scope.excludes(address) and not (self.leaves and self.leaves(address))

    def _trap(self, address: Address) -> str | None:
        found = trap(address, time.gmtime(self.clock()).tm_year)
        if found is None and self.leaves is not None and self.leaves(address):
            return "trap_session"
        return found

    def group_of(self, link: Link) -> bytes:
        """The open-ended set whose yield a page counts for; empty for a page that stands for itself."""
        if not may_have_family(link.url):
            return b""
        try:
            name = family(parse(link.url, rules=self.rules))
        except NotAnAddress:
            return b""
        return b"" if name is None else _short(name)

    def _budgets(self, address: Address) -> tuple[Budget, ...]:
        budgets = []
        name = family(address) if may_have_family(address.fetch) else None
        if name is not None:
            limit = LIMITS[name[0]]
            budgets.append(
                Budget(_short(name), limit, "trap_family", BARREN_AFTER, BARREN_SHARE, "trap_barren")
            )
        if self.pages_per_host is not None:
            budgets.append(Budget(_short(f"host {address.host}"), self.pages_per_host, "host_budget"))
        return tuple(budgets)


def key_of(address: Address, kind: Kind) -> bytes:
    """The identity of a visit: a URL that is listed both as a sitemap and as a page is two."""
    return address.digest if kind is Kind.PAGE else _digest(f"sitemap {address.key}", 16)


def _short(name: str) -> bytes:
    return _digest(name, 8)


def _digest(name: str, size: int) -> bytes:
    return blake2b(name.encode(), digest_size=size).digest()
