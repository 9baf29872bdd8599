"""What a job says of sessions and proxies, with its secrets revealed, wired to the crawl."""

import re
import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scraper.borders import Fetches, Frontier
from scraper.gate import Gate
from scraper.host_pattern import HostPattern
from scraper.pattern import Pattern
from scraper.proxies import DIRECT, Proxies, ProxyPlan
from scraper.session.links import leaving
from scraper.session.plan import Check, ExpiredWhen, Login, Pairs, SessionPlan
from storage.address import Address, parse
from tandem.job import Job
from tandem.job_crawl import Crawl
from tandem.job_sessions import Login as WrittenLogin
from tandem.job_sessions import SessionSpec
from tandem.job_values import Secret
from tandem.problem import UsageError

if TYPE_CHECKING:
    from scraper.session.fetcher import SessionFetcher

_PROXY = re.compile(r"https?://[^/\s]+/?", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Variables = Mapping[str, str]
Seeds = Sequence[tuple[Address, int]]


@dataclass(frozen=True, slots=True)
class Declared:
    """The sessions and proxies of one job; both hold secrets, and neither shows them."""

    sessions: tuple[SessionPlan, ...]
    proxies: ProxyPlan

    @property
    def leaves(self) -> Callable[[Address], bool] | None:
        """Says of an address whether it would end a session; None where there is none."""
        return leaving(self.sessions) if self.sessions else None


def declared(job: Job, seeds: Seeds, variables: Variables) -> Declared:
    """Everything that the job declares; UsageError for a secret that could not be sent."""
    addresses = [seed for seed, _ in seeds]
    sessions = tuple(_session(spec, addresses, variables) for spec in job.sessions)
    return Declared(sessions, _proxies(job.crawl, variables))


def _session(spec: SessionSpec, seeds: Sequence[Address], variables: Variables) -> SessionPlan:
    hosts = tuple(map(HostPattern.of, spec.hosts))
    login = _login(spec.login, variables) if spec.login is not None else None
    # Secrets go over plain HTTP only where the job itself names such an address.
    named = [parse(login.url)] if login is not None else seeds
    is_plain = any(
        address.scheme == "http" and any(pattern.covers(address.host) for pattern in hosts)
        for address in named
    )
    cookies = tuple((name, _revealed(value, variables)) for name, value in spec.cookies.items())
    return SessionPlan(hosts, is_plain, cookies, _headers(spec, variables), login, _expired(spec))


def _headers(spec: SessionSpec, variables: Variables) -> Pairs:
    headers = [(name, _revealed(value, variables)) for name, value in spec.headers.items()]
    if spec.basic is not None:
        pair = f"{_revealed(spec.basic.user, variables)}:{_revealed(spec.basic.password, variables)}"
        headers.append(("Authorization", f"Basic {b64encode(pair.encode()).decode()}"))
    return tuple(headers)


def _login(login: WrittenLogin, variables: Variables) -> Login:
    check = login.check
    return Login(
        url=parse(login.url).fetch,
        fields=tuple((name, _plain(value, variables)) for name, value in login.fields.items()),
        form=login.form or "",
        submit=login.submit or "",
        check=Check(check.url or "", check.text or "", check.selector or "") if check is not None else None,
    )


def _expired(spec: SessionSpec) -> ExpiredWhen | None:
    """Without a login, only what the job says itself: nothing could be done about it."""
    written = spec.expired_when
    path = _path(spec.login.url) if spec.login is not None else ""
    if written is None:
        return ExpiredWhen(login_path=path) if spec.login is not None else None
    statuses = written.status if spec.login is not None or written.is_written("status") else ()
    leads_to = Pattern.of(written.redirects_to) if written.redirects_to is not None else None
    return ExpiredWhen(frozenset(statuses), leads_to, path, written.text or "")


def _path(url: str) -> str:
    """Without the query, which says where to go after the login."""
    return "/" + parse(url).fetch.split("/", 3)[3].partition("?")[0]


def _plain(value: str | Secret, variables: Variables) -> str:
    return value.reveal(variables) if isinstance(value, Secret) else value


def _revealed(value: str | Secret, variables: Variables) -> str:
    text = _plain(value, variables)
    if _CONTROL.search(text):
        where = f"the environment variable {value.env}" if isinstance(value, Secret) else "a value in the job"
        raise UsageError(
            f"sessions: {where} holds a line break or another character that no header can carry"
        )
    return text


def _proxies(crawl: Crawl, variables: Variables) -> ProxyPlan:
    several = crawl.proxies
    per_host = [(HostPattern.of(text), _proxy(value, variables)) for text, value in several.per_host.items()]
    rotating = [_proxy(value, variables) for value in several.list]
    otherwise = _proxy(crawl.proxy, variables) if crawl.proxy is not None else DIRECT
    return ProxyPlan(tuple(per_host), tuple(dict.fromkeys(rotating)), otherwise)


def _proxy(value: str | Secret, variables: Variables) -> str:
    text = _plain(value, variables)
    if text != DIRECT and _PROXY.fullmatch(text) is None:
        where = f"the environment variable {value.env}" if isinstance(value, Secret) else f"{value!r}"
        raise UsageError(
            f"crawl: {where} must hold the URL of a proxy, such as http://user:password@host:3128"
        )
    return text


class Ways:
    """How a crawl asks servers: plainly, through proxies, within sessions."""

    def __init__(
        self, job: Declared, fetcher: Fetches, frontier: Frontier, tell: Callable[[str], None]
    ) -> None:
        """To be made where an event loop runs; `gate` is set as soon as there is one."""
        self.gate: Gate | None = None
        self._frontier = frontier
        self.fetcher = fetcher
        self.proxies = Proxies(job.proxies)
        self.sessions: "SessionFetcher | None" = None  # noqa: UP037 - imported below
        if job.proxies:
            from scraper.proxied_fetch import ProxiedFetcher  # noqa: PLC0415 - few crawls use proxies

            self.fetcher = ProxiedFetcher(self.fetcher, self.proxies, self._gap)
        if job.sessions:
            from scraper.session.fetcher import SessionFetcher  # noqa: PLC0415 - few crawls log in
            from scraper.session.session import Surroundings  # noqa: PLC0415

            around = Surroundings(self.fetcher, self._gap, self._hold, tell)
            self.fetcher = self.sessions = SessionFetcher(job.sessions, around)

    def _gap(self, host: str) -> float:
        return self.gate.gap(host) if self.gate is not None else 0.0

    def _hold(self, host: str, seconds: float) -> None:
        if seconds:
            self._frontier.hold(host, until=time.time() + seconds)
