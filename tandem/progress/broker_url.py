"""Where a broker is, as a URL says it."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

_PORTS = {"mqtt": 1883, "mqtts": 8883}


class BrokerAway(Exception):
    """A broker cannot be reached, or refuses us."""


class BadBrokerUrl(ValueError):
    """The text is no URL of a broker."""


@dataclass(frozen=True, slots=True)
class BrokerUrl:
    """A broker's place and who we are there; shown without the password."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: bool = False

    @property
    def is_loopback(self) -> bool:
        """Whether only programs on this machine reach it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def __str__(self) -> str:
        scheme = "mqtts" if self.tls else "mqtt"
        user = f"{self.user}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{user}{host}:{self.port}"

    def __repr__(self) -> str:
        return f"BrokerUrl({self})"


def read_broker_url(text: str, password: str | None = None) -> BrokerUrl:
    """The broker at `mqtt(s)://user:password@host:port`; a bare `host` or `host:port` means mqtt."""
    try:
        parts = urlsplit(text if "://" in text else f"mqtt://{text}")
        port = parts.port
    except ValueError as error:
        raise BadBrokerUrl(f"{_shown(text)} is no URL of a broker: {error}") from error
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise BadBrokerUrl(f"{_shown(text)} is no URL of a broker: write mqtt(s)://user@host:port")
    given = unquote(parts.password) if parts.password is not None else password
    return BrokerUrl(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        user=unquote(parts.username) if parts.username else None,
        password=given,
        tls=parts.scheme == "mqtts",
    )


def _shown(text: str) -> str:
    """The text without what could be a password."""
    scheme, _, rest = text.rpartition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if scheme else rest.rpartition("@")[2]
