"""Decides which network addresses the crawl may connect to.

Judged is the address that a socket is about to connect to, so that no spelling of a name and no name server
can lead a crawl into the private network it runs in. What a job lists in `allow_private_hosts` is exempt:

    intranet.example        this name, any port
    intranet.example:8080   this name, this port
    *.lab.example           every name below
    10.1.2.3, [fd00::1]:80  a URL that names this address itself
    10.0.0.0/8              a URL that names an address of this network itself

An entry holds for the name as it stands in the URL, never for another name that leads to the same address.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final, Self

from storage.address import NotAnAddress, hostname, parse

REASON: Final = "egress"

# Not for the public, or for nobody, although the registry of global addresses does not say so.
_CLOSED: Final = tuple(
    ip_network(text)
    for text in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "168.63.129.16/32",
        "64:ff9b:1::/48",
        "fec0::/10",
        "5f00::/16",
        "3fff::/20",
    )
)
_NAT64: Final = IPv6Network("64:ff9b::/96")
_COMPATIBLE: Final = IPv6Network("::/96")
_LOW_32_BITS: Final = 0xFFFFFFFF

# Ports of other protocols, which a request could be smuggled into: the "bad ports" of the Fetch standard.
_BAD_PORTS: Final = """
0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115
117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563
587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667
6668 6669 6679 6697 10080
"""
BAD_PORTS: Final = frozenset(map(int, _BAD_PORTS.split()))

_PORT: Final = re.compile(r"(.+):(\d{1,5})")

Ip = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class BadEntry(ValueError):
    """An entry that names no host; the message is a sentence for the author of the job."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """One entry of `allow_private_hosts`."""

    name: str = ""
    suffix: str = ""  # with its leading dot
    network: Network | None = None
    port: int | None = None

    @classmethod
    def of(cls, entry: str) -> Self:
        text = entry.strip().lower()
        network = _network(text)
        if network:
            return cls(network=network)
        host, port = _host_and_port(text)
        network = _network(host.strip("[]"))
        if network:
            return cls(network=network, port=port)
        if host.startswith("*."):
            return cls(suffix="." + _name(host[2:], entry), port=port)
        return cls(name=_name(host, entry), port=port)

    def covers(self, name: str, literal: Ip | None, port: int) -> bool:
        if self.port is not None and self.port != port:
            return False
        if self.network is not None:
            return literal is not None and literal in self.network
        return name == self.name or (bool(self.suffix) and name.endswith(self.suffix))


@dataclass(frozen=True, slots=True)
class Egress:
    exemptions: tuple[Exemption, ...] = ()

    @classmethod
    def allowing(cls, entries: Iterable[str]) -> Self:
        """The guard of a job with these `allow_private_hosts`; raises BadEntry."""
        return cls(tuple(map(Exemption.of, entries)))

    def refuses(self, ip: str, port: int, host: str) -> str | None:
        """Why no socket connects to this address for a URL of this host, or None."""
        found = _ip(ip)
        if found is None:
            return REASON
        name = hostname(host).lower().rstrip(".")
        covering = [
            exemption for exemption in self.exemptions if exemption.covers(name, _ip(name.strip("[]")), port)
        ]
        if port in BAD_PORTS and not any(exemption.port == port for exemption in covering):
            return REASON
        return None if covering or all(map(_is_public, _layers(found))) else REASON


def _is_public(ip: Ip) -> bool:
    if not ip.is_global or ip.is_multicast or ip.is_unspecified:
        return False
    return not any(ip.version == network.version and ip in network for network in _CLOSED)


def _layers(ip: Ip) -> Iterator[Ip]:
    """The address itself and every IPv4 address that it carries to a translator or a tunnel."""
    yield ip
    if isinstance(ip, IPv4Address):
        return
    if ip in _NAT64 or ip in _COMPATIBLE:
        yield IPv4Address(int(ip) & _LOW_32_BITS)
    if ip.sixtofour:
        yield ip.sixtofour
    if ip.teredo:
        yield from ip.teredo


def _ip(text: str) -> Ip | None:
    """The address, an IPv4 one when it is only mapped into IPv6: the kernel connects to the same host."""
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(found, IPv6Address) and found.ipv4_mapped) or found


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _host_and_port(text: str) -> tuple[str, int | None]:
    found = _PORT.fullmatch(text)
    if found and (":" not in found.group(1) or found.group(1).endswith("]")):
        port = int(found.group(2))
        if port <= 65535:
            return found.group(1), port
    return text, None


def _name(host: str, entry: str) -> str:
    """The name as it would stand in an address, so that both are compared in one spelling."""
    try:
        address = parse(f"http://{host}/")
    except NotAnAddress:
        address = None
    if address is None or any(mark in host for mark in "/*?#@\\ ") or address.fetch.count("/") != 3:
        raise BadEntry(f"{entry!r} is not a host, host:port, *.suffix, IP address or network")
    return hostname(address.host)
