"""How requests are made, the same for all of a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scraper.watch import TICK_SECONDS


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """The settings of a fetcher; only the name that it goes by has no default."""

    user_agent: str
    headers: tuple[tuple[str, str], ...] = ()  # for every server
    private_headers: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)  # by origin
    keeps_cookies: bool = False
    proxy: str = ""
    ca_file: str = ""  # further roots to trust
    connections: int = 64
    connect_seconds: float = 10.0  # name, socket and TLS together
    timeout_seconds: float = 30.0  # all of a request
    grace_seconds: float = 10.0  # a body may flow slower than the least rate for so long
    least_bytes_per_second: float = 1024.0
    tick_seconds: float = TICK_SECONDS
    keepalive_seconds: float = 15.0
    dns_seconds: int = 60
    header_bytes: int = 16_384  # one of them
    header_lines: int = 200
