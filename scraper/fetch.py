"""One HTTP request, done right: whatever server and network do comes back as a value."""

import asyncio
import errno
import re
import socket
import ssl
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Self, cast

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http import RawResponseMessage
from aiohttp.http_exceptions import BadHttpMessage, LineTooLong
from aiohttp.streams import StreamReader
from multidict import CIMultiDict
from yarl import URL

from scraper.connect import Dial, Guard, Lookup, Resolve, addresses_of, dialling, is_name, socket_maker
from scraper.decode import ACCEPT_ENCODING
from scraper.exchange import REDACTED, Exchange, told
from scraper.fetch_settings import FetchSettings
from scraper.message import Request, Response
from scraper.watch import Clock, Watch

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/pdf;q=0.8,*/*;q=0.5"
INFORMATIONAL_ANSWERS = 20  # before the real one
_DOMAIN = re.compile(r";\s*domain\s*=[^;]*", re.IGNORECASE)
_REASONS_BY_ERRNO = {
    errno.ECONNREFUSED: "connect_refused",
    errno.ECONNRESET: "connection_reset",
    errno.ECONNABORTED: "connection_reset",
    errno.EPIPE: "connection_reset",
    errno.ETIMEDOUT: "connect_timeout",
    **dict.fromkeys((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.EADDRNOTAVAIL), "local_limit"),
}


class Fetcher:
    """Fetches URLs by kept-alive connections; follows no redirect, raises for nothing a server does."""

    def __init__(self, settings: FetchSettings, guard: Guard, resolve: Resolve | None = None) -> None:
        self._settings = settings
        self._guard = guard
        self._lookup = Lookup()
        self._resolve = resolve or self._lookup
        self._headers = CIMultiDict(
            {
                "User-Agent": settings.user_agent,
                "Accept": ACCEPT,
                "Accept-Encoding": ACCEPT_ENCODING,
                **dict(settings.headers),
            }
        )
        self._told = told(self._headers.items())
        self._proxy = URL(settings.proxy) if settings.proxy else None
        self._timeouts = aiohttp.ClientTimeout(total=None, connect=settings.connect_seconds)
        self._watch = Watch(settings.least_bytes_per_second, settings.grace_seconds, settings.tick_seconds)

    async def __aenter__(self) -> Self:
        settings = self._settings
        self._loop = asyncio.get_running_loop()
        self._connector = aiohttp.TCPConnector(
            limit=settings.connections,
            ttl_dns_cache=settings.dns_seconds,
            keepalive_timeout=settings.keepalive_seconds,
            resolver=_Resolver(self._resolve),
            socket_factory=socket_maker(self._guard),
            ssl=_trust(settings.ca_file),
        )
        self._connector._factory = cast("partial[ResponseHandler]", partial(_Protocol, loop=self._loop))
        self._jar = _HostJar(unsafe=True) if settings.keeps_cookies else None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watch.close()
        self._lookup.close()
        await self._connector.close()

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
            dial = Dial(url.raw_host or "", is_exempt=self._proxy is not None)
        except ValueError:
            return "bad_url"
        if url.scheme not in ("http", "https") or not is_name(dial.host):
            return "bad_url"
        token = dialling.set(dial)
        try:
            if self._proxy and not await self._may_reach(url):
                return "egress"
            answer = await self._ask(url, exchange, dial)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _reason_of(error, dial)
        finally:
            dialling.reset(token)
        try:
            await self._take(answer, exchange, on_headers)
        except (aiohttp.ClientError, OSError):
            return "cut"
        finally:
            if not answer.closed:
                answer.close()
        return "ok"

    async def _may_reach(self, url: URL) -> bool:
        """Whether the guard lets requests out to every address of the host that a proxy is asked for."""
        host, port = url.raw_host or "", url.port or 0
        addresses = await addresses_of(host, port, self._resolve)
        return all(self._guard(address, port, host) is None for address in addresses)

    async def _ask(self, url: URL, exchange: Exchange, dial: Dial) -> aiohttp.ClientResponse:
        headers = self._headers
        own = exchange.conditions()
        exchange.sent = (*self._told, *own) if own else self._told
        if self._settings.private_headers:
            private = self._settings.private_headers.get(str(url.origin()), ())
            exchange.sent += tuple((name, REDACTED) for name, _ in private)
            own += private
        if own:
            headers = headers.copy()
            headers.update(own)
        try:
            return await self._send(url, headers)
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, ConnectionResetError):
            if dial.is_fresh:
                raise
        # The kept connection was closed under the request, before a byte of an answer.
        return await self._send(url, headers)

    async def _send(self, url: URL, headers: CIMultiDict[str]) -> aiohttp.ClientResponse:
        """One request on one connection, until the headers of its answer are there.

        aiohttp's session would add redirects, timers, traces and retries that are ours or nobody's, and
        with them a quarter of a request's cost; so its parts are put together here.
        """
        jar = self._jar
        request = aiohttp.ClientRequest(
            "GET",
            url,
            headers=headers,
            cookies=jar.filter_cookies(url) if jar is not None else None,
            loop=self._loop,
            proxy=self._proxy,
        )
        connection = await self._connector.connect(request, [], self._timeouts)
        try:
            self._expect(connection)
            answer = await request.send(connection)
            try:
                await answer.start(connection)
            except BaseException:
                answer.close()
                raise
        except BaseException:
            connection.close()
            raise
        if jar is not None and "Set-Cookie" in answer.headers:
            jar.update_cookies_from_headers(answer.headers.getall("Set-Cookie"), url)
        return answer

    def _expect(self, connection: Connection) -> None:
        protocol = connection.protocol
        if protocol is None:
            raise aiohttp.ServerDisconnectedError
        protocol.set_response_params(
            read_until_eof=True,
            auto_decompress=False,
            max_field_size=self._settings.header_bytes,
            max_headers=self._settings.header_lines,
        )

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


class _Protocol(ResponseHandler):
    """aiohttp's side of a connection, with an end to informational answers: it would read them for ever."""

    _asides = 0

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        self._asides = self._asides + 1 if data[0].code < 200 else 0
        if self._asides <= INFORMATIONAL_ANSWERS:
            super().feed_data(data, size)
        elif self.transport is not None and not self.transport.is_closing():
            self.set_exception(BadHttpMessage("informational answers without end"))
            self.transport.abort()


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
    context.set_alpn_protocols(["http/1.1"])
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
