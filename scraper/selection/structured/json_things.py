"""Makes flat things of JSON-LD: graphs, lists, references by @id."""

from collections.abc import Iterator
from typing import Any

from scraper.selection.found import How
from scraper.selection.outline import Element
from scraper.selection.structured.thing import FOREIGN, MOST_FACTS, Fact, Thing, type_name

MOST_THINGS = 400
_DEEPEST = 6
_LONGEST = 20_000  # characters of one text


def things_of(loaded: Any, element: Element, how: How = How.JSON_LD) -> list[Thing]:
    """Every typed object as a thing of its own, those below another included."""
    references = {key: (value, pointer) for key, value, pointer in _named(loaded)}
    things = []
    for value, pointer, is_foreign in _typed(loaded):
        thing = Thing(how, _types(value), is_foreign=is_foreign)
        _Flat(thing, element, references).read(value, pointer, "", 0)
        things.append(thing)
        if len(things) >= MOST_THINGS:
            break
    return things


def flat(value: dict[str, Any], pointer: str, element: Element, how: How) -> Thing:
    """One object, typed or not."""
    thing = Thing(how, _types(value))
    _Flat(thing, element, {}).read(value, pointer, "", 0)
    return thing


class _Flat:
    """Writes the facts of one object into its thing."""

    def __init__(self, thing: Thing, element: Element, references: dict[str, tuple[Any, str]]) -> None:
        self._thing = thing
        self._element = element
        self._references = references
        self._groups = 0

    def read(self, value: dict[str, Any], pointer: str, prefix: str, depth: int) -> None:
        self._groups += 1
        group = self._groups
        for name, inner in value.items():
            key = name.lower().rsplit(":", 1)[-1] if "/" not in name else type_name(name)
            if key[:1] == "@" and key not in {"@value", "@id"}:
                continue
            if key in FOREIGN and depth < 1 and isinstance(inner, dict | list):
                continue
            self._value(inner, f"{pointer}/{_escaped(name)}", f"{prefix}{key}", group, depth)

    def _value(self, value: Any, pointer: str, key: str, group: int, depth: int) -> None:
        if len(self._thing.facts) >= MOST_FACTS:
            return
        if isinstance(value, dict):
            self._object(value, pointer, key, depth)
        elif isinstance(value, list):
            for place, one in enumerate(value[:200]):
                self._value(one, f"{pointer}/{place}", key, group, depth)
        elif isinstance(value, bool):
            self._add(key, "true" if value else "false", pointer, group)
        elif isinstance(value, str) and value:
            self._add(key.removesuffix(".@value"), value[:_LONGEST], pointer, group)

    def _object(self, value: dict[str, Any], pointer: str, key: str, depth: int) -> None:
        if depth >= _DEEPEST:
            return
        reference = value.get("@id")
        if len(value) <= 2 and isinstance(reference, str) and reference in self._references:
            value, pointer = self._references[reference]
        named, said = value.get("name"), value.get("value")
        if (
            isinstance(named, str)
            and isinstance(said, str | bool)
            and key.endswith(("additionalproperty", "attributes", "specs"))
        ):
            self._groups += 1
            text = said if isinstance(said, str) else str(said).lower()
            self._add(
                f"{key}.{''.join(named.lower().split())}", text, f"{pointer}/value", self._groups, named
            )
            return
        self.read(value, pointer, f"{key}.", depth + 1)

    def _add(self, key: str, text: str, pointer: str, group: int, label: str = "") -> None:
        self._thing.facts.append(Fact(key, text, self._element, "", pointer, group, label))


def _typed(loaded: Any) -> Iterator[tuple[dict[str, Any], str, bool]]:
    waiting = [(loaded, "", False)]
    seen = 0
    while waiting and seen < 20_000:
        value, pointer, is_foreign = waiting.pop(0)
        seen += 1
        if isinstance(value, dict):
            if "@type" in value:
                yield value, pointer, is_foreign
            waiting += [
                (inner, f"{pointer}/{_escaped(name)}", is_foreign or name.lower() in FOREIGN)
                for name, inner in value.items()
                if isinstance(inner, dict | list)
            ]
        elif isinstance(value, list):
            waiting += [
                (inner, f"{pointer}/{place}", is_foreign)
                for place, inner in enumerate(value[:500])
                if isinstance(inner, dict | list)
            ]


def _named(loaded: Any) -> Iterator[tuple[str, dict[str, Any], str]]:
    for value, pointer, _ in _typed(loaded):
        if isinstance(name := value.get("@id"), str) and len(value) > 2:
            yield name, value, pointer


def _types(value: dict[str, Any]) -> frozenset[str]:
    written = value.get("@type")
    return frozenset(
        type_name(one)
        for one in (written if isinstance(written, list) else [written])
        if isinstance(one, str)
    )


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
