"""One session under way: it logs in before the first page, notices that it expired, and logs in again."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from scraper.borders import Fetches
from scraper.message import Errand, Request, Response
from scraper.session.jar import Jar
from scraper.session.login import How, LoginEnd, LoginSteps
from scraper.session.plan import Login, SessionPlan
from scraper.session.signs import sign_of
from scraper.session.standing import Phase, Standing
from storage.address import Address, NotAnAddress, parse

LOGIN_SECONDS: Final = 120.0  # for one attempt with all its steps: visits wait for it, and their leases end
ROUNDS: Final = 5  # of logins that others made, each of which had expired before this page was there


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What sessions need of the crawl that they are part of."""

    fetcher: Fetches
    gap: Callable[[str], float]  # seconds between two requests to a host
    hold: Callable[[str, float], None]  # leaves a host alone for so many seconds
    tell: Callable[[str], None]  # takes a line for whoever runs the job
    again_seconds: float = 2.0  # before a login is tried again that nobody answered; doubled every time


class Session:
    """Makes the requests of its hosts; whatever happens to it comes back as a value."""

    def __init__(self, plan: SessionPlan, around: Surroundings) -> None:
        """To be made where an event loop runs."""
        self.plan = plan
        self.standing = Standing()
        self._around = around
        self._jar = Jar(plan.cookies)
        self._lock = asyncio.Lock()
        self._asked_at: dict[str, float] = {}
        self._doubted: set[str] = set()  # signs that a fresh login did not take away
        self._seen = ""  # a page that is there for users
        self._witness = ""  # one that looks expired to strangers

    async def fetch(self, request: Request) -> Response:
        """The page as users see it; else `login_failed`, `session_refused` or `session_expired`."""
        if request.url.endswith("/robots.txt"):
            return await self._ask(self._jar, request)
        before = self.standing.logins
        if not await self.enter():
            return Response("login_failed")
        logins = self.standing.logins
        if logins > before:
            await self._pause(parse(request.url).host)
        response = await self._ask(self._jar, request)
        sign = sign_of(request.url, response, self.plan.expired)
        if not sign:
            self._seen = request.url if 200 <= response.status < 300 else self._seen
            return response
        if self.plan.login is None:
            return replace(response, reason="session_expired", body=b"")
        return await self._again(request, response, sign, logins)

    async def enter(self) -> bool:
        """Logs in where that has to be; says whether pages may be asked for. One logs in, others wait."""
        if self._is_in() and not self._lock.locked():
            return True
        async with self._lock:
            return self._is_in() or await self._log_in()

    def _is_in(self) -> bool:
        return self.plan.login is None or self.standing.phase is Phase.LOGGED_IN

    def cookies(self, url: str) -> tuple[tuple[str, str], ...]:
        """Names and values for this URL, as they are now."""
        return self._jar.pairs(url)

    async def _again(self, request: Request, response: Response, sign: str, logins: int) -> Response:
        """The page once more, by a login that somebody else has made meanwhile, or by one made for it."""
        for _ in range(ROUNDS):
            async with self._lock:
                if self.standing.logins == logins:
                    return await self._renewed(request, response, sign)
                logins = self.standing.logins
            await self._pause(parse(request.url).host)
            response = await self._ask(self._jar, request)
            sign = sign_of(request.url, response, self.plan.expired)
            if not sign:
                return response
        return _refused(response, sign)

    async def _renewed(self, request: Request, response: Response, sign: str) -> Response:
        """The page as the first one after a login, unless that is known to change nothing."""
        if sign in self._doubted and await self._is_alive():
            return _refused(response, sign)
        if not self.standing.may_log_in(time.monotonic()):
            return response if _is_status(sign) else Response("login_failed")
        self.standing = self.standing.expired()
        if not await self._log_in():
            return Response("login_failed")
        await self._pause(parse(request.url).host)
        response = await self._ask(self._jar, request)
        sign = sign_of(request.url, response, self.plan.expired)
        if sign:
            self._doubted.add(sign)
            self.standing = self.standing.useless(time.monotonic())
            return _refused(response, sign)
        self._witness = request.url
        self.standing = self.standing.helped()
        return response

    async def _is_alive(self) -> bool:
        """Whether a page that only users see is there."""
        login = self.plan.login
        if login is not None and login.check is not None and login.check.url:
            return await self._steps(login, self._jar).is_proven()
        url = self._witness or await self._found_witness()
        if not url:
            return False
        response = await self._ask_politely(self._jar, Request(url))
        return response.reason == "ok" and not sign_of(url, response, self.plan.expired)

    def _steps(self, login: Login, jar: Jar) -> LoginSteps:
        return LoginSteps(login, partial(self._ask_politely, jar), self.plan.covers)

    async def _found_witness(self) -> str:
        """The page seen last, where strangers do not see it."""
        if not self._seen:
            return ""
        host = parse(self._seen).host
        await self._pause(host)
        response = await self._around.fetcher.fetch(Request(self._seen))
        self._leave_alone(host)
        self._witness = self._seen if sign_of(self._seen, response, self.plan.expired) else ""
        return self._witness

    async def _log_in(self) -> bool:
        """Tries while that is allowed; nobody answering is no word about the password."""
        wait = self._around.again_seconds
        while self.standing.may_log_in(time.monotonic()):
            self.standing = self.standing.began()
            jar = Jar(self.plan.cookies)  # what answers to older requests set will not get into it
            end = await self._attempt(jar)
            if end.how is How.IN:
                self._jar = jar
                self.standing = self.standing.logged_in()
                return True
            self._around.tell(f"login failed for {self.plan.name}: {end.detail}")
            if end.how is How.REJECTED:
                self.standing = self.standing.rejected(time.monotonic())
                return False
            self.standing = self.standing.unreachable(time.monotonic())
            if self.standing.may_log_in(time.monotonic()):
                await asyncio.sleep(wait)
                wait *= 2
        return False

    async def _attempt(self, jar: Jar) -> LoginEnd:
        if self.plan.login is None:
            return LoginEnd(How.IN)
        try:
            async with asyncio.timeout(LOGIN_SECONDS):
                return await self._steps(self.plan.login, jar).run()
        except TimeoutError:
            return LoginEnd(How.UNREACHABLE, "it takes too long")

    async def _ask_politely(self, jar: Jar, request: Request) -> Response:
        """A request that no visit stands for: at the pace of its host, which waits after it as well."""
        host = parse(request.url).host
        await self._pause(host)
        response = await self._ask(jar, request)
        self._leave_alone(host)
        return response

    def _leave_alone(self, host: str) -> None:
        self._asked_at[host] = time.monotonic()
        self._around.hold(host, self._around.gap(host))

    async def _pause(self, host: str) -> None:
        wait = self._asked_at.get(host, 0.0) + self._around.gap(host) - time.monotonic()
        if host in self._asked_at and wait > 0:
            await asyncio.sleep(wait)

    async def _ask(self, jar: Jar, request: Request) -> Response:
        """With what the session tells its own hosts."""
        url, errand = request.url, request.errand or Errand()
        if not self.plan.covers(parse(url)):
            return await self._around.fetcher.fetch(request)
        cookie = jar.header(url)
        headers = (*errand.headers, *self.plan.headers, *((("Cookie", cookie),) if cookie else ()))
        own = replace(errand, headers=headers, hear_cookies=partial(jar.learn, url))
        try:
            return await self._around.fetcher.fetch(replace(request, errand=own))
        finally:
            self._asked_at[parse(url).host] = time.monotonic()


def session_for(url: str, sessions: tuple[Session, ...]) -> Session | None:
    """The first session that holds for this URL."""
    try:
        address: Address = parse(url)
    except NotAnAddress:
        return None
    return next((session for session in sessions if session.plan.covers(address)), None)


def _is_status(sign: str) -> bool:
    return sign.startswith("status")


def _refused(response: Response, sign: str) -> Response:
    """A page that even a fresh login does not show: its status says so by itself."""
    return response if _is_status(sign) else replace(response, reason="session_refused", body=b"")
