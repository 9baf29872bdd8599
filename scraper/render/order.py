"""What a job wants done with one page in a browser."""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from scraper.pattern import Pattern
from scraper.render.words import Action, Shot


class Mode(StrEnum):
    """Whether a page is rendered."""

    AUTO = "auto"  # where that is worth it
    NEVER = "never"
    ALWAYS = "always"


class PageOrder(NamedTuple):
    """What is asked for one page."""

    mode: Mode = Mode.AUTO
    actions: tuple[Action, ...] = ()
    shots: frozenset[Shot] = frozenset()
    captures: bool = False
    capture_only: tuple[Pattern, ...] = ()
    keeps_dom: bool = True


Orders = Callable[[str], PageOrder]  # by the page's URL
