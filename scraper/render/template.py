"""A kind of page, and what rendering its pages was good for."""

from dataclasses import dataclass
from typing import NamedTuple


class Key(NamedTuple):
    """What pages of one template have in common."""

    host: str
    shape: str  # of their addresses
    build: int  # how they are built, as their raw pages say
    marks: int


@dataclass(slots=True)
class Template:
    """What is known of one kind of page."""

    key: Key
    needs_browser: bool | None = None  # None until trials decided
    pages: int = 0  # that plain HTTP brought
    rendered: int = 0
    gained: int = 0  # renderings that were worth it
    next_check: int = 0  # pages, when one that needs no browser is looked at again
    misses: int = 0  # renderings in a row that gained nothing
    trials: int = 0
    trials_gained: int = 0
    failures: int = 0  # renderings in a row that the browser did not end
    resting_until: int = 0  # pages, since it failed again and again
    in_hand: int = 0  # trials and checks under way

    @property
    def is_resting(self) -> bool:
        """Whether it is left alone since the browser cannot show it."""
        return self.pages < self.resting_until
