"""What was read in one page, as a value."""

from dataclasses import dataclass
from enum import StrEnum

# Bumped whenever the same page may be read differently: stored content of an older engine is read again.
ENGINE_VERSION = 2


class PageType(StrEnum):
    """The kinds of pages that are read by different rules."""

    ARTICLE = "article"
    PRODUCT = "product"
    LISTING = "listing"
    COLLECTION = "collection"
    FORUM = "forum"
    DOCUMENTATION = "documentation"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Removed:
    """How much of a page was left out for one reason."""

    # navigation, header, footer, aside, form, dialog, advertisement, sharing, comments, related, hidden,
    # repeated (on other pages of the site), duplicate (inside the page), links, other
    kind: str
    blocks: int
    words: int


@dataclass(frozen=True, slots=True)
class Content:
    """The main content of a page; `reason` is "ok", or says why there is none."""

    reason: str
    page_type: PageType | None = None
    type_chance: float = 0.0  # how sure the page type is
    likely_types: tuple[PageType, ...] = ()  # with those it may be as well
    title: str = ""
    author: str = ""
    published: str = ""  # ISO days
    modified: str = ""
    language: str = ""
    canonical: str = ""
    description: str = ""
    text: str = ""
    markdown: str = ""
    removed: tuple[Removed, ...] = ()
    confidence: float = 0.0  # the word F1 that is expected of the text
    hashes: frozenset[int] = frozenset()  # of the page's blocks, for what is known of its site
    truncated: bool = False  # more blocks than are looked at
