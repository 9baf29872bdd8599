"""What a browser is asked to do with one page, and what it made of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from scraper.message import Response
from scraper.pattern import Pattern

UNTIL_NO_MORE = "until_no_more"  # the text of a scroll that goes on while the page grows


class Shot(StrEnum):
    """What of a page is kept as a picture."""

    VIEWPORT = "viewport"
    FULL_PAGE = "full_page"


class Cookie(NamedTuple):
    """One cookie of a session, for one host."""

    name: str
    value: str
    host: str
    path: str = "/"


class Picture(NamedTuple):
    """One screenshot, as PNG."""

    shot: Shot
    body: bytes


class Captured(NamedTuple):
    """One answer with data that a page asked for while it was shown."""

    url: str
    status: int
    media_type: str
    body: bytes


class Action(NamedTuple):
    """One thing to do on a page, as the job declares it; `render.actions` does it."""

    kind: str  # wait_for, click, fill, press, select, scroll, repeat
    selector: str = ""
    text: str = ""  # what is filled in, pressed or selected
    is_secret: bool = False  # the text came from the environment and is never told
    limit: int = 0  # most times, of scroll and repeat
    seconds: float = 0.0  # how long this one may take; 0: as the settings say
    is_optional: bool = False  # where it cannot be done the page is taken as it is
    steps: tuple["Action", ...] = ()  # of repeat


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """One page to show."""

    url: str
    host: str  # the authority that politeness is counted for
    response: Response | None = None  # what plain HTTP got: the browser is handed it and does not ask again
    actions: tuple[Action, ...] = ()
    shots: frozenset[Shot] = frozenset()
    captures: bool = False  # whether answers of JSON are kept
    capture_only: tuple[Pattern, ...] = ()  # of these URLs, on any host; none: of the page's own site
    cookies: tuple[Cookie, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()  # for this page's own origin alone


@dataclass(frozen=True, slots=True)
class Rendered:
    """What became of it; "ok" whenever there is a document to read, else a named failure."""

    reason: str = "ok"
    remark: str = ""  # action_failed or scroll_cut: the document holds less than the job wants of it
    html: str = ""
    url: str = ""  # where the page stood in the end
    went_on: bool = False  # the document is another than the first: the page went there of its own accord
    leads_to: str = ""  # another host, where the page wanted to go of its own accord; nobody asked there
    detail: str = ""  # in one line, for people; holds no secret
    milliseconds: int = 0
    requests: int = 0  # that went out for it
    blocked: int = 0  # that were left out to save time
    refused: int = 0  # that the guard did not let out
    wire_bytes: int = 0
    pictures: tuple[Picture, ...] = ()
    captured: tuple[Captured, ...] = ()
    cookies: tuple[Cookie, ...] = ()  # as they are afterwards


class Renderer(Protocol):
    """Shows pages; whatever page and browser do comes back as a value."""

    async def render(self, request: RenderRequest) -> Rendered:
        """The page as a reader would see it."""
