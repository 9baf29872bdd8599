"""What one request has come to so far, and the Response that it becomes."""

import math
import time
from collections.abc import Iterable

from multidict import CIMultiDict, CIMultiDictProxy

from scraper.body import Body
from scraper.decode import decoder_for
from scraper.message import Request, Response
from scraper.moments import moment
from scraper.watch import Clock

MOVED = frozenset({301, 302, 303, 307, 308})
NO_HEADERS: CIMultiDictProxy[str] = CIMultiDictProxy(CIMultiDict())
SECRET = frozenset({"cookie", "set-cookie", "authorization", "proxy-authorization"})
REDACTED = "redacted"
ASIDE_BYTES = 65_536  # kept of bodies that are no page: of errors, of redirects
LONGEST_WAIT_SECONDS = 10 * 365 * 86_400.0


class Exchange:
    """Headers, then body; the first thing found wrong with the headers is what it ends with."""

    __slots__ = ("body", "clock", "headers", "request", "sent", "status", "verdict")

    def __init__(self, request: Request, clock: Clock) -> None:
        self.request = request
        self.clock = clock
        self.sent: tuple[tuple[str, str], ...] = ()  # what may be told of the headers of the request
        self.status = 0
        self.headers: CIMultiDictProxy[str] = NO_HEADERS
        self.body: Body | None = None  # None until there is one that is worth reading
        self.verdict = ""

    def conditions(self) -> list[tuple[str, str]]:
        """The headers of this request alone."""
        headers = list(self.request.headers)
        if earlier := self.request.earlier:
            if earlier.etag:
                headers.append(("If-None-Match", earlier.etag))
            if earlier.last_modified:
                headers.append(("If-Modified-Since", earlier.last_modified))
        return headers

    def begin(self, status: int, headers: CIMultiDictProxy[str], now: float) -> None:
        """Takes status and headers, and decides whether there is a body to read."""
        self.status = status
        self.headers = headers
        self.clock.first_byte = now
        self.verdict = self._fault()
        coding = headers.get("Content-Encoding", "")
        decoder = decoder_for(coding) if coding else None
        if coding and decoder is None and not self.verdict:
            self.verdict = "unknown_encoding" if self._is_page() else "ok"
        if self.verdict:
            return
        content_type = headers.get("Content-Type", "")
        if self._is_page():
            self.body = Body(
                decoder, content_type, self.request.max_bytes, self.request.accept, self.request.file
            )
        else:
            self.body = Body(decoder, content_type, ASIDE_BYTES, None)

    def _is_page(self) -> bool:
        return 200 <= self.status < 300

    def _fault(self) -> str:
        if self.status < 200:
            return "protocol"  # 101: nobody asked for another one
        if self.status == 206:
            return "unasked_206"
        if self.status == 304 and self.request.earlier is None:
            return "unasked_304"
        return "no_location" if self.status in MOVED and not self.headers.get("Location") else ""

    def response(self, reason: str, now: float) -> Response:
        """The value of it all, when it has ended for this reason."""
        body = self.body
        if body is not None:
            if reason == "ok":
                reason = body.reason
            elif body.is_file:
                body.discard()
        truncated = bool(self.status) and (reason != "ok" or self.verdict == "unknown_encoding")
        if self.status and not self._is_page():
            reason = "ok"  # the status is the answer, whatever became of its body
        clock = self.clock
        return Response(
            reason=self.verdict or reason,
            status=self.status,
            headers=stored(self.headers),
            sent=self.sent,
            file=body.file() if body else None,
            is_beyond=body.is_beyond if body else False,
            body=body.taken() if body else b"",
            wire_bytes=clock.received,
            location=_written(self.headers.get("Location", "")) if self.status in MOVED else "",
            truncated=truncated,
            media_type=body.media_type if body else "",
            first_byte_seconds=clock.first_byte - clock.started if clock.first_byte else 0.0,
            seconds=now - clock.started,
            retry_after=seconds_to_wait(self.headers.get("Retry-After", "")) if self.status >= 300 else None,
        )


def seconds_to_wait(value: str) -> float | None:
    """What a Retry-After asks for: never negative, never endless, None when it says nothing."""
    value = value.strip()
    try:
        wait = float(value) if value[:1] in "0123456789-+." and len(value) < 400 else math.nan
    except ValueError:
        wait = math.nan
    if math.isnan(wait):
        until = moment(value)
        if until is None:
            return None
        wait = until - time.time()
    return min(max(wait, 0.0), LONGEST_WAIT_SECONDS)


def stored(headers: CIMultiDictProxy[str]) -> tuple[tuple[str, str], ...]:
    """The headers as they may be kept: text that can be written, and no secret of a session."""
    kept = tuple(headers.items())
    if not "".join(headers.values()).isascii():
        kept = tuple((name, _written(value)) for name, value in kept)
    if "Set-Cookie" in headers:
        kept = told(kept)
    return kept


def told(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The headers with what only client and server may know left out."""
    return tuple((name, REDACTED if name.lower() in SECRET else value) for name, value in headers)


def _written(value: str) -> str:
    """The value as text that can be stored: bytes that are no UTF-8 are read as Latin-1."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogateescape").decode("latin-1")
    return value
