"""Names what a dropped block was."""

from collections.abc import Sequence

from scraper.content.blocks import ASIDE, DIALOG, FOOTER, FORM, HEADER, HIDDEN, NAV, Block, Element
from scraper.content.content import Removed
from scraper.content.lexicon import name_words

_BITS = (
    (DIALOG, "dialog"), (NAV, "navigation"), (FOOTER, "footer"), (ASIDE, "aside"), (HEADER, "header"),
    (FORM, "form"),
)  # fmt: skip
_SAID_BY = {
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
_WORDS = {word: kind for kind, words in _SAID_BY.items() for word in words.split()}
CLIMB = 12  # how many elements up a telling name is looked for


def kind_of(block: Block, is_repeated: bool, is_copy: bool) -> str:
    """Why a block was dropped, as far as its place says."""
    if is_repeated:
        return "repeated"
    bits = block.element.bits
    for bit, kind in _BITS:
        if bits & bit:
            return kind
    element: Element | None = block.element
    for _ in range(CLIMB):
        if element is None:
            break
        for word in name_words(element.names):
            if word in _WORDS:
                return _WORDS[word]
        element = element.parent
    if bits & HIDDEN:
        return "hidden"
    if is_copy:
        return "duplicate"
    return "links" if block.link_chars * 2 > len(block.text) else "other"


def summed(kinds: Sequence[str], words: Sequence[int]) -> tuple[Removed, ...]:
    """Per kind how many blocks and words went, the most words first; kept blocks have no kind."""
    blocks: dict[str, int] = {}
    counts: dict[str, int] = {}
    for kind, count in zip(kinds, words, strict=True):
        if kind:
            blocks[kind] = blocks.get(kind, 0) + 1
            counts[kind] = counts.get(kind, 0) + count
    order = sorted(blocks, key=counts.__getitem__, reverse=True)
    return tuple(Removed(kind, blocks[kind], counts[kind]) for kind in order)
