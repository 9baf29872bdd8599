"""One HTTP request, done right: whatever server and network do comes back as a value."""

import asyncio
import errno
import re
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.http_exceptions import BadHttpMessage, LineTooLong
from yarl import URL

from scraper.connect import Dial, Guard, Lookup, Resolve, addresses_of, dialling, socket_maker
from scraper.decode import ACCEPT_ENCODING
from scraper.exchange import Exchange
from scraper.message import Request, Response
from scraper.watch import TICK_SECONDS, Clock, Watch

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/pdf;q=0.8,*/*;q=0.5"
_DOMAIN = re.compile(r";\s*domain\s*=[^;]*", re.IGNORECASE)
_REASONS_BY_ERRNO = {
    errno.ECONNREFUSED: "connect_refused",
    errno.ECONNRESET: "connection_reset",
    errno.ECONNABORTED: "connection_reset",
    errno.EPIPE: "connection_reset",
    errno.ETIMEDOUT: "connect_timeout",
    **dict.fromkeys((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.EADDRNOTAVAIL), "local_limit"),
}


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How requests are made, the same for all of a run."""

    user_agent: str
    headers: tuple[tuple[str, str], ...] = ()  # for every server
    private_headers: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)  # by origin
    keeps_cookies: bool = False
    proxy: str = ""
    ca_file: str = ""  # further roots to trust
    connections: int = 64
    connect_seconds: float = 10.0  # name, socket and TLS together
    timeout_seconds: float = 30.0  # all of a request
    grace_seconds: float = 10.0  # a body may flow slower than the least rate for so long
    least_bytes_per_second: float = 1024.0
    tick_seconds: float = TICK_SECONDS
    keepalive_seconds: float = 15.0
    dns_seconds: int = 60
    header_bytes: int = 16_384  # one of them
    header_lines: int = 200


class Fetcher:
    """Fetches URLs by kept-alive connections; follows no redirect, raises for nothing a server does."""

    def __init__(self, settings: FetchSettings, guard: Guard, resolve: Resolve | None = None) -> None:
        self._settings = settings
        self._guard = guard
        self._lookup = Lookup()
        self._resolve = resolve or self._lookup
        self._watch = Watch(settings.least_bytes_per_second, settings.grace_seconds, settings.tick_seconds)

    async def __aenter__(self) -> Self:
        settings = self._settings
        self._loop = asyncio.get_running_loop()
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=settings.connections,
                ttl_dns_cache=settings.dns_seconds,
                keepalive_timeout=settings.keepalive_seconds,
                resolver=_Resolver(self._resolve),
                socket_factory=socket_maker(self._guard),
                ssl=_trust(settings.ca_file),
            ),
            headers={
                "User-Agent": settings.user_agent,
                "Accept": ACCEPT,
                "Accept-Encoding": ACCEPT_ENCODING,
                **dict(settings.headers),
            },
            cookie_jar=_HostJar(unsafe=True) if settings.keeps_cookies else aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, connect=settings.connect_seconds),
            auto_decompress=False,
            trust_env=False,
            max_field_size=settings.header_bytes,
            max_headers=settings.header_lines,
            proxy=settings.proxy or None,
        )
        # aiohttp would ask any server that hangs up a second time; we only where a kept connection was stale.
        self._session._retry_connection = False
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watch.close()
        self._lookup.close()
        await self._session.close()

    async def fetch(self, request: Request, on_headers: Callable[[], None] | None = None) -> Response:
        """The answer to one GET; on_headers is called when status and headers have come."""
        clock = Clock(self._loop.time(), request.timeout_seconds or self._settings.timeout_seconds)
        exchange = Exchange(request, clock)
        self._watch.add(clock)
        try:
            reason = await self._converse(exchange, on_headers)
        except asyncio.CancelledError:
            if not clock.is_mine():
                raise
            reason = clock.reason
        finally:
            self._watch.drop(clock)
        return exchange.response(reason, self._loop.time())

    async def _converse(self, exchange: Exchange, on_headers: Callable[[], None] | None) -> str:
        try:
            url = URL(exchange.request.url, encoded=True)
            dial = Dial(url.raw_host or "", is_exempt=bool(self._settings.proxy))
        except ValueError:
            return "bad_url"
        token = dialling.set(dial)
        try:
            if self._settings.proxy and not await self._may_reach(url):
                return "egress"
            answer = await self._ask(url, exchange, dial)
            try:
                await self._take(answer, exchange, on_headers)
            finally:
                if not answer.closed:
                    answer.close()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return "cut" if exchange.status else _reason_of(error, dial)
        finally:
            dialling.reset(token)
        return "ok"

    async def _may_reach(self, url: URL) -> bool:
        """Whether the guard lets requests out to every address of the host that a proxy is asked for."""
        host, port = url.raw_host or "", url.port or 0
        addresses = await addresses_of(host, port, self._resolve)
        return all(self._guard(address, port, host) is None for address in addresses)

    async def _ask(self, url: URL, exchange: Exchange, dial: Dial) -> aiohttp.ClientResponse:
        headers = exchange.conditions()
        if self._settings.private_headers:
            headers += self._settings.private_headers.get(str(url.origin()), ())
        try:
            return await self._session.get(url, headers=headers or None, allow_redirects=False)
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            if dial.is_fresh:
                raise
        # The kept connection was closed under the request, before a byte of an answer.
        return await self._session.get(url, headers=headers or None, allow_redirects=False)

    async def _take(
        self, answer: aiohttp.ClientResponse, exchange: Exchange, on_headers: Callable[[], None] | None
    ) -> None:
        protocol = answer.connection.protocol if answer.connection else None
        if protocol is not None:
            exchange.clock.is_connected = protocol.is_connected
        exchange.begin(answer.status, answer.headers, self._loop.time())
        if on_headers is not None:
            on_headers()
        body, clock, content = exchange.body, exchange.clock, answer.content
        if body is None:
            return
        while chunk := await content.readany():
            clock.received += len(chunk)
            if not body.add(chunk):
                return
        # A body that ends with the connection has no other sign that it was cut.
        if protocol is not None and isinstance(protocol.exception(), aiohttp.ClientOSError):
            raise aiohttp.ClientPayloadError
        body.end()


class _Resolver(AbstractResolver):
    """Our lookups in aiohttp's words."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = await self._resolve(host, port)
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in addresses
        ]

    async def close(self) -> None:
        """Holds nothing."""


class _HostJar(aiohttp.CookieJar):
    """Cookies go back to the very host that set them, whatever domain they claim."""

    def update_cookies_from_headers(self, headers: Sequence[str], response_url: URL) -> None:
        super().update_cookies_from_headers([_DOMAIN.sub("", header) for header in headers], response_url)


def _trust(ca_file: str) -> ssl.SSLContext | bool:
    if not ca_file:
        return True
    context = ssl.create_default_context()
    context.load_verify_locations(ca_file)
    return context


def _reason_of(error: Exception, dial: Dial) -> str:
    """The name of what went wrong before there was an answer."""
    match error:
        case aiohttp.ClientConnectorError() if dial.is_refused:
            return "egress"
        case aiohttp.ClientConnectorDNSError() | socket.gaierror():
            return "dns"
        case aiohttp.ClientProxyConnectionError() | aiohttp.ClientHttpProxyError():
            return "proxy"
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return "tls"
        case TimeoutError():
            return "connect_timeout"
        case aiohttp.ClientResponseError():
            return "header_limit" if _is_too_long(error) else "protocol"
        case aiohttp.ServerDisconnectedError():
            return "no_answer"
        case OSError():
            is_tls = isinstance(error.__cause__, ssl.SSLError)
            return "tls" if is_tls else _REASONS_BY_ERRNO.get(error.errno or 0, "unreachable")
        case ValueError() | aiohttp.NonHttpUrlClientError():
            return "bad_url"
        case _:
            return "protocol"


def _is_too_long(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, LineTooLong) or (isinstance(cause, BadHttpMessage) and "oo many" in str(cause)):
            return True
        cause = cause.__cause__
    return False
