"""Which bodies are kept as files, how much of them, and where they wait until they are committed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from scraper.documents.read import named_type
from scraper.pattern import Pattern
from scraper.sniff import Family, family_of
from storage.address import NotAnAddress, parse
from storage.spool import Spooled

HELD_BYTES = 2 << 20  # of one body in memory; the rest waits in a file
READ_BYTES = 32 << 20  # a larger body is kept, and its text is not read
FILE_SECONDS = 540.0  # for one body: a lease is ten minutes
_TABLES = ("text/csv", "application/csv", "text/tab-separated-values")
_OFFICE = (
    "application/msword",
    "application/rtf",
    "text/rtf",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.*",
    "application/vnd.oasis.opendocument.*",
    "application/epub+zip",
)
# What a job may call several types at once.
GROUPS = {
    **{family.value: (f"={family.value}",) for family in Family if family is not Family.HTML},
    "csv": _TABLES,
    "office": _OFFICE,
    "any": ("*",),
}
# Where pages name such files beside their links.
_ANY_FILE = "embed"  # so are the enclosures of feeds shown
_ELEMENTS = {Family.IMAGE: ("img",), Family.AUDIO: ("audio", "source"), Family.VIDEO: ("video", "source")}


class Sink(Protocol):
    """Takes a body that is too large for memory."""

    def write(self, data: bytes) -> None:
        """The next bytes."""

    def finish(self) -> Spooled:
        """The body is whole."""

    def read(self, size: int = -1) -> bytes:
        """The first bytes of a whole body, or all of it."""

    def discard(self) -> None:
        """Nobody wants it."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a job wants as files; types may end with a star, or begin with = for a family."""

    types: tuple[str, ...]
    match: tuple[Pattern, ...] = ()
    max_file_bytes: int = 100_000_000
    max_files: int = 1_000
    max_total_bytes: int = 10_000_000_000
    keeps: bool = True

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements of pages that name such files."""
        wanted = [names for family, names in _ELEMENTS.items() if self._may_be(family)]
        return tuple(dict.fromkeys([*(name for names in wanted for name in names), _ANY_FILE]))

    def wants(self, media_type: str) -> bool:
        """Whether bodies of this type are asked for; pages are not."""
        family = family_of(media_type)
        return family is not Family.HTML and any(_names(one, media_type, family) for one in self.types)

    def _may_be(self, family: Family) -> bool:
        return any(one in ("*", f"={family}") or one.startswith(f"{family}/") for one in self.types)


def _names(wanted: str, media_type: str, family: Family) -> bool:
    if wanted.startswith("="):
        return wanted[1:] == family
    return media_type.startswith(wanted[:-1]) if wanted.endswith("*") else media_type == wanted


class Downloads:
    """The files of one run, counted over all of its continuations."""

    def __init__(
        self, wishes: Wishes, spools: Callable[[], Sink], files: int = 0, total_bytes: int = 0
    ) -> None:
        self.wishes = wishes
        self.spools = spools
        self.files = files
        self.total_bytes = total_bytes

    def offer(self, url: str) -> "Download | None":
        """What may become of a body from there; None where its address is not asked for."""
        if self.wishes.match:
            try:
                address = parse(url)
            except NotAnAddress:
                return None
            if not any(pattern.matches(address) for pattern in self.wishes.match):
                return None
        return Download(self, url)


class Download:
    """One body that may be kept as a file."""

    def __init__(self, downloads: Downloads, url: str) -> None:
        self._downloads = downloads
        self._url = url
        self._sink: Sink | None = None
        self._size = 0
        self._is_counted = False

    @property
    def max_bytes(self) -> int:
        """Of the body."""
        return self._downloads.wishes.max_file_bytes

    @property
    def is_kept(self) -> bool:
        """Whether the job keeps what it asked for."""
        return self._downloads.wishes.keeps

    @property
    def is_spooled(self) -> bool:
        """Whether it waits in a file."""
        return self._sink is not None

    def wants(self, media_type: str) -> bool:
        """Whether a body of this type is asked for."""
        return self._downloads.wishes.wants(named_type(self._url, media_type))

    def begin(self) -> bool:
        """Counts one more file; False when there have been as many as the job allows."""
        all_ = self._downloads
        if all_.files >= all_.wishes.max_files or all_.total_bytes >= all_.wishes.max_total_bytes:
            return False
        all_.files += 1
        self._is_counted = True
        return True

    def grows_to(self, size: int) -> bool:
        """Whether so many bytes fit in what the job allows for all files together."""
        all_ = self._downloads
        all_.total_bytes += size - self._size
        self._size = size
        return all_.total_bytes <= all_.wishes.max_total_bytes

    def spill(self, pieces: Iterable[bytes]) -> None:
        """Writes what is no longer held in memory; blocks."""
        if self._sink is None:
            self._sink = self._downloads.spools()
        for piece in pieces:
            self._sink.write(piece)

    def finish(self) -> Spooled | None:
        """The body that waits in a file, whole; None when it does not. Blocks."""
        return self._sink.finish() if self._sink is not None else None

    def read(self) -> bytes:
        """A body that waits in a file; blocks."""
        return self._sink.read() if self._sink is not None else b""

    def head(self, size: int) -> bytes:
        """The first bytes of a body that waits in a file; blocks."""
        return self._sink.read(size) if self._sink is not None else b""

    def discard(self) -> None:
        """It will not be kept, and counts no more."""
        if self._sink is not None:
            self._sink.discard()
        if self._is_counted:
            self._downloads.files -= 1
            self._downloads.total_bytes -= self._size
        self._is_counted, self._size = False, 0
