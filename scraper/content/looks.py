"""What an element is by its tag and its names; elements that are written alike share it."""

import re
from dataclasses import dataclass

# Bits of an element that all its descendants inherit.
(
    NAV,
    HEADER,
    FOOTER,
    ASIDE,
    MAIN,
    ARTICLE,
    FORM,
    LIST,
    TABLE,
    HIDDEN,
    DIALOG,
    LINK,
    CODE,
    QUOTE,
    SCRIPTLESS,
) = (1 << bit for bit in range(15))

_TAG_BITS = {
    "nav": NAV, "header": HEADER, "footer": FOOTER, "aside": ASIDE, "main": MAIN, "article": ARTICLE,
    "form": FORM, "ul": LIST, "ol": LIST, "dl": LIST, "menu": LIST | NAV, "table": TABLE, "dialog": DIALOG,
    "pre": CODE, "blockquote": QUOTE, "noscript": SCRIPTLESS,
}  # fmt: skip
_ROLE_BITS = {
    "navigation": NAV, "banner": HEADER, "contentinfo": FOOTER, "complementary": ASIDE, "main": MAIN,
    "article": ARTICLE, "form": FORM, "search": FORM, "list": LIST, "dialog": DIALOG, "alertdialog": DIALOG,
    "menu": NAV, "menubar": NAV, "tablist": NAV,
}  # fmt: skip

TELLING = frozenset(("role", "hidden", "aria-hidden", "style"))
_NO_DISPLAY = re.compile(r"display\s*:\s*none")
MOST_LOOKS = 20_000  # remembered: the pages of a site repeat theirs
LONGEST_NAMES = 300  # characters of names that are remembered


@dataclass(slots=True, eq=False)
class Look:
    """A tag with its class and id."""

    tag: str
    names: str  # class and id, as written
    kind: str  # tag and class: equal for siblings that look alike
    bits: int


_known: dict[tuple[str, str | None, str | None], Look] = {}


def look_of(tag: str, classes: str | None, identity: str | None) -> Look:
    """The look of an element, from its attributes as they are."""
    key = tag, classes, identity
    known = _known.get(key)
    if known is None:
        names = f"{classes} {identity}" if classes and identity else classes or identity or ""
        known = Look(tag, names, tag + (classes or ""), _TAG_BITS.get(tag, 0))
        if len(names) <= LONGEST_NAMES:
            if len(_known) >= MOST_LOOKS:
                _known.clear()
            _known[key] = known
    return known


def attribute_bits(attributes: dict[str, str | None]) -> int:
    """What attributes other than class and id say."""
    bits = 0
    if "role" in attributes:
        bits = _ROLE_BITS.get(attributes["role"] or "", 0)
    if "hidden" in attributes or ("aria-hidden" in attributes and attributes["aria-hidden"] == "true"):
        bits |= HIDDEN
    if "style" in attributes and _NO_DISPLAY.search(attributes["style"] or ""):
        bits |= HIDDEN
    return bits
