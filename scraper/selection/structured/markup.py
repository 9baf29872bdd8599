"""Makes flat things of microdata and RDFa: attributes on the elements that readers see."""

from scraper.selection.found import How
from scraper.selection.outline import Element
from scraper.selection.structured.thing import FOREIGN, MOST_FACTS, Fact, Thing, type_name

_REFERENCES = {
    "a": "href", "area": "href", "link": "href", "img": "src", "audio": "src", "video": "src",
    "source": "src",
    "embed": "src", "iframe": "src", "track": "src", "object": "data", "data": "value", "meter": "value",
}  # fmt: skip
_DEEPEST = 6
_LONGEST = 20_000


class _Scope:
    """An element that opens a thing, and the thing above it."""

    __slots__ = ("above", "group", "key", "thing")

    def __init__(self, thing: Thing, above: "_Scope | None", key: str, group: int) -> None:
        self.thing = thing
        self.above = above
        self.key = key  # of the thing in the one above
        self.group = group


def microdata(marked: list[Element]) -> list[Thing]:
    """Things of `itemscope`; `marked` are the elements with its attributes, in document order."""
    return _read(marked, How.MICRODATA, "itemprop", "itemtype", "itemscope")


def rdfa(marked: list[Element]) -> list[Thing]:
    """Things of `typeof`."""
    return _read(marked, How.RDFA, "property", "typeof", "typeof")


def _read(marked: list[Element], how: How, naming: str, typing: str, opening: str) -> list[Thing]:
    scopes: dict[int, _Scope] = {}
    things: list[Thing] = []
    for element in marked:
        above = _scope_around(element, scopes)
        names = [type_name(one) for one in (element.attributes.get(naming) or "").split()]
        if opening in element.attributes:
            types = frozenset(map(type_name, (element.attributes.get(typing) or "").split()))
            foreign = above is not None and (above.thing.is_foreign or any(name in FOREIGN for name in names))
            thing = Thing(how, types, is_foreign=foreign, order=len(things))
            things.append(thing)
            scopes[element.number] = _Scope(thing, above, names[0] if names else "", len(things))
        elif above is not None:
            for name in names:
                _tell(above, name, element)
    return things


def _scope_around(element: Element, scopes: dict[int, _Scope]) -> _Scope | None:
    if not scopes:
        return None
    return next((scopes[one.number] for one in element.ancestors() if one.number in scopes), None)


def _tell(scope: _Scope, name: str, element: Element) -> None:
    """The property belongs to its thing and, with a longer key, to those that hold the thing."""
    attribute, text = _value(element)
    if not text:
        return
    fact = Fact(name, text[:_LONGEST], element, attribute, "", scope.group)
    above: _Scope | None = scope
    for _ in range(_DEEPEST):
        if above is None or len(above.thing.facts) >= MOST_FACTS:
            return
        above.thing.facts.append(fact)
        if not above.key or above.key in FOREIGN:
            return
        fact = fact._replace(key=f"{above.key}.{fact.key}")
        above = above.above


def _value(element: Element) -> tuple[str, str]:
    """The attribute that holds the value, or the element's text."""
    attributes = element.attributes
    for attribute in ("content", "datetime"):
        if attributes.get(attribute):
            return attribute, (attributes[attribute] or "").strip()
    attribute = _REFERENCES.get(element.tag, "")
    if attribute and attributes.get(attribute):
        return attribute, (attributes[attribute] or "").strip()
    return "", element.text
