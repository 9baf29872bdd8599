"""The figures of a text: numbers with their units, and months, in a form in which equal ones are equal."""

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from analysis.gates.lexicon import MONTHS, NUMBER_WORDS, UNITS
from analysis.gates.words import Word, is_figure, words

_GROUPED = re.compile(r"\d{1,3}(?:[.,'\u00a0 ]\d{3})+")
_SIGNS = {"€": "eur", "$": "usd", "£": "gbp", "¥": "jpy", "%": "percent", "‰": "permille", "°": "degree"}


class Figure(NamedTuple):
    """One number; without a unit it may be of any."""

    values: frozenset[Decimal]  # how it may be read: 1.234 is either
    unit: str
    words: str  # as written


class Figures(NamedTuple):
    """Everything countable that a text says."""

    numbers: tuple[Figure, ...]
    months: frozenset[int]


def figures(text: str) -> Figures:
    """In the order in which they stand."""
    found: list[Figure] = []
    months: set[int] = set()
    all_words = words(text)
    for place, word in enumerate(all_words):
        if is_figure(word.text):
            found.append(
                Figure(readings(word.text), _unit(text, all_words, place), text[word.start : word.end])
            )
        elif word.text in NUMBER_WORDS:
            values = frozenset({Decimal(NUMBER_WORDS[word.text])})
            found.append(Figure(values, _unit(text, all_words, place), text[word.start : word.end]))
        elif word.text in MONTHS:
            months.add(MONTHS[word.text])
    return Figures(tuple(found), frozenset(months))


def readings(number: str) -> frozenset[Decimal]:
    """Every value that a written number may have, in whatever country it was written."""
    plain = number.replace("'", "").replace(" ", "").replace("\u00a0", "")
    ways = {plain.replace(",", ""), plain.replace(".", "").replace(",", ".")}
    if not _GROUPED.fullmatch(number):
        ways = {plain.replace(",", ".")} if plain.count(",") + plain.count(".") == 1 else ways
    values = set()
    for way in ways:
        try:
            values.add(Decimal(way).normalize())
        except InvalidOperation:
            continue
    return frozenset(values)


def _unit(text: str, all_words: list[Word], place: int) -> str:
    """The unit that stands just behind a number, or its sign on either side."""
    word = all_words[place]
    before, behind = text[max(0, word.start - 2) : word.start].strip(), text[word.end : word.end + 2].strip()
    for sign, unit in _SIGNS.items():
        if before.endswith(sign) or behind.startswith(sign):
            return unit
    following = all_words[place + 1] if place + 1 < len(all_words) else None
    if following is not None and following.start - word.end <= 1:
        return UNITS.get(following.text, "")
    return ""
