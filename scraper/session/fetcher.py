"""A fetcher whose requests to some hosts are made within sessions; all others pass through."""

from collections.abc import Callable, Sequence

from scraper.message import Request, Response
from scraper.render.words import Cookie
from scraper.session.plan import SessionPlan
from scraper.session.session import Session, Surroundings, session_for
from storage.address import parse
from storage.site import hostname


class SessionFetcher:
    """Fetches as users do."""

    def __init__(self, plans: Sequence[SessionPlan], around: Surroundings) -> None:
        """To be made where an event loop runs."""
        self._fetcher = around.fetcher
        self.sessions = tuple(Session(plan, around) for plan in plans)

    async def fetch(self, request: Request, on_headers: Callable[[], None] | None = None) -> Response:
        """The answer to one request; the gap of a session's host runs from when all of it is over."""
        session = session_for(request.url, self.sessions)
        if session is None:
            return await self._fetcher.fetch(request, on_headers)
        response = await session.fetch(request)
        if on_headers is not None and response.status:
            on_headers()
        return response

    async def enter(self, url: str) -> bool:
        """Logs in where a session holds and is not logged in; False where that failed."""
        session = session_for(url, self.sessions)
        return session is None or await session.enter()

    def cookies_for(self, url: str) -> tuple[Cookie, ...]:
        """What a browser is to send with this URL."""
        session = session_for(url, self.sessions)
        host = hostname(parse(url).host) if session is not None else ""
        return tuple(Cookie(name, value, host) for name, value in session.cookies(url)) if session else ()

    def headers_for(self, url: str) -> tuple[tuple[str, str], ...]:
        """Further headers that a browser is to send to the origin of this URL, and nowhere else."""
        session = session_for(url, self.sessions)
        return session.plan.headers if session is not None else ()
