"""What a pool of browser tabs is told: which browser, and the bounds of everything it does."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from scraper.message import PAGE_BYTES
from scraper.render.unneeded import ALL, Unneeded

MEGABYTE = 1 << 20


def default_tabs() -> int:
    """Two to a core keep it busy while pages wait for their servers; more than four cost memory, not time."""
    return min(4, 2 * (os.cpu_count() or 1))


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """Times are in seconds, memory in bytes over all processes of the browser."""

    executable: str
    folder: Path  # where a run notes its browsers, for whoever has to clean up after it
    is_sandboxed: bool = True
    user_agent: str = ""
    takes_pictures: bool = True  # whether any page may be asked for one
    locale: str = "en-US"
    tabs: int = field(default_factory=default_tabs)
    page_seconds: float = 20.0  # for one page, from its turn to its last byte
    settle_seconds: float = 5.0  # a page that never rests is taken this long after its document was read
    step_seconds: float = 10.0  # for one step of the job, unless it says otherwise
    steps_seconds: float = 120.0  # for all steps of one page
    unneeded: frozenset[Unneeded] = ALL  # where no picture is taken
    max_page_bytes: int = PAGE_BYTES
    pages_per_home: int = 500  # then cookies, storage and cache of a host begin anew
    memory_bytes: int = 1024 * MEGABYTE  # above it the browser is renewed once its pages are done
    renew_seconds: float = 60.0  # but not sooner after its start
    page_memory_bytes: int = 640 * MEGABYTE  # a process of pages that takes more is ended
    start_seconds: float = 30.0
    stop_seconds: float = 3.0  # then whatever is left is killed
