"""HTTP to one model server: lines and JSON come out, whatever goes wrong comes out as a value."""

import json
import re
import ssl
from collections.abc import AsyncGenerator, Mapping
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

import aiohttp

from tandem.inference.outcomes import Failure, Refused, Unavailable
from tandem.inference.refusal import failure_of
from tandem.inference.words import Endpoint, Json

CONNECT_SECONDS = 5.0
_ERROR_BYTES = 1 << 16
_LINE_BYTES = 1 << 20
_STREAM_BYTES = 1 << 26
_JSON_BYTES = 1 << 28  # 1,000 vectors of 4,096 numbers written out
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class Wire:
    """Connections to one endpoint. They follow no redirect, use no proxy, keep no cookie."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        # Some write the address with the version that one of the protocols has in its paths.
        self._root = endpoint.url.rstrip("/").removesuffix("/v1")
        headers = {"Accept-Encoding": "identity"}
        if endpoint.api_key:
            headers["Authorization"] = f"Bearer {endpoint.api_key}"
        self._headers = headers

    async def __aenter__(self) -> Self:
        # Each request has a connection of its own: closing it is how a slot of the server is freed.
        connector = aiohttp.TCPConnector(limit=2 * self._endpoint.slots + 4, force_close=True)
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def lines(self, path: str, body: Mapping[str, Any]) -> AsyncGenerator[bytes | Failure, None]:
        """The lines of a streamed answer; a Failure, if any, is the last of them."""
        try:
            async with self._ask("POST", path, body) as response:
                try:
                    if response.status != 200:
                        yield await self._refusal(response)
                        return
                    async for line in _lines(response.content):
                        yield line
                finally:
                    response.close()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            yield self._failure(error)

    async def json(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Json | Failure:
        """The whole answer as JSON."""
        try:
            async with self._ask(method, path, body) as response:
                if response.status != 200:
                    return await self._refusal(response)
                content = await _bounded(response.content, _JSON_BYTES)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return self._failure(error)
        try:
            return cast(Json, json.loads(content))
        except (ValueError, RecursionError):
            return Unavailable("garbage", "the answer is not JSON")

    def clean(self, text: str) -> str:
        """Words of a server on one line, without the key that it may have repeated."""
        if self._endpoint.api_key:
            text = text.replace(self._endpoint.api_key, "…")
        return _CONTROL.sub(" ", text).strip()[:2000]

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        return self._session.request(method, self._root + path, json=body, allow_redirects=False)

    async def _refusal(self, response: aiohttp.ClientResponse) -> Failure:
        if 300 <= response.status < 400:
            return Refused("redirect", f"HTTP {response.status}: write the address it leads to into the job")
        content = await _bounded(response.content, _ERROR_BYTES, is_cut=True)
        return failure_of(response.status, self.clean(content.decode(errors="replace")), self._endpoint)

    def _failure(self, error: Exception) -> Failure:
        where = _shown(self._endpoint.url)
        if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLError):
            return Unavailable("tls", f"{where}: the certificate is not trusted")
        if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
            return Unavailable("connect", f"no server answers at {where}")
        if isinstance(error, aiohttp.InvalidURL):
            return Refused("rejected", f"{where} is no address")
        if isinstance(error, _TooLargeError):
            return Unavailable("garbage", f"{where}: {error}")
        return Unavailable("cut", f"{where} closed the connection: {type(error).__name__}")


class _TooLargeError(ValueError):
    """An answer beyond any sense."""


async def _lines(content: aiohttp.StreamReader) -> AsyncGenerator[bytes, None]:
    rest, total = b"", 0
    async for chunk in content.iter_any():
        total += len(chunk)
        *lines, rest = (rest + chunk).split(b"\n")
        if total > _STREAM_BYTES or len(rest) > _LINE_BYTES:
            raise _TooLargeError("the answer has no end")
        for line in lines:
            yield line.rstrip(b"\r")
    if rest.strip():
        yield rest


async def _bounded(content: aiohttp.StreamReader, limit: int, *, is_cut: bool = False) -> bytes:
    parts, total = [], 0
    async for chunk in content.iter_any():
        parts.append(chunk)
        total += len(chunk)
        if total > limit and not is_cut:
            raise _TooLargeError("the answer has no end")
        if total > limit:
            break
    return b"".join(parts)[:limit]


def _shown(url: str) -> str:
    """The address without what may be a password."""
    return urlsplit(url).netloc.rpartition("@")[2] or "the endpoint"
