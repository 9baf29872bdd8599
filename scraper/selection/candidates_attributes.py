"""Candidates in attributes that no reader sees: data-*, values of form fields."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from scraper.selection.candidate import Candidate
from scraper.selection.candidates import candidate_at
from scraper.selection.candidates_surface import Surface
from scraper.selection.field_words import FieldWords, likeness, words_of
from scraper.selection.outline import Element
from scraper.selection.value_parse import parse
from scraper.selection.wanted import Kind

_LONGEST = 200
_SURE = 0.5
_LEAST = 0.45
_WRITTEN_FOR_LOOKS = frozenset(
    (
        "data-title",
        "data-name",
        "data-label",
        "data-text",
        "data-status",
        "data-size",
        "data-item",
        "data-model",
        "data-product",
    )
)


class AttributeIndex:
    """Attributes that may hold values, by the words of their names."""

    def __init__(self, surface: Surface, holders: Sequence[Element]) -> None:
        self._surface = surface
        self._named: dict[tuple[str, ...], list[tuple[Element, str]]] = {}
        for element in holders:
            for name, attribute in _named(element):
                self._named.setdefault(_words(name), []).append((element, attribute))

    def of(self, wanted: FieldWords) -> Iterator[Candidate]:
        """The attributes whose names mean the field; those that many elements have are of a list."""
        if wanted.field.kind not in {
            Kind.TEXT,
            Kind.MONEY,
            Kind.INTEGER,
            Kind.NUMBER,
            Kind.ENUM,
            Kind.BOOLEAN,
        }:
            return
        for words, places in self._named.items():
            if wanted.all_words.isdisjoint(words):
                continue
            alike = likeness(" ".join(words), wanted)
            if alike < _LEAST:
                continue
            values = {element.attributes.get(attribute) for element, attribute in places}
            crowd = 1.0 if len(values) == 1 else 0.75 if len(values) <= 3 else 0.35
            for element, attribute in places[:12]:
                yield from self._candidates(element, attribute, _SURE * alike * crowd, wanted)

    def _candidates(
        self, element: Element, attribute: str, sure: float, wanted: FieldWords
    ) -> Iterator[Candidate]:
        text = element.attributes.get(attribute) or ""
        sure *= self._surface.weight(element) * (0.6 + 0.4 * self._surface.nearness(element))
        for parsed in parse(wanted.field, text, self._surface.context.for_machines())[:1]:
            yield candidate_at(element, parsed, attribute, sure, wanted, "")


def _named(element: Element) -> Sequence[tuple[str, str]]:
    """Name and attribute of what the element holds."""
    attributes = element.attributes
    found = []
    if element.tag == "input" and attributes.get("type") == "hidden":
        name = attributes.get("name") or attributes.get("id") or ""
        value = attributes.get("value") or ""
        if name and value and len(value) <= _LONGEST:
            found.append((name, "value"))
    for attribute, written in attributes.items():
        if (
            attribute.startswith("data-")
            and written
            and len(written) <= _LONGEST
            and attribute not in _WRITTEN_FOR_LOOKS
        ):
            found.append((attribute[5:], attribute))
    return found


@lru_cache(maxsize=20_000)
def _words(name: str) -> tuple[str, ...]:
    return words_of(name[:60])
