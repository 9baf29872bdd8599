"""Reads the head of a request to the proxy or of an answer for it, and writes what is handed on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from scraper.connect import is_name
from storage.address import NotAnAddress, hostname, parse

_REQUEST: Final = re.compile(rb"([A-Z][A-Z-]{0,30}) ([!-~\x80-\xff]+) HTTP/1\.[01]")
_STATUS: Final = re.compile(rb"HTTP/1\.([01]) ([1-5]\d\d)(?: [^\r\0]*)?")
_NAME: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_AUTHORITY: Final = re.compile(rb"[!-~]+")
_NOT_IN_AUTHORITY: Final = frozenset(b'@/\\?#"<>^`{|}')
_LENGTH: Final = re.compile(rb"\d{1,18}")
# Between two machines only; and nothing of a server may look as if the proxy had said it.
_HOP: Final = frozenset(
    b"connection keep-alive proxy-connection proxy-authenticate proxy-authorization"
    b" proxy-authentication-info te upgrade expect alt-svc x-tandem-reason".split()
)


class Target(NamedTuple):
    """Where a request wants to go."""

    host: str  # as a name server or a socket wants it: no brackets
    port: int
    authority: str  # as it stands in a URL of the scheme asked for

    @property
    def place(self) -> str:
        """As a tally names it: always with the port, never with brackets."""
        return f"{self.host}:{self.port}"


class Field(NamedTuple):
    name: bytes  # lower case
    value: bytes
    line: bytes  # as it came, without its end


@dataclass(frozen=True, slots=True)
class RequestHead:
    method: bytes
    target: bytes
    fields: tuple[Field, ...]

    def value(self, name: bytes) -> bytes:
        return _value(self.fields, name)

    @property
    def wants_socket(self) -> bool:
        return _wants_socket(self.fields)


@dataclass(frozen=True, slots=True)
class AnswerHead:
    status: int
    line: bytes
    fields: tuple[Field, ...]
    is_clear: bool  # nobody can read where its body ends in another way

    @property
    def is_kept(self) -> bool:
        """Whether the server lets the connection be used again."""
        said = _value(self.fields, b"connection").lower()
        return b"close" not in said and self.line.startswith(b"HTTP/1.1")


class Body(NamedTuple):
    """Where a body ends: after so many bytes, with its last chunk, or (neither) with the connection."""

    length: int | None
    is_chunked: bool = False


def request_head(data: bytes) -> RequestHead | None:
    """The head of a request, up to its empty line; None for what a browser would not send."""
    first, *lines = data.removesuffix(b"\r\n\r\n").split(b"\r\n")
    found = _REQUEST.fullmatch(first)
    fields = _fields(lines)
    return RequestHead(found[1], found[2], fields) if found and fields is not None else None


def answer_head(lines: Sequence[bytes]) -> AnswerHead | None:
    """The head of an answer, by its lines without their ends; None for what is not HTTP/1."""
    found = _STATUS.fullmatch(lines[0]) if lines else None
    if found is None:
        return None
    fields = _fields(lines[1:])
    if fields is None:  # odd, and handed on as it is: where its body ends is for the browser to say
        return AnswerHead(int(found[2]), lines[0], tuple(_raw(lines[1:])), is_clear=False)
    return AnswerHead(int(found[2]), lines[0], fields, is_clear=True)


def divided(target: bytes) -> tuple[Target, bytes] | None:
    """Host and path of an absolute `http://` address, or None."""
    if target[:7].lower() != b"http://":
        return None
    authority, path = target[7:], b"/"
    end = re.search(rb"[/?#]", authority)
    if end:
        authority, path = authority[: end.start()], authority[end.start() :].partition(b"#")[0]
        path = path if path.startswith(b"/") else b"/" + path
    found = place(authority, "http")
    return (found, path) if found else None


def place(authority: bytes, scheme: str) -> Target | None:
    """What an authority means, with every spelling of an address undone; None for one with credentials."""
    if not _AUTHORITY.fullmatch(authority) or not _NOT_IN_AUTHORITY.isdisjoint(authority):
        return None
    try:
        address = parse(f"{scheme}://{authority.decode('ascii')}/")
    except NotAnAddress:
        return None
    host = hostname(address.host).strip("[]")
    if not is_name(host) and ":" not in host:
        return None
    return Target(host, address.port, address.host)


def request_body(head: RequestHead) -> Body | None:
    """Where the body of a request ends; None when that can be read in two ways."""
    lengths = {field.value for field in head.fields if field.name == b"content-length"}
    codings = [field.value.lower() for field in head.fields if field.name == b"transfer-encoding"]
    if codings:
        return Body(None, is_chunked=True) if codings == [b"chunked"] and not lengths else None
    if not lengths:
        return Body(0)
    length = lengths.pop()
    return Body(int(length)) if not lengths and _LENGTH.fullmatch(length) else None


def answer_body(method: bytes, head: AnswerHead) -> Body:
    """Where the body of an answer ends; where that is not clear, with the connection."""
    if method == b"HEAD" or head.status in (204, 304):
        return Body(0)
    lengths = {field.value for field in head.fields if field.name == b"content-length"}
    codings = [field.value.lower() for field in head.fields if field.name == b"transfer-encoding"]
    if not head.is_clear or (codings and (lengths or codings != [b"chunked"])) or len(lengths) > 1:
        return Body(None)
    if codings:
        return Body(None, is_chunked=True)
    length = lengths.pop() if lengths else b""
    return Body(int(length)) if _LENGTH.fullmatch(length) else Body(None)


def written_request(head: RequestHead, target: bytes, authority: str, extra: Sequence[bytes] = ()) -> bytes:
    """The request as a server gets it: nothing in it tells of the browser's proxy."""
    socket = head.wants_socket
    kept = _end_to_end(head.fields, also=b"host")
    last = [b"Connection: Upgrade", b"Upgrade: websocket"] if socket else [b"Connection: keep-alive"]
    first = head.method + b" " + target + b" HTTP/1.1"
    return b"\r\n".join([first, b"Host: " + authority.encode(), *kept, *extra, *last, b"", b""])


def written_answer(head: AnswerHead, is_kept: bool) -> bytes:
    """The answer as the browser gets it."""
    kept = _end_to_end(head.fields)
    if head.status == 101:
        last = [b"Connection: Upgrade", b"Upgrade: websocket"]
    elif head.status < 200:
        last = []
    else:
        last = [b"Connection: keep-alive" if is_kept else b"Connection: close"]
    return b"\r\n".join([head.line, *kept, *last, b"", b""])


def _end_to_end(fields: Sequence[Field], also: bytes = b"") -> list[bytes]:
    named = _value(fields, b"connection").lower().replace(b" ", b"").split(b",")
    left_out = _HOP.union(named) - {b"content-length", b"transfer-encoding"}
    return [field.line for field in fields if field.name not in left_out and field.name != also]


def _wants_socket(fields: Sequence[Field]) -> bool:
    return (
        _value(fields, b"upgrade").lower() == b"websocket"
        and b"upgrade" in _value(fields, b"connection").lower()
    )


def _value(fields: Sequence[Field], name: bytes) -> bytes:
    return b", ".join([field.value for field in fields if field.name == name])


def _fields(lines: Sequence[bytes]) -> tuple[Field, ...] | None:
    fields = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not _NAME.fullmatch(name) or b"\0" in value or b"\r" in value or b"\n" in value:
            return None
        fields.append(Field(name.lower(), value.strip(), line))
    return tuple(fields)


def _raw(lines: Sequence[bytes]) -> list[Field]:
    """Fields of a head that is not in order; names are read as leniently as a browser reads them."""
    found = [Field(line.partition(b":")[0].strip().lower(), b"", line) for line in lines]
    return [field for field in found if b"\r" not in field.line and b"\0" not in field.line]
