"""What one tab of the browser has sent through the proxy, and the password it does so with."""

import secrets
from base64 import b64encode
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_REMEMBERED: Final = 64  # failures of one tab: a page may name any number of hosts


class Counts(NamedTuple):
    """What went through the proxy; two readings make a difference."""

    requests: int  # in plain HTTP, and tunnels: what is said inside of a tunnel is nobody else's to read
    refused: int  # of these, by the guard
    received: int  # bytes from servers
    sent: int  # bytes to servers


def _secret() -> str:
    return secrets.token_urlsafe(24)


@dataclass(eq=False, slots=True)
class Tally:
    """One tab's account with the proxy: who is not known by name and password gets nothing from it."""

    name: str
    password: str = field(default_factory=_secret, repr=False)
    byte_limit: int = 0  # received bytes after which nothing more is let through; 0: none
    requests: int = 0
    refused: int = 0
    received: int = 0
    sent: int = 0
    _failures: OrderedDict[str, str] = field(default_factory=OrderedDict, repr=False)

    def counts(self) -> Counts:
        return Counts(self.requests, self.refused, self.received, self.sent)

    @property
    def is_spent(self) -> bool:
        return 0 < self.byte_limit <= self.received

    def fail(self, place: str, reason: str) -> None:
        """Remembers why a host was not reached: of a tunnel the browser only tells that there is none."""
        self._failures[place] = reason
        self._failures.move_to_end(place)
        if len(self._failures) > _REMEMBERED:
            self._failures.popitem(last=False)

    def failure(self, place: str) -> str:
        """The name of what last went wrong with `host:port` (no brackets, always a port), or nothing."""
        return self._failures.get(place, "")

    def reach(self, place: str) -> None:
        """What went wrong before is no news of this host any more."""
        self._failures.pop(place, None)

    def authorization(self) -> bytes:
        """What the browser sends as Proxy-Authorization."""
        return b"Basic " + b64encode(f"{self.name}:{self.password}".encode())
