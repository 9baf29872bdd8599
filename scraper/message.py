"""What is asked of a server, and what came back: the values on both sides of one fetch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from scraper.downloads import Download
from scraper.sniff import PAGE_FAMILIES, Family
from storage.words import Validators

PAGE_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Errand:
    """How one request differs from a plain GET; what it carries is told to nobody but its server."""

    method: str = "GET"
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    hear_cookies: Callable[[Sequence[str]], None] | None = None  # the common jar is left alone then
    proxy: str = field(default="", repr=False)  # empty: as the settings say


# Nobody changes these two; they are not frozen because that would triple the price of making one.
@dataclass(slots=True)
class Request:
    """One GET of one URL, spelled exactly as it goes over the wire."""

    url: str
    headers: tuple[tuple[str, str], ...] = ()
    earlier: Validators | None = None  # asks "has it changed?" with what is known of the stored copy
    max_bytes: int = PAGE_BYTES  # of the decoded body
    accept: frozenset[Family] = PAGE_FAMILIES  # other bodies are cut off as soon as they are recognised
    timeout_seconds: float | None = None  # for all of it; None: as the settings say
    file: Download | None = None  # what becomes of a body that is asked for as a file
    errand: Errand | None = None


@dataclass(slots=True)
class Response:
    """What became of a request: "ok" whenever the server gave a status to act on, else a named failure."""

    reason: str
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    sent: tuple[tuple[str, str], ...] = ()  # the headers of the request, without secrets
    body: bytes = b""  # decoded
    wire_bytes: int = 0  # of the body as it was sent
    location: str = ""
    truncated: bool = False
    media_type: str = ""
    first_byte_seconds: float = 0.0  # until the headers were there
    seconds: float = 0.0
    retry_after: float | None = None  # seconds
    file: Download | None = None  # a body that is to be kept as a file; it waits there when it is large
    is_beyond: bool = False  # it would be kept, were there not as many files as the job allows

    def header(self, name: str) -> str:
        """The first header of this name, which is given in lower case; empty when there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")
