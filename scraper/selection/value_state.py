"""Reads which of a few known values a text says: enums, and yes or no."""

import re
from functools import lru_cache

from scraper.selection.value import Context, Parsed
from scraper.selection.value_number import parse_integer
from scraper.selection.value_phrases import STATES, Finder, phrases_of, plain

_ADDRESS_END = re.compile(r"(?:https?://|//)\S*[/#](\w+)/?\s*$")
_TRUE = (*STATES["yes"], *STATES["in stock"])
_FALSE = (*STATES["no"], *STATES["out of stock"])
_LONGEST_YES = 40
_OF_STOCK = ("in stock", "out of stock", "pre-order", "backorder")


def parse_enum(text: str, values: tuple[str, ...]) -> list[Parsed]:
    """The values whose words stand in the text; where phrases overlap, the longer one is meant."""
    if match := _ADDRESS_END.match(text.strip()):
        end = plain(match[1])
        return [
            Parsed(one, text.index(match[1]), text.index(match[1]) + len(match[1]))
            for one in values
            if plain(one) == end or end in phrases_of(one)
        ][:1]
    return [Parsed(one.meaning, one.start, one.end) for one in _finder(values).find(text) if one.meaning]


def parse_boolean(text: str, *, is_stock: bool = False) -> list[Parsed]:
    """Yes or no as a word of its own; of a thing in stock, by every phrase that says so."""
    if match := _ADDRESS_END.match(text.strip()):
        text_end = plain(match[1])
        start = text.index(match[1])
        if text_end in _TRUE or text_end in _FALSE:
            return [Parsed(text_end in _TRUE, start, start + len(match[1]))]
        return []
    if is_stock:
        found = parse_enum(
            text,
            ("in stock", "out of stock", "yes", "no") if len(text) <= 5 else ("in stock", "out of stock"),
        )
        return [Parsed(one.value in {"in stock", "yes"}, one.start, one.end) for one in found]
    if len(text) > _LONGEST_YES:
        return []
    found = parse_enum(text, ("yes", "no"))
    return [Parsed(one.value == "yes", one.start, one.end) for one in found][:1]


def parse_count(text: str, context: Context) -> list[Parsed]:
    """How many there are, where the text says that there are some or none."""
    states = parse_enum(text, ("in stock", "out of stock"))
    if not states:
        return []
    if states[0].value == "out of stock":
        return [Parsed(0, states[0].start, states[0].end)]
    return parse_integer(text, context)[:1]


@lru_cache(maxsize=128)
def _finder(values: tuple[str, ...]) -> Finder:
    """Of all phrases of the values; those of stock that nobody asked for only hide what they cover."""
    meanings: dict[str, str] = {}
    for value in values:
        for phrase in phrases_of(value):
            meanings.setdefault(phrase, value)
    if meanings.keys() & {*STATES["in stock"], *STATES["out of stock"]}:
        for name in _OF_STOCK:
            if not meanings.keys() & set(STATES[name]):
                meanings |= dict.fromkeys(STATES[name], "")
    return Finder(meanings)
