"""What became of one page before the browser."""

from typing import NamedTuple

from scraper.discover import Found
from scraper.pages import Parsed
from scraper.render.words import Captured
from storage.words import KeptFile, Rendering


class Shown(NamedTuple):
    """The document as it was read, or why there is none."""

    rendering: Rendering | None = None  # None where no browser was asked
    parsed: Parsed | None = None  # the document; None where there is none to read
    found: Found | None = None  # in it
    files: tuple[KeptFile, ...] = ()
    captured: tuple[Captured, ...] = ()
    target: str = ""  # where the page went by itself, or wanted to
    remark: str = ""  # the document holds less than the job wants of it
    is_missed: bool = False  # it needs a browser, as far as one knows, and was not shown
    is_demanded: bool = False  # by the job
    is_called_off: bool = False
    answered: tuple[Parsed, ...] = ()  # what would have been read, had an answer in JSON been taken for it


NOT_SHOWN = Shown()
