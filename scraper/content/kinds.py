"""Names what a dropped block was."""

from collections.abc import Iterable
from functools import lru_cache

from scraper.content.blocks import Block, Element
from scraper.content.content import Removed
from scraper.content.lexicon import name_words
from scraper.content.looks import ASIDE, DIALOG, FOOTER, FORM, HEADER, HIDDEN, NAV

_BITS = (
    (DIALOG, "dialog"), (NAV, "navigation"), (FOOTER, "footer"), (ASIDE, "aside"), (HEADER, "header"),
    (FORM, "form"),
)  # fmt: skip
_KINDS = {
    "dialog": "cookie cookies consent gdpr modal popup",
    "comments": "comment comments respond disqus",
    "related": "related recommended recommendations recent similar",
    "sharing": "share sharing social",
    "advertisement": "ad ads advert sponsored promo banner",
    "navigation": "nav menu navigation breadcrumb breadcrumbs pagination",
    "footer": "footer",
    "header": "header",
    "aside": "sidebar widget",
    "form": "form newsletter search",
}
_WORDS = {word: kind for kind, words in _KINDS.items() for word in words.split()}
CLIMB = 12  # how many elements up a telling name is looked for


@lru_cache(maxsize=20_000)
def _said_by(names: str) -> str:
    """What the first telling word of a class or id says."""
    return next((_WORDS[word] for word in name_words(names) if word in _WORDS), "")


def kind_of_bits(bits: int) -> str:
    """What an element is by its tag and role, or nothing."""
    for bit, kind in _BITS:
        if bits & bit:
            return kind
    return ""


def kind_of(block: Block, is_repeated: bool, is_copy: bool) -> str:
    """Why a block was dropped, as far as its place says."""
    if is_repeated:
        return "repeated"
    bits = block.element.bits
    if kind := kind_of_bits(bits):
        return kind
    element: Element | None = block.element
    for _ in range(CLIMB):
        if element is None:
            break
        if element.look.names and (kind := _said_by(element.look.names)):
            return kind
        element = element.parent
    if bits & HIDDEN:
        return "hidden"
    if is_copy:
        return "duplicate"
    return "links" if block.link_chars * 2 > len(block.text) else "other"


def summed(parts: Iterable[tuple[str, int]]) -> tuple[Removed, ...]:
    """Per kind how many parts and words went, the most words first; what was kept has no kind."""
    blocks: dict[str, int] = {}
    counts: dict[str, int] = {}
    for kind, count in parts:
        if kind:
            blocks[kind] = blocks.get(kind, 0) + 1
            counts[kind] = counts.get(kind, 0) + count
    order = sorted(blocks, key=counts.__getitem__, reverse=True)
    return tuple(Removed(kind, blocks[kind], counts[kind]) for kind in order)
