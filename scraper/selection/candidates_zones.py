"""Which part of a page an element belongs to: the matter itself, or what stands around it."""

import re
from enum import IntEnum
from functools import lru_cache

from scraper.selection.outline import Element, Outline
from scraper.selection.word_lists import word_lists


class Zone(IntEnum):
    """A part of a page."""

    MAIN = 0
    HEADER = 1
    NAVIGATION = 2
    FOOTER = 3
    ASIDE = 4
    RELATED = 5
    REVIEWS = 6
    CHROME = 7  # consent banners, dialogs, newsletters, carts


# By the number of the part: hashing members of an enum takes as long as all the rest.
WEIGHT = (1.0, 0.55, 0.2, 0.25, 0.6, 0.12, 0.2, 0.3)
_HOLDS_OTHERS = (True, True, False, False, True, False, False, False)

_LISTS = {name: (phrases, words) for name, phrases, words in word_lists("zones.txt")}
_OTHERS = re.compile(rf"\b(?:{'|'.join(map(re.escape, _LISTS.pop('others')[0]))})", re.IGNORECASE)
_VOICES = re.compile(rf"\b(?:{'|'.join(map(re.escape, _LISTS.pop('voices')[0]))})", re.IGNORECASE)
_GROUPS = "|".join(f"(?P<{name}>{'|'.join(words)})" for name, (_, words) in _LISTS.items())
_NAMED = re.compile(rf"(?:^|[\s_-])(?:{_GROUPS})(?=$|[\s_-])")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TAGS = {"nav": Zone.NAVIGATION, "footer": Zone.FOOTER, "aside": Zone.ASIDE, "dialog": Zone.CHROME}
_ROLES = {
    "navigation": Zone.NAVIGATION,
    "contentinfo": Zone.FOOTER,
    "complementary": Zone.ASIDE,
    "dialog": Zone.CHROME,
    "banner": Zone.HEADER,
}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LONGEST_VOICES = 60  # characters of a heading over what readers wrote
_MOST_SHARE = 0.6  # of the page's text: what holds more is the page, whatever it is called


def zones_of(outline: Outline, sizes: list[int]) -> list[Zone]:
    """The part of every element, by its number."""
    elements = outline.elements
    zones: list[Zone] = [Zone.MAIN] * len(elements)
    whole = max(1, sizes[0]) if sizes else 1
    # Parent's number -> level of the heading that begins other things there, and the part these are.
    after_others: dict[int, tuple[int, Zone]] = {}
    for element in elements:
        parent = element.parent
        if parent is None:
            continue
        number = element.number
        zone = zones[parent.number]
        if _HOLDS_OTHERS[zone]:
            own = _own(element)
            if own is not Zone.MAIN and sizes[number] < _MOST_SHARE * whole:
                zone = own
            elif parent.number in after_others:
                zone = after_others[parent.number][1]
        if element.tag in _HEADINGS:
            zone = _note_heading(element, sizes, after_others, zone)
        zones[number] = zone
    return zones


def _note_heading(
    element: Element, sizes: list[int], after_others: dict[int, tuple[int, Zone]], zone: Zone
) -> Zone:
    parent = element.parent
    if parent is None or not 0 < sizes[element.number] < 200:
        return zone
    level = int(element.tag[1])
    if level > 1 and (begun := _begun_by(element.text)) is not Zone.MAIN:
        after_others[parent.number] = level, begun
        return begun
    if parent.number in after_others and after_others[parent.number][0] >= level:
        begun = after_others.pop(parent.number)[1]
        return Zone.MAIN if zone is begun else zone
    return zone


def _begun_by(heading: str) -> Zone:
    """The part that begins with a heading: other things, or the voices of readers."""
    if _OTHERS.search(heading):
        return Zone.RELATED
    return Zone.REVIEWS if len(heading) <= _LONGEST_VOICES and _VOICES.search(heading) else Zone.MAIN


def _own(element: Element) -> Zone:
    if element.tag in _TAGS:
        return _TAGS[element.tag]
    attributes = element.attributes
    if not attributes:
        return Zone.MAIN
    role = attributes.get("role")
    if role and role in _ROLES:
        return _ROLES[role]
    names = attributes.get("class") or ""
    identity = attributes.get("id") or ""
    if element.tag == "header" and element.depth <= 4:
        return Zone.HEADER
    zone = _named(names[:200]) if names else Zone.MAIN
    return _named(identity[:80]) if identity and zone is Zone.MAIN else zone


@lru_cache(maxsize=20_000)
def _named(names: str) -> Zone:
    """By the first part in the order of the list, where several are named."""
    text = names.lower() if names.islower() else _CAMEL.sub("-", names).lower()
    found = {match.lastgroup for match in _NAMED.finditer(text)}
    return next((Zone[name.upper()] for name in _LISTS if name in found), Zone.MAIN)
