"""The words that all rooms share: a link to visit, the lease on it, and the visit it became."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NamedTuple

# Of what a browser made of a page.
DOM_TYPE, DOM_CHARSET = "text/html", "utf-8"


class Outcome(StrEnum):
    """What became of a visit; the reason beside it says why."""

    FETCHED = "fetched"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"


# The reason of a page that came along with another: nothing was requested for it, and no limit counts it.
CAPTURED = "captured"


class Kind(IntEnum):
    """What a link is expected to lead to; only pages count against the limits of a job."""

    PAGE = 0
    SITEMAP = 1
    REREAD = 2  # a stored page that was met again nearer to a seed: only its links are looked at once more


@dataclass(frozen=True, slots=True)
class Budget:
    """A bounded group of URLs that a link belongs to: a host's pages, the query variants of one path."""

    name: bytes
    limit: int
    reason: str  # of the refusal once the group is full
    judged_after: int = 0  # fetched members, after which what they brought decides; 0: never
    least_fresh: float = 0.0  # share of different bodies below which no more are taken
    barren_reason: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One URL worth visiting, as the crawl hands it to the frontier."""

    url: str
    key: bytes  # 16-byte digest of the canonical key: the identity inside a run
    host: str  # the authority that politeness is counted for
    priority: int = 0  # lower goes first
    depth: int = 0  # links between a seed and this
    left: int = 0  # how many links further the crawl may go from here
    kind: Kind = Kind.PAGE
    via: tuple[bytes, ...] = ()  # keys of the redirects that led here
    budgets: tuple[Budget, ...] = ()
    slot: int = 0  # the group of links whose offset moves the priority; 0: none


@dataclass(frozen=True, slots=True)
class Refusal:
    """A link that a rule refused before any request."""

    link: Link
    reason: str
    at: float = 0.0  # seconds since the epoch


@dataclass(frozen=True, slots=True)
class Validators:
    """What is known of an earlier copy: enough to ask whether it changed and to recognise it unchanged."""

    visit: int  # the visit that holds the stored body
    digest: bytes
    etag: str = ""
    last_modified: str = ""
    latest: int = 0  # the newest visit of the page: what a browser made of it is what it was then


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to visit one link until a moment; a token that is no longer current is refused."""

    visit: int
    token: int
    until: float
    link: Link
    tries: int = 0
    earlier: Validators | None = None


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link as it stands on a page, whether or not the crawl follows it."""

    url: str
    text: str = ""
    rel: str = ""


class TypeDoubt(NamedTuple):
    """What the engine wavers between, the likeliest first, and how the page begins."""

    types: tuple[str, ...]
    opening: str


@dataclass(frozen=True, slots=True)
class ReadContent:
    """What an engine read in one body."""

    engine: int
    page_type: str = ""
    fingerprint: bytes = b""  # of the main text; empty when there is none
    packed: bytes = b""  # one zstd frame over `storage.content_pack.Texts`
    duplicate_of: bytes | None = None  # digest of a body of the run that says the same
    doubt: TypeDoubt | None = None  # of the page type, for whoever can tell; not kept


class SelectedRecord(NamedTuple):
    """One record as it was read in a page."""

    record: str
    ordinal: int
    data: str  # JSON object: field -> value
    sources: str  # JSON object: field -> how the value was obtained


class Undecided(NamedTuple):
    """Why the records of a page may still change."""

    template: str  # empty: of no known template
    reason: str  # model or probation
    version: int = 0  # of what was known of the host when the page was read
    packed: bytes = b""  # what is asked


class Selected(NamedTuple):
    """What was selected in one page."""

    rows: tuple[SelectedRecord, ...] = ()
    nothing: tuple[str, ...] = ()  # kinds of record that were looked for, and are not there
    undecided: Undecided | None = None
    observed: bytes = b""  # for whoever learns of it; not kept


class KeptFile(NamedTuple):
    """A file that is kept beside a page: a picture of it, or what was downloaded."""

    kind: str  # viewport, full_page, download
    media_type: str
    body: bytes
    name: str = ""  # as its server called it; only told, never a path
    sha256: bytes = b""  # once it lies in the workspace, and its body is let go
    size: int = 0
    spool: str = ""  # where it lies meanwhile, below the workspace, when it is too large for memory


@dataclass(frozen=True, slots=True)
class Rendering:
    """What a browser made of a page, beside what came over the wire."""

    why: str  # always, actions, learned, trial, check
    outcome: str = "ok"
    milliseconds: int = 0
    requests: int = 0
    blocked: int = 0
    refused: int = 0
    wire_bytes: int = 0
    url: str = ""  # where the page stood in the end
    dom: bytes = b""  # one zstd frame over the document in UTF-8; empty when none is kept
    dom_bytes: int = 0
    dom_digest: bytes = b""  # sha-256
    detail: str = ""  # in one line, for people


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that came over the wire for one visit, and what was read in it at once."""

    body: bytes = b""  # one zstd frame; empty when no body is kept
    body_bytes: int = 0  # of the decoded body, before compression
    wire_bytes: int = 0
    digest: bytes = b""  # sha-256 of the decoded body
    headers: tuple[tuple[str, str], ...] = ()
    request: tuple[tuple[str, str], ...] = ()  # the headers that were sent, without secrets
    content_type: str = ""
    charset: str = ""
    title: str = ""
    language: str = ""
    canonical: str = ""
    links: bytes = b""  # one zstd frame over the msgpack list of [url, text, rel]
    truncated: bool = False
    rendered: bool = False
    rendering: Rendering | None = None  # where a browser was asked, whatever became of it
    files: tuple[KeptFile, ...] = ()
    dom_digest: bytes = b""  # of the document that an earlier visit keeps, where that was read
    content: ReadContent | None = None
    relevance: float | None = None  # to the job's topic, 0 to 1
    selected: Selected | None = None

    @property
    def read_digest(self) -> bytes:
        """Of what was read: of the document that a browser made where there is one, else of the body."""
        return (self.rendering.dom_digest if self.rendering else b"") or self.dom_digest or self.digest

    @property
    def kept_bytes(self) -> int:
        """Of the decoded body, and of the document that a browser made."""
        return self.body_bytes + (self.rendering.dom_bytes if self.rendering else 0)


EMPTY_PAGE = Page()


@dataclass(frozen=True, slots=True)
class StoredCopy:
    """A stored body, and what it is read with."""

    body: bytes
    media_type: str
    headers: tuple[tuple[str, str], ...] = ()
    dom: bytes = b""  # what a browser made of it, decoded; read in place of the body where there is one

    @property
    def read(self) -> bytes:
        """What is read in the page."""
        return self.dom or self.body

    @property
    def read_type(self) -> str:
        """Its media type."""
        return DOM_TYPE if self.dom else self.media_type

    @property
    def declared_type(self) -> str:
        """The header that says its type and charset."""
        if self.dom:
            return f"{DOM_TYPE}; charset={DOM_CHARSET}"
        return next((value for name, value in self.headers if name.lower() == "content-type"), "")


@dataclass(frozen=True, slots=True)
class Visit:
    """One claimed URL and what became of it."""

    lease: Lease
    outcome: Outcome
    reason: str
    fetched_at: float  # seconds since the epoch
    status: int = 0
    milliseconds: int = 0  # from the request to the last byte
    page: Page = EMPTY_PAGE
    location: str = ""  # where a redirect pointed
    is_moved_seed: bool = False  # where it points is in the scope of the run as the seed is
    final: bool = True  # False: a continued run tries it again
    group: bytes = b""  # the budget whose yield this page counts for
    new_links: tuple[Link, ...] = ()
    along: tuple["Visit", ...] = ()  # pages that came with it; their leases get their numbers in the commit
    refusals: tuple[Refusal, ...] = ()
    offsets: tuple[tuple[int, int], ...] = ()  # slots whose priority is another from now on
