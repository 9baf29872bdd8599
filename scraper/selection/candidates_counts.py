"""Candidates that are numbers beside what they count: `3 bedrooms`, `(128 reviews)`, `4.3 of 5`."""

import re
from collections.abc import Iterator
from decimal import Decimal

from scraper.selection.candidate import Candidate
from scraper.selection.candidates import candidate_at
from scraper.selection.candidates_surface import Spot, Surface
from scraper.selection.field_words import FieldWords, words_of
from scraper.selection.value import Parsed
from scraper.selection.value_number import NUMBER, numbers
from scraper.selection.wanted import Kind

_LONGEST = 160
_SURE = 0.72
_SURE_OF_FORM = 0.82  # `4.3 of 5` and `94 m²` are seldom something else
_SCALE = re.compile(
    rf"(?<![\w.,])(?P<rating>{NUMBER})\s*(?:/|of|out of|von|sur|de|su|van|av|af|z|ze|из|з|od|σε)\s*"
    r"(?:10|5|100)(?![\d.,])",
    re.IGNORECASE,
)
_STARS = re.compile(
    r"(?<![\w.,])(?P<rating>[0-5](?:[.,]\d{1,2})?)\s*"
    r"(?:stars?|sterne[n]?|étoiles?|estrellas|stelle|estrelas|sterren|★)",
    re.IGNORECASE,
)
_SQUARE = re.compile(
    rf"(?<![\w.,])(?P<area>{NUMBER})\s?"
    r"(?:m²|m2|qm|sqm|sqft|ft²|平方米|㎡|м²|mq|坪|sq\.?\s?(?:ft|m)|square (?:feet|metres|meters))",
    re.IGNORECASE,
)


def counted(surface: Surface, wanted: FieldWords) -> Iterator[Candidate]:
    """Numbers of the field's type with one of its words right beside them."""
    is_named = wanted.concept not in {"rating", "area"}  # which are known by their form
    for spot in surface.spots:
        if len(spot.text) > _LONGEST or not any(map(str.isdigit, spot.text)):
            continue
        if is_named and wanted.starts.keys().isdisjoint(words_of(spot.text)):
            continue
        for parsed in _found(spot, surface, wanted):
            sure = (
                (_SURE if is_named else _SURE_OF_FORM)
                * spot.weight
                * (0.4 + 0.6 * surface.nearness(spot.element))
            )
            yield candidate_at(spot.element, parsed, "", sure, wanted, "")


def _found(spot: Spot, surface: Surface, wanted: FieldWords) -> Iterator[Parsed]:
    if wanted.concept == "rating":
        yield from _ratings(spot.text, surface, wanted)
        return
    if wanted.concept == "area" and (match := _SQUARE.search(spot.text)):
        for number in numbers(match["area"], surface.context):
            yield Parsed(_typed(number.value, wanted), *match.span("area"))
        return
    for number in numbers(spot.text, surface.context):
        if _names(spot.text, number.start, number.end, wanted):
            yield Parsed(_typed(number.value, wanted), number.start, number.end)


def _ratings(text: str, surface: Surface, wanted: FieldWords) -> Iterator[Parsed]:
    match = _SCALE.search(text) or _STARS.search(text)
    if match is None:
        return
    if wanted.field.kind is Kind.TEXT:
        yield Parsed(match["rating"], *match.span("rating"))
        return
    for number in numbers(match["rating"], surface.context)[:1]:
        yield Parsed(_typed(number.value, wanted), *match.span("rating"))


def _names(text: str, start: int, end: int, wanted: FieldWords) -> bool:
    """Whether the words after the number, or right before it, are a phrase of the field."""
    after = words_of(text[end : end + 40])
    if any(length and after[:length] in wanted.phrases for length in range(1, min(4, len(after) + 1))):
        return True
    before = words_of(text[max(0, start - 40) : start])
    if not before or not text[end:].strip(" )]+"):
        return any(before[-length:] in wanted.phrases for length in range(1, min(4, len(before) + 1)))
    return False


def _typed(value: Decimal, wanted: FieldWords) -> int | float:
    is_whole = value == value.to_integral_value()
    return int(value) if is_whole or wanted.field.kind is Kind.INTEGER else float(value)
