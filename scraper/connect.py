"""The sockets that requests go out by: each is judged by the address it is really made for."""

import asyncio
import errno
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from ipaddress import ip_address
from typing import Any

Guard = Callable[[str, int, str], str | None]  # (ip, port, host of the URL) -> why not
Resolve = Callable[
    [str, int], Awaitable[Sequence[str]]
]  # (host, port) -> addresses; OSError when there are none
_REASONS = {
    errno.ECONNREFUSED: "connect_refused",
    errno.ECONNRESET: "connection_reset",
    errno.ECONNABORTED: "connection_reset",
    errno.EPIPE: "connection_reset",
    errno.ETIMEDOUT: "connect_timeout",
    **dict.fromkeys((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.EADDRNOTAVAIL), "local_limit"),
}
LOOKUPS = 32  # a host whose name server is silent keeps one thread busy for seconds


class EgressRefusedError(OSError):
    """The guard does not let requests out to this address."""


class Dial:
    """What one request needs to know of the sockets made for it."""

    __slots__ = ("host", "is_exempt", "is_fresh", "is_refused")

    def __init__(self, host: str, is_exempt: bool) -> None:
        self.host = host
        self.is_exempt = is_exempt  # the operator wrote this address: it is a proxy
        self.is_fresh = False  # a new socket was made, none of an earlier request was used
        self.is_refused = False


# Sockets are made in the task of the request or in tasks that it starts, which copy its context.
dialling: ContextVar[Dial] = ContextVar("dialling")


def socket_maker(guard: Guard) -> Callable[[tuple[Any, ...]], socket.socket]:
    """A socket factory that asks the guard about the very address that will be connected to."""

    def make(address_info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = address_info
        dial = dialling.get()
        dial.is_fresh = True
        if not dial.is_exempt and guard(address[0], address[1], dial.host) is not None:
            dial.is_refused = True
            raise EgressRefusedError(f"{address[0]} is not to be reached")
        return socket.socket(family=family, type=kind, proto=protocol)

    return make


def trust(ca_file: str) -> ssl.SSLContext | bool:
    """What certificates are judged by: True, the system's roots alone, where no more are named."""
    if not ca_file:
        return True
    context = ssl.create_default_context()
    context.load_verify_locations(ca_file)
    context.set_alpn_protocols(["http/1.1"])
    return context


def socket_reason(error: OSError) -> str:
    """The name of what went wrong with a socket."""
    if isinstance(error.__cause__, ssl.SSLError):
        return "tls"
    return _REASONS.get(error.errno or 0, "unreachable")


class Lookup:
    """Names to addresses, by threads of its own so that silent name servers block nothing else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _addresses, host, port)

    def close(self) -> None:
        """Lets running lookups end by themselves and starts no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def is_name(host: str) -> bool:
    """Whether every label has a length that DNS and TLS can write; aiohttp loses a socket over others."""
    return all(0 < len(label) < 64 for label in host.removesuffix(".").split("."))


async def addresses_of(host: str, port: int, resolve: Resolve) -> Sequence[str]:
    """Every address that a host stands for; one that is spelled as an address stands for itself."""
    try:
        ip_address(host)
    except ValueError:
        return await resolve(host, port)
    return (host,)


async def may_reach(host: str, port: int, guard: Guard, resolve: Resolve) -> bool:
    """Whether the guard lets requests out to every address of a host."""
    addresses = await addresses_of(host, port, resolve)
    return all(guard(address, port, host) is None for address in addresses)


def _addresses(host: str, port: int) -> Sequence[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    except UnicodeError as error:  # a label that no name server could be asked for
        raise socket.gaierror(socket.EAI_NONAME, str(error)) from error
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))
