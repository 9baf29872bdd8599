"""What the proxy itself answers, in its own name."""

from typing import Final

from scraper.render.proxy_line import Line
from scraper.render.tally import Tally

_PHRASES: Final = {
    200: b"OK",
    400: b"Bad Request",
    403: b"Forbidden",
    407: b"Proxy Authentication Required",
    431: b"Request Header Fields Too Large",
    502: b"Bad Gateway",
    503: b"Service Unavailable",
}
_BY_THE_GUARD: Final = frozenset({"egress", "bad_url"})


def refuse(line: Line, tally: Tally | None, place: str, reason: str) -> bool:
    """What was asked for does not come about; the tally remembers why."""
    if tally is not None:
        tally.refused += reason in _BY_THE_GUARD
        tally.fail(place, reason)
    return say(line, 403 if reason in _BY_THE_GUARD else 502, reason, is_last=True)


def say(line: Line, status: int, reason: str, *, is_last: bool) -> bool:
    """An answer of the proxy itself; says whether the connection can be used again."""
    line.writer.write(reply(status, reason, is_last))
    return not is_last


def reply(status: int, reason: str, is_last: bool) -> bytes:
    """An answer without a body."""
    lines = [
        b"HTTP/1.1 %d %s" % (status, _PHRASES[status]),
        b"Content-Length: 0",
        b"Cache-Control: no-store",
        b"Connection: " + (b"close" if is_last else b"keep-alive"),
    ]
    if reason:
        lines.append(b"X-Tandem-Reason: " + reason.encode())
    if status == 407:
        lines.append(b'Proxy-Authenticate: Basic realm="Tandem"')
    return b"\r\n".join([*lines, b"", b""])
