"""What a job declares of a session; the secrets are revealed already, and never shown."""

from dataclasses import dataclass, field
from typing import Final

from scraper.host_pattern import HostPattern
from scraper.pattern import Pattern
from storage.address import Address

Pairs = tuple[tuple[str, str], ...]
EXPIRED: Final = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Check:
    """What proves that a login went well."""

    url: str = ""  # fetched after the login; empty: the page that the login leads to
    text: str = ""  # stands in the source of the page
    selector: str = ""  # finds an element of the page


@dataclass(frozen=True, slots=True)
class Login:
    """A form that is filled in and sent."""

    url: str
    fields: Pairs = field(repr=False)
    form: str = ""  # a CSS selector; empty: the first form with most of the fields
    submit: str = ""  # the name of the button; empty: the first one
    check: Check | None = None


@dataclass(frozen=True, slots=True)
class ExpiredWhen:
    """How a page looks that the server shows to strangers."""

    statuses: frozenset[int] = EXPIRED
    redirects_to: Pattern | None = None
    login_path: str = ""  # a redirect to it is a sign as well
    text: str = ""  # stands in the source of the page


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """One session: where it holds, and what is told there."""

    hosts: tuple[HostPattern, ...]
    is_plain_allowed: bool = False  # whether secrets may go over http:// as well
    cookies: Pairs = field(default=(), repr=False)
    headers: Pairs = field(default=(), repr=False)
    login: Login | None = None
    expired: ExpiredWhen | None = None

    @property
    def name(self) -> str:
        """What messages call it."""
        return ", ".join(pattern.text for pattern in self.hosts)

    def covers(self, address: Address) -> bool:
        """Whether this address may be told the secrets of the session."""
        is_safe = address.scheme == "https" or self.is_plain_allowed
        return is_safe and any(pattern.covers(address.host) for pattern in self.hosts)
