"""The pages that a model may read, and the pieces of them that fit into a batch."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from analysis.cite import Source
from tandem.inference.clean import cleaned, cleaned_lines

SHORTEST = 80  # characters of a piece; less of a page is not read apart from the rest
LONGEST_TITLE = 120


def place_of(url: str) -> tuple[str, str]:
    """A URL and its host."""
    return url, urlsplit(url).netloc.lower()


@dataclass(frozen=True, slots=True)
class DeepPage:
    """One page for all its copies."""

    source: Source
    text: str
    copies: int = 1  # itself included
    values: tuple[str, ...] = ()  # what code has selected in it, in words

    @property
    def name(self) -> str:
        """What tells it from all others."""
        return self.source.digest.hex()

    @property
    def place(self) -> tuple[str, str]:
        """Its URL and host, as `forget` names them."""
        return place_of(self.source.url)


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters `start` to `end` of a page; mostly all of them."""

    page: DeepPage
    start: int
    end: int

    @property
    def name(self) -> str:
        """As plans write it down."""
        return f"{self.page.name}:{self.start}-{self.end}"

    @property
    def shown(self) -> str:
        """As a model sees it."""
        return cleaned_lines(self.page.text[self.start : self.end])

    @property
    def values(self) -> str:
        """What was selected in the page as a model sees it, where the page begins."""
        return " | ".join(map(cleaned, self.page.values)) if self.start == 0 else ""

    @property
    def title(self) -> str:
        """The title as a model sees it."""
        return cleaned(self.page.source.title)[:LONGEST_TITLE]


def whole(page: DeepPage, start: int = 0) -> Piece:
    """A page from some place to its end."""
    return Piece(page, start, len(page.text))


def cut(piece: Piece, characters: int) -> tuple[Piece, Piece] | None:
    """Two pieces, the first at most so long and ending with a sentence; None when one would be tiny."""
    text = piece.page.text
    least, most = piece.start + SHORTEST, min(piece.start + characters, piece.end - SHORTEST)
    if most <= least:
        return None
    at = max(text.rfind("\n", least, most), text.rfind(". ", least, most))
    at = at + 1 if at > 0 else most
    return Piece(piece.page, piece.start, at), Piece(piece.page, at, piece.end)


def halves(pieces: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]] | None:
    """A batch as two smaller ones; None when it cannot be less."""
    if len(pieces) > 1:
        middle = len(pieces) // 2
        return pieces[:middle], pieces[middle:]
    one = pieces[0]
    parts = cut(one, (one.end - one.start) // 2)
    return ((parts[0],), (parts[1],)) if parts is not None else None
