"""What a frontier tells about itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FrontierStats:
    """The frontier at one moment."""

    waiting: int
    leased: int
    hosts: int


@dataclass(frozen=True, slots=True)
class HostStats:
    """One host at one moment."""

    name: str
    ready: int  # of its waiting links, those at hand
    busy: int
    gap: float
    due: float
