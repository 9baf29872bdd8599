"""A fetcher whose requests go through proxies; what fails for the sake of a proxy goes through another one.

Whose fault a failure is:
1. no connection to the proxy, its 407, an error page that names a proxy: the proxy's;
2. a 502, 503 or 504, an answer that does not come: the proxy's, when another one does better at once;
3. the same through another proxy, or no other proxy to ask: nobody is blamed, and the answer stands.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from scraper.borders import Fetches
from scraper.message import Errand, Request, Response
from scraper.proxies import DIRECT, Proxies

TRIES: Final = 3  # proxies for one request
_UNREACHABLE: Final = "proxy"
_DOUBTFUL: Final = frozenset({"proxy_refused", "connect_timeout", "connection_reset", "no_answer"})
_GATEWAY: Final = frozenset({502, 503, 504})
_WANTS_PASSWORD: Final = 407
_MARKS: Final = frozenset({"proxy-status", "proxy-authenticate", "proxy-agent", "x-squid-error"})


class ProxiedFetcher:
    """Fetches through whatever proxy is chosen for a host, and never without it."""

    def __init__(self, fetcher: Fetches, proxies: Proxies, gap: Callable[[str], float]) -> None:
        self._fetcher = fetcher
        self._proxies = proxies
        self._gap = gap

    async def fetch(self, request: Request, on_headers: Callable[[], None] | None = None) -> Response:
        """The answer to one request; `proxy_unavailable` when no proxy took it."""
        host = urlsplit(request.url).netloc.rpartition("@")[2].lower()
        if self._proxies.choose(host) == DIRECT:
            return await self._fetcher.fetch(request, on_headers)
        response = await self._through(host, request)
        if on_headers is not None and response.status:
            on_headers()
        return response

    async def _through(self, host: str, request: Request) -> Response:
        tried: set[str] = set()
        doubted: list[str] = []
        last = Response("proxy_unavailable")
        while len(tried) < TRIES and (proxy := self._proxies.choose(host, tried)) is not None:
            if last.status:  # the host itself may have given that answer
                await asyncio.sleep(self._gap(host))
            tried.add(proxy)
            response = await self._fetcher.fetch(_by(proxy, request))
            if _is_its_fault(response):
                self._proxies.failed(proxy)
                continue
            if _is_doubtful(response):
                doubted.append(proxy)
                last = response
                continue
            if response.status:  # else it says nothing of the proxy: no such name, a guard that said no
                self._proxies.worked(proxy, response.first_byte_seconds)
                for other in doubted:
                    self._proxies.failed(other)
            return response
        return last


def _by(proxy: str, request: Request) -> Request:
    return replace(request, errand=replace(request.errand or Errand(), proxy=proxy))


def _is_its_fault(response: Response) -> bool:
    if response.reason == _UNREACHABLE or response.status == _WANTS_PASSWORD:
        return True
    names = {name.lower() for name, _ in response.headers} if response.status in _GATEWAY else frozenset()
    return not names.isdisjoint(_MARKS)


def _is_doubtful(response: Response) -> bool:
    return response.reason in _DOUBTFUL or response.status in _GATEWAY
