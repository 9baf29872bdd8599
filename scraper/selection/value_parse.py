"""Reads a text as the type of a field: the one entrance to the readings of all types."""

import re

from scraper.selection.field_words import field_words
from scraper.selection.value import Context, Parsed
from scraper.selection.value_address import parse_email, parse_image, parse_phone, parse_url
from scraper.selection.value_date import parse_date, parse_datetime
from scraper.selection.value_duration import parse_duration
from scraper.selection.value_money import parse_money
from scraper.selection.value_number import parse_integer, parse_number
from scraper.selection.value_state import parse_boolean, parse_count, parse_enum
from scraper.selection.wanted import Field, Kind

_LENGTHS_OF_TIME = frozenset(("total_time", "prep_time", "cook_time"))
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # hyphens and joints that no reader sees
LONGEST = 20_000  # characters of one text that are read
_PLAIN = {
    Kind.MONEY: parse_money,
    Kind.DATE: parse_date,
    Kind.DATETIME: parse_datetime,
    Kind.URL: parse_url,
    Kind.IMAGE: parse_image,
    Kind.EMAIL: parse_email,
    Kind.PHONE: parse_phone,
}


def parse(field: Field, text: str, context: Context) -> list[Parsed]:
    """The values of the field's type that stand in the text, in order."""
    text = text[:LONGEST]
    found = _typed(field, text, context)
    return [one for one in found if is_valid(field, one, text)] if field.pattern else found


def _typed(field: Field, text: str, context: Context) -> list[Parsed]:
    kind = field.kind
    if kind in _PLAIN:
        return _PLAIN[kind](text, context)
    if kind is Kind.ENUM:
        return parse_enum(text, field.values)
    if kind is Kind.TEXT:
        return _parts(field, text) if field.pattern else _whole(text)
    words = field_words(field)
    if kind is Kind.BOOLEAN:
        return parse_boolean(text, is_stock=words.is_stock)
    if words.concept == "stock" and (count := parse_count(text, context)):
        return count
    if words.concept in _LENGTHS_OF_TIME and (lengths := parse_duration(text, words.unit)):
        return lengths
    return (parse_integer if kind is Kind.INTEGER else parse_number)(text, context, words.unit)


def is_valid(field: Field, parsed: Parsed, text: str) -> bool:
    """Whether the value, or the characters it was read from, match the field's pattern."""
    if not field.pattern:
        return True
    written = text[parsed.start : parsed.end]
    return re.fullmatch(field.pattern, written) is not None or (
        isinstance(parsed.value, str | int | float)
        and re.fullmatch(field.pattern, str(parsed.value)) is not None
    )


def _whole(text: str) -> list[Parsed]:
    kept = text.strip()
    start = text.index(kept) if kept else 0
    return [Parsed(_UNSEEN.sub("", kept), start, start + len(kept))] if kept else []


def _parts(field: Field, text: str) -> list[Parsed]:
    """The whole text, or the words of it that the pattern describes."""
    found = _whole(text)
    if found and re.fullmatch(field.pattern, found[0].value):
        return found
    return [
        Parsed(match[0], *match.span())
        for match in re.finditer(r"\S+", text)
        if re.fullmatch(field.pattern, match[0])
    ]
