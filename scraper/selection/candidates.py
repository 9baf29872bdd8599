"""Candidates that a reader sees: beside labels, in elements named so, in places typical of the meaning."""

from collections.abc import Iterator

from scraper.selection.candidate import Candidate
from scraper.selection.candidate_shape import is_long, shaped, tighter
from scraper.selection.candidates_labels import LabelIndex
from scraper.selection.candidates_names import NameIndex, with_ancestors
from scraper.selection.candidates_surface import Surface, is_struck
from scraper.selection.field_words import FieldWords
from scraper.selection.found import How
from scraper.selection.outline import Element
from scraper.selection.value import Parsed
from scraper.selection.value_parse import parse
from scraper.selection.wanted import Kind

_LABEL, _NAME = 0.86, 0.62
_LEAST_NAME = 0.3
_MOST_NAMED = 40
_ATTRIBUTES = {
    Kind.URL: ("href",),
    Kind.IMAGE: ("srcset", "data-src", "src"),
    Kind.DATE: ("datetime",),
    Kind.DATETIME: ("datetime",),
}
_STRUCK = 0.25
_WORTH = 0.05


def labelled(surface: Surface, labels: LabelIndex, wanted: FieldWords) -> Iterator[Candidate]:
    """What stands beside a label of the field."""
    for one in labels.of(wanted):
        sure = _LABEL * one.strength * min(1.0, one.likeness + 0.05) * _softened(surface.weight(one.element))
        for parsed, attribute in _readings(one.element, (one.start, one.end), surface, wanted):
            yield candidate_at(one.element, parsed, attribute, sure, wanted, one.label)


def named(surface: Surface, names: NameIndex, wanted: FieldWords) -> Iterator[Candidate]:
    """What stands in elements whose names mean the field."""
    alike = names.likenesses(wanted)
    if not alike:
        return
    found = []
    for spot in surface.spots:
        sure = with_ancestors(spot.element, alike)
        if sure >= _LEAST_NAME:
            found.append((sure * spot.weight * (0.6 + 0.4 * surface.nearness(spot.element)), spot))
    for sure, spot in sorted(found, key=lambda pair: (-pair[0], pair[1].element.number))[:_MOST_NAMED]:
        for parsed, attribute in _readings(spot.element, (0, len(spot.text)), surface, wanted):
            yield candidate_at(spot.element, parsed, attribute, _NAME * sure, wanted, "")


def _readings(
    element: Element, span: tuple[int, int], surface: Surface, wanted: FieldWords
) -> Iterator[tuple[Parsed, str]]:
    """The field's values in a part of an element's text, or in the attributes that hold such values."""
    field = wanted.field
    for attribute in _ATTRIBUTES.get(field.kind, ()):
        if written := element.attributes.get(attribute):
            yield from ((one, attribute) for one in parse(field, written, surface.context)[:1])
    text = element.text[span[0] : span[1]]
    if field.kind is Kind.TEXT and not is_long(wanted.concept):
        start, end = tighter(wanted.concept, text)
        text, span = text[start:end], (span[0] + start, span[0] + end)
    if len(text) > 400 and not is_long(wanted.concept):
        return
    for one in parse(field, text, surface.context)[:2]:
        yield Parsed(one.value, one.start + span[0], one.end + span[0]), ""


def candidate_at(
    element: Element, parsed: Parsed, attribute: str, sure: float, wanted: FieldWords, label: str
) -> Candidate:
    if (
        sure > _WORTH
        and wanted.field.kind is Kind.MONEY
        and "old" not in wanted.qualifiers
        and is_struck(element)
    ):
        sure *= _STRUCK
    sure *= shaped(wanted.concept, parsed.value)
    return Candidate(
        parsed.value, sure, How.SCORER, element, (parsed.start, parsed.end), attribute, label=label
    )


def _softened(weight: float) -> float:
    """A label says more than the part of the page it stands in."""
    return 0.25 + 0.75 * weight
