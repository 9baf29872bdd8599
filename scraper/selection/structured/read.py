"""Reads everything a page says to machines, and finds the thing that the page is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scraper.selection.found import How
from scraper.selection.outline import Element, Outline
from scraper.selection.structured.json_text import loads
from scraper.selection.structured.json_things import things_of
from scraper.selection.structured.markup import microdata, rdfa
from scraper.selection.structured.metas import declared
from scraper.selection.structured.thing import Thing

LONGEST_SCRIPT = 1_000_000  # characters of one script
_MOST_SCRIPTS = 60
_IN_HEAD = frozenset(("meta", "link"))


@dataclass(slots=True)
class Structured:
    """What a page says to machines."""

    things: list[Thing] = field(default_factory=list)
    head: Thing = field(default_factory=lambda: Thing(How.OPEN_GRAPH, frozenset()))
    scripts: list[Element] = field(default_factory=list)  # those that may hold the state of the page
    holders: list[Element] = field(default_factory=list)  # with data-* attributes, or values no reader sees


def read_structured(outline: Outline) -> Structured:
    """Typed things in document order, JSON-LD before markup."""
    found = Structured()
    marked, typed, head, linked = _sorted_elements(outline, found)
    for element in linked[:_MOST_SCRIPTS]:
        text = "".join(one for one in element.content if isinstance(one, str))
        if len(text) <= LONGEST_SCRIPT and (loaded := loads(text)) is not None:
            found.things += things_of(loaded, element)
    found.things += microdata(marked)
    if any("typeof" in element.attributes for element in typed):
        found.things += rdfa(typed)
    found.head = declared(head)
    for order, thing in enumerate(found.things):
        thing.order = order
    return found


def _sorted_elements(
    outline: Outline, found: Structured
) -> tuple[list[Element], list[Element], list[Element], list[Element]]:
    """Elements of microdata, of RDFa, of the head, of linked data, in one walk."""
    marked: list[Element] = []
    typed: list[Element] = []
    head: list[Element] = []
    linked: list[Element] = []
    for element in outline.elements:
        attributes = element.attributes
        if element.tag == "script":
            is_linked = "ld+json" in (attributes.get("type") or "").lower()
            (linked if is_linked else found.scripts).append(element)
        elif element.tag in _IN_HEAD:
            head.append(element)
        if len(attributes) < 2 and (not attributes or "class" in attributes or "href" in attributes):
            continue
        if "itemprop" in attributes or "itemscope" in attributes:
            marked.append(element)
        if "typeof" in attributes or "property" in attributes:
            typed.append(element)
        if (element.tag == "input" and attributes.get("type") == "hidden") or _holds_data(attributes):
            found.holders.append(element)
    return marked, typed, head, linked


def _holds_data(attributes: Mapping[str, str | None]) -> bool:
    for name in attributes:  # noqa: SIM110 - takes half the time of any()
        if name[:5] == "data-":
            return True
    return False
