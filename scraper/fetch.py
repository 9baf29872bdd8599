"""One HTTP request, done right: whatever server and network do comes back as a value."""

from scraper import late_roots  # noqa: F401 - before aiohttp

# isort: split
import asyncio
import re
import socket
from collections.abc import Callable
from functools import lru_cache, partial
from typing import NamedTuple, Self, cast

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_writer import _serialize_headers
from aiohttp.streams import StreamReader
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from scraper import connect
from scraper.connect import Dial, Guard, Lookup, Resolve, dialling, is_name, may_reach
from scraper.decode import ACCEPT_ENCODING
from scraper.downloads import FILE_SECONDS
from scraper.exchange import REDACTED, Exchange, told
from scraper.fetch_fault import fault
from scraper.fetch_settings import FetchSettings
from scraper.message import Errand, Request, Response
from scraper.protocol import Protocol
from scraper.target import divided
from scraper.watch import Clock, Watch

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/pdf;q=0.8,*/*;q=0.5"
_ORIGINS = 256  # remembered, some 3 KB each
_DOMAIN = re.compile(r";\s*domain\s*=[^;]*", re.IGNORECASE)


class Fetcher:
    """Fetches URLs by kept-alive connections; follows no redirect, raises for nothing a server does."""

    def __init__(self, settings: FetchSettings, guard: Guard, resolve: Resolve | None = None) -> None:
        self._settings = settings
        self._guard = guard
        self._lookup = Lookup()
        self._resolve = resolve or self._lookup
        self._headers = CIMultiDict(
            {"User-Agent": settings.user_agent, "Accept": ACCEPT, "Accept-Encoding": ACCEPT_ENCODING}
            | dict(settings.headers)
        )
        self._told = told(self._headers.items())
        self._proxy = URL(settings.proxy) if settings.proxy else None
        self._timeouts = aiohttp.ClientTimeout(total=None, connect=settings.connect_seconds)
        self._watch = Watch(settings.least_bytes_per_second, settings.grace_seconds, settings.tick_seconds)
        self._origin = lru_cache(_ORIGINS)(self._new_origin)

    async def __aenter__(self) -> Self:
        settings = self._settings
        self._loop = asyncio.get_running_loop()
        self._connector = aiohttp.TCPConnector(
            limit=settings.connections,
            ttl_dns_cache=settings.dns_seconds,
            keepalive_timeout=settings.keepalive_seconds,
            resolver=_Resolver(self._resolve),
            socket_factory=connect.socket_maker(self._guard),
            ssl=connect.trust(settings.ca_file),
        )
        self._connector._factory = cast("partial[ResponseHandler]", partial(Protocol, loop=self._loop))
        self._jar = aiohttp.CookieJar(unsafe=True, quote_cookie=False) if settings.keeps_cookies else None
        self._has_cookies = False
        return self

    async def __aexit__(self, *_: object) -> None:
        self._watch.close()
        self._lookup.close()
        await self._connector.close()

    async def fetch(self, request: Request, on_headers: Callable[[], None] | None = None) -> Response:
        """The answer to one request; on_headers is called when status and headers have come."""
        clock = Clock(self._loop.time(), request.timeout_seconds or self._settings.timeout_seconds)
        exchange = Exchange(request, clock)
        self._watch.add(clock)
        try:
            reason = await self._converse(exchange, on_headers)
        except asyncio.CancelledError:
            if not clock.is_mine():
                if exchange.body is not None:
                    exchange.body.discard()
                raise
            reason = clock.reason
        finally:
            self._watch.drop(clock)
        return exchange.response(reason, self._loop.time())

    async def _converse(self, exchange: Exchange, on_headers: Callable[[], None] | None) -> str:
        try:
            name, target = divided(exchange.request.url)
            origin = self._origin(name)
        except ValueError:
            return "bad_url"
        url, errand = origin.request.url, exchange.request.errand
        is_proxied = self._proxy is not None or (errand is not None and bool(errand.proxy))
        dial = Dial(url.raw_host or "", is_exempt=is_proxied)
        token = dialling.set(dial)
        try:
            if is_proxied and not await may_reach(dial.host, url.port or 0, self._guard, self._resolve):
                return "egress"
            answer = await self._ask(origin, target, exchange, dial)
        except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError) as error:
            return fault(error, dial)
        finally:
            dialling.reset(token)
        try:
            await self._take(answer, exchange, on_headers)
        except (aiohttp.ClientError, OSError):
            return "cut"
        finally:
            answer.connection.close()
        return "ok"

    def _new_origin(self, name: str) -> "_Origin":
        """Raises ValueError for what nobody could connect to."""
        url = URL(f"{name}/", encoded=True)
        if url.scheme not in ("http", "https") or not is_name(url.raw_host or ""):
            raise ValueError(name)
        request = aiohttp.ClientRequest("GET", url, headers=self._headers, loop=self._loop)
        private = self._settings.private_headers.get(str(url.origin()), ())
        return _Origin(name, request, _serialize_headers("", request.headers), private)

    async def _ask(self, origin: "_Origin", target: str, exchange: Exchange, dial: Dial) -> "_Answer":
        headers, errand = origin.request.headers, exchange.request.errand
        own = exchange.conditions()
        exchange.sent = (*self._told, *own) if own else self._told
        private = origin.private if errand is None else _joined(origin.private, errand.headers)
        if private:
            exchange.sent += tuple((name, REDACTED) for name, _ in private)
            own += private
        if own:
            headers = headers.copy()
            headers.update(own)
        try:
            return await self._send(origin, target, headers, errand)
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, ConnectionResetError):
            if dial.is_fresh:
                raise
        # The kept connection was closed under the request, before a byte of an answer.
        return await self._send(origin, target, headers, errand)

    async def _send(
        self, origin: "_Origin", target: str, headers: CIMultiDict[str], errand: Errand | None
    ) -> "_Answer":
        """One request on one connection, until the headers of its answer are there.

        aiohttp's session, its requests and its responses would add redirects, timers, traces and retries
        that are ours or nobody's, at half the price of a request; so what lies below them is used here.
        """
        request, jar, path = origin.request, self._jar, target
        if errand is not None or self._has_cookies or self._proxy is not None:
            request = self._unlike_others(origin.place(target), headers, errand)
            headers = request.headers  # the connector adds what the proxy wants to know
            target = str(request.url) if request.proxy is not None and not request.is_ssl() else target
        connection = await self._connector.connect(request, [], self._timeouts)
        try:
            answer = await self._answered(connection, _written(origin, target, headers, errand))
        except BaseException:
            connection.close()
            raise
        if errand is not None and errand.hear_cookies is not None:
            errand.hear_cookies(answer.headers.getall("Set-Cookie", ()))
        elif jar is not None and "Set-Cookie" in answer.headers:
            # Cookies go back to the very host that set them, whatever domain they claim.
            set_here = [_DOMAIN.sub("", cookie) for cookie in answer.headers.getall("Set-Cookie")]
            jar.update_cookies_from_headers(set_here, origin.place(path))
            self._has_cookies = True
        return answer

    def _unlike_others(
        self, url: URL, headers: CIMultiDict[str], errand: Errand | None
    ) -> aiohttp.ClientRequest:
        """A request with cookies, or one that takes a way of its own."""
        has_own = errand is not None and errand.hear_cookies is not None
        cookies = None if has_own or self._jar is None else self._jar.filter_cookies(url)
        proxy = URL(errand.proxy) if errand is not None and errand.proxy else self._proxy
        return aiohttp.ClientRequest(
            "GET", url, headers=headers, cookies=cookies, loop=self._loop, proxy=proxy
        )

    async def _answered(self, connection: Connection, written: bytes) -> "_Answer":
        protocol = connection.protocol
        if protocol is None or protocol.transport is None or protocol.transport.is_closing():
            raise aiohttp.ServerDisconnectedError
        protocol.set_response_params(
            read_until_eof=True,
            auto_decompress=False,
            max_field_size=self._settings.header_bytes,
            max_headers=self._settings.header_lines,
        )
        if isinstance(protocol, Protocol):
            protocol.expect_head()
        protocol.transport.write(written)
        message, content = await protocol.read()
        while 100 <= message.code < 200 and message.code != 101:
            message, content = await protocol.read()
        content.on_eof(connection.close if protocol.upgraded else connection.release)
        return _Answer(message.code, message.headers, content, connection)

    async def _take(
        self, answer: "_Answer", exchange: Exchange, on_headers: Callable[[], None] | None
    ) -> None:
        protocol = answer.connection.protocol  # none when the answer has ended already
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
            if body.is_file:
                clock.deadline = max(clock.deadline, clock.started + FILE_SECONDS)
                if body.is_full:
                    await asyncio.to_thread(body.spill)
        # A body that ends with the connection has no other sign that it was cut.
        if protocol is not None and isinstance(protocol.exception(), aiohttp.ClientOSError):
            raise aiohttp.ClientPayloadError
        body.end()


def _joined(
    private: tuple[tuple[str, str], ...], own: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    """The headers of an errand, with those for its origin that it does not set anew."""
    anew = {name.lower() for name, _ in own}
    return (*own, *((name, value) for name, value in private if name.lower() not in anew))


def _written(
    origin: "_Origin", target: str, headers: CIMultiDict[str], errand: Errand | None = None
) -> bytes:
    """The request as it goes over the wire; what could break its lines is refused with ValueError."""
    if errand is not None:
        return _serialize_headers(f"{errand.method} {target} HTTP/1.1", headers) + errand.body
    line = f"GET {target} HTTP/1.1"
    if headers is origin.request.headers and line.isascii() and line.isprintable():
        return line.encode() + origin.written
    return _serialize_headers(line, headers)


class _Origin(NamedTuple):
    """What all requests to one server share; its request stands for the connection that is wanted."""

    name: str
    request: aiohttp.ClientRequest
    written: bytes  # the headers of its request, and what ends the line before them
    private: tuple[tuple[str, str], ...]

    def place(self, target: str) -> URL:
        """The URL of something that is asked for there."""
        return URL(f"{self.name}{target}", encoded=True)


class _Answer(NamedTuple):
    """An answer whose body is still to come."""

    status: int
    headers: CIMultiDictProxy[str]
    content: StreamReader
    connection: Connection


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
