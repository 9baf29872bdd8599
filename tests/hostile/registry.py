"""The hazards by name: where each is served, how, and what must come of it."""

from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum


class Where(StrEnum):
    """The listening sockets, each with a way of its own to take a connection."""

    HTTP = "http"
    TLS = "tls"
    TLS_EXPIRED = "tls_expired"
    TLS_UNTRUSTED = "tls_untrusted"
    TLS_WRONG_HOST = "tls_wrong_host"
    TLS_STALLED = "tls_stalled"
    TLS_NOT = "tls_not"
    REFUSED = "refused"


class Layer(StrEnum):
    """Who decides what becomes of a hazard."""

    FETCH = "fetch"
    CRAWL = "crawl"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server saw it."""

    method: str
    target: str
    headers: dict[str, str]
    origin: str  # of this server, as the client called it
    at: float  # of the loop's clock
    turn: int  # how many requests came before it by the same connection

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True)
class Wire:
    """A connection in the hands of a hazard that does more than send one answer."""

    reader: StreamReader
    writer: StreamWriter


# Gives the bytes of a whole answer, or None when it has dealt with the connection, which then is closed.
Serve = Callable[[Asked, Wire], Awaitable[bytes | None]]


@dataclass(frozen=True, slots=True)
class Hazard:
    """One thing that goes wrong, and its right end."""

    name: str
    kind: str
    expected: str  # the reason in a fetch's response, or the crawl's for this URL
    serve: Serve
    layer: Layer
    where: Where
    status: int
    truncated: bool
    path: str


HAZARDS: dict[str, Hazard] = {}


def hazard(
    kind: str,
    expected: str,
    *,
    status: int = 200,
    truncated: bool = False,
    layer: Layer = Layer.FETCH,
    where: Where = Where.HTTP,
) -> Callable[[Serve], Serve]:
    """Registers a function as the hazard of its name; everything below its path is its own."""

    def register(serve: Serve) -> Serve:
        name = serve.__name__.replace("_", "-")
        HAZARDS[name] = Hazard(
            name=name,
            kind=kind,
            expected=expected,
            serve=serve,
            layer=layer,
            where=where,
            status=status,
            truncated=truncated,
            path=f"/{name}/",
        )
        return serve

    return register


def answer(
    body: bytes = b"",
    *headers: tuple[str, str],
    status: str = "200 OK",
    content_type: str = "text/html; charset=utf-8",
) -> bytes:
    """A well-formed answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


def page(title: str, inside: str = "") -> bytes:
    """A small page."""
    head = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1>"
    return f"{head}{inside}</body></html>".encode()
