"""Connects the proxy to a server: every address is judged, and the judged one is connected to."""

import asyncio
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple, Self
from urllib.parse import unquote, urlsplit

from scraper.connect import Guard, Resolve, addresses_of, socket_reason
from scraper.render.proxy_head import Target

_HEAD_BYTES: Final = 65536
_SHORT_SECONDS: Final = 4.0  # for one address of several


@dataclass(frozen=True, slots=True)
class Upstream:
    """The proxy that a job goes out by."""

    host: str
    port: int
    is_tls: bool = False
    authorization: bytes = field(default=b"", repr=False)

    @classmethod
    def of(cls, url: str) -> Self:
        """Reads `http://name:password@host:port`; raises ValueError for what is no such address."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port, parts = None, None, urlsplit("")
        if parts.scheme not in ("http", "https") or not host:
            raise ValueError(
                "a proxy is written as http://host:port"
            )  # never the text: it may hold a password
        given = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        authorization = b"Basic " + b64encode(given.encode()) if parts.username else b""
        is_tls = parts.scheme == "https"
        return cls(host, port or (443 if is_tls else 80), is_tls, authorization)


# The URL of the proxy that requests to a host go by; empty where they need none, None where none is up.
Route = Callable[[str], str | None]


def directly(_host: str) -> str | None:
    """No request goes by another proxy."""
    return ""


@lru_cache(maxsize=256)
def _upstream(url: str) -> Upstream:
    return Upstream.of(url)


class Reached(NamedTuple):
    """An open connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    upstream: Upstream | None  # who answers on it, where it is not the server itself


@dataclass(frozen=True, slots=True)
class Reach:
    """How the proxy gets to servers."""

    guard: Guard
    resolve: Resolve
    route: Route = directly
    seconds: float = 10.0
    trusted: ssl.SSLContext | None = None  # for an upstream spoken to by TLS; None: the system's roots

    async def connect(self, target: Target, *, is_tunnel: bool) -> Reached | str:
        """A connection to the target, through whatever lies between; or the name of what went wrong."""
        try:
            async with asyncio.timeout(self.seconds):
                return await self._connect(target, is_tunnel)
        except TimeoutError:
            return "connect_timeout"
        except socket.gaierror:
            return "dns"
        except OSError as error:
            return socket_reason(error)

    async def _connect(self, target: Target, is_tunnel: bool) -> Reached | str:
        way = self.route(target.host)
        if way is None:
            return "proxy_unavailable"
        upstream = _upstream(way) if way else None
        try:
            addresses = await addresses_of(target.host, target.port, self.resolve)
        except OSError:
            return "dns"
        allowed = [address for address in addresses if self.guard(address, target.port, target.host) is None]
        # Another proxy looks the name up again: it is asked only when no address is a forbidden one.
        if not allowed or (upstream and len(allowed) < len(addresses)):
            return "egress" if addresses else "dns"
        if upstream is None:
            return Reached(*await self._first(allowed, target.port), None)
        return await self._by(upstream, target, is_tunnel)

    async def _first(
        self, addresses: Sequence[str], port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the first address that answers."""
        *some, last = addresses
        for address in some:
            try:
                async with asyncio.timeout(_SHORT_SECONDS):
                    return await asyncio.open_connection(address, port, limit=_HEAD_BYTES)
            except OSError:  # a TimeoutError is one
                continue
        return await asyncio.open_connection(last, port, limit=_HEAD_BYTES)

    async def _by(self, upstream: Upstream, target: Target, is_tunnel: bool) -> Reached | str:
        context = (self.trusted or ssl.create_default_context()) if upstream.is_tls else None
        try:
            reader, writer = await asyncio.open_connection(
                upstream.host, upstream.port, limit=_HEAD_BYTES, ssl=context
            )
        except OSError:
            return "proxy"
        if is_tunnel and not await self._is_let_through(reader, writer, upstream, target):
            writer.transport.abort()
            return "proxy"
        return Reached(reader, writer, None if is_tunnel else upstream)

    async def _is_let_through(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: Upstream, target: Target
    ) -> bool:
        name = f"[{target.host}]" if ":" in target.host else target.host
        place = f"{name}:{target.port}".encode()
        lines = [b"CONNECT " + place + b" HTTP/1.1", b"Host: " + place, *proxy_fields(upstream), b"", b""]
        writer.write(b"\r\n".join(lines))
        try:
            answer = await reader.readuntil(b"\r\n\r\n")
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return False
        return answer.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200"))


def proxy_fields(upstream: Upstream) -> list[bytes]:
    """What a request says to the next proxy about who sends it."""
    return [b"Proxy-Authorization: " + upstream.authorization] if upstream.authorization else []
