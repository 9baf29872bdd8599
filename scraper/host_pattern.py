"""Says which hosts an entry of a job means.

shop.example         this host
shop.example:8080    this host, at this port
*.shop.example       every host below, and not shop.example itself
"""

import re
from dataclasses import dataclass
from typing import Final, Self

from storage.address import NotAnAddress, hostname, parse

_PORT: Final = re.compile(r"(.+):(\d{1,5})")


class BadHost(ValueError):
    """An entry that names no host; the message is a sentence for the author of the job."""


@dataclass(frozen=True, slots=True)
class HostPattern:
    """One entry."""

    text: str
    name: str  # as it stands in addresses; with its leading dot when hosts below it are meant
    port: int | None = None

    @classmethod
    def of(cls, text: str) -> Self:
        """Raises BadHost."""
        plain = text.strip().lower()
        is_below = plain.startswith("*.")
        if is_below:
            plain = plain[2:]
        try:
            address = parse(f"http://{plain}/")
        except NotAnAddress:
            address = None
        if address is None or set(plain) & set("/*?#@\\ ") or address.fetch.count("/") != 3:
            raise BadHost(f"{text!r} is not a host, host:port or *.suffix")
        found = _PORT.fullmatch(plain)
        port = int(found[2]) if found and not found[1].endswith(":") else None
        return cls(text, ("." if is_below else "") + hostname(address.host), port)

    def is_named(self, host: str) -> bool:
        """Whether it means this host, at whatever port."""
        name = hostname(host)
        return name == self.name or (self.name.startswith(".") and name.endswith(self.name))

    def covers(self, host: str, *, any_port: bool = False) -> bool:
        """Whether it means this authority; without a port it means the one that URLs leave out."""
        if not self.is_named(host):
            return False
        written = host[len(hostname(host)) + 1 :]
        if self.port is None:
            return any_port or not written
        return written == str(self.port) or (not written and self.port in (80, 443))
