"""Reads numbers as they are written in many places, with the unit that follows."""

import re
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from scraper.selection.value import Context, Parsed

_BLANKS = "    '’"
# Groups of three (or, in India, of two before the last three), then decimals; or plain digits.
NUMBER = (
    rf"\d{{1,3}}(?:[{_BLANKS}]\d{{3}})+(?:[.,]\d{{1,4}})?(?!\d)"
    r"|\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d{1,4})?(?!\d)"
    r"|\d{1,3}(?:\.\d{3})+(?:,\d{1,4})?(?!\d)"
    r"|\d+(?:[.,]\d+)?"
)
_ANY = re.compile(rf"(?<![\w.,])(?<!\w[-/_])([-−–+]?)({NUMBER})(?![\w]*\d)(?:\s?([^\W\d_]{{1,12}}|%|°))?")

# Units that a field's name may ask for, as factors of the first of their family.
_UNITS: dict[str, int | Decimal] = {
    "g": 1, "gr": 1, "gram": 1, "grams": 1, "gramm": 1, "kg": 1000, "kilo": 1000, "kilogram": 1000,
    "kilograms": 1000, "mg": Decimal("0.001"), "lb": Decimal("453.59237"), "lbs": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}  # fmt: skip
_LENGTHS: dict[str, int | Decimal] = {
    "mm": 1, "cm": 10, "m": 1000, "km": 1_000_000, "millimeters": 1, "millimetres": 1, "centimeters": 10,
    "centimetres": 10, "meters": 1000, "metres": 1000, "in": Decimal("25.4"), "inch": Decimal("25.4"),
    "inches": Decimal("25.4"), "ft": Decimal("304.8"), "kilometers": 1_000_000, "kilometres": 1_000_000,
}  # fmt: skip
_TIMES: dict[str, int | Decimal] = {
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "min": 60, "mins": 60, "minute": 60,
    "minutes": 60,
    "minuten": 60, "minutos": 60, "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600,
    "stunde": 3600, "stunden": 3600, "heures": 3600, "day": 86400, "days": 86400,
}  # fmt: skip
_VOLUMES: dict[str, int | Decimal] = {
    "ml": 1,
    "cl": 10,
    "dl": 100,
    "l": 1000,
    "litre": 1000,
    "litres": 1000,
    "liter": 1000,
    "liters": 1000,
}
_FAMILIES = (_UNITS, _LENGTHS, _TIMES, _VOLUMES)
_ALONE = frozenset(
    ("s", "m", "h", "l", "g", "in", "min", "sec", "second", "day")
)  # words of other meaning in names


class Number(NamedTuple):
    """One number of a text with what stands after it."""

    value: Decimal
    unit: str
    start: int
    end: int


def as_decimal(written: str, context: Context, *, is_money: bool = False) -> Decimal | None:
    """The number that the digits and separators mean there."""
    digits = re.sub(rf"[{_BLANKS}]", "", written)
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        decimal = "." if digits.rfind(".") > digits.rfind(",") else ","
    elif points + commas > 1:
        decimal = ""
    elif points + commas == 1:
        decimal = _single(digits, "." if points else ",", context, is_money)
    else:
        decimal = ""
    plain = "".join("." if one == decimal else one for one in digits if one.isdigit() or one == decimal)
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def _single(digits: str, mark: str, context: Context, is_money: bool) -> str:
    """Whether the only separator is decimal: the mark itself, or nothing."""
    before, _, after = digits.partition(mark)
    if context.is_machine:
        return mark if mark == "." or len(after) != 3 else ""
    if len(after) != 3 or before in {"", "0"} or len(before) > 3:
        return mark
    if is_money:
        return ""
    return mark if (mark == ",") == context.has_decimal_comma else ""


def numbers(text: str, context: Context) -> list[Number]:
    """Every number of a text."""
    found = []
    for match in _ANY.finditer(text):
        value = as_decimal(match[2], context)
        if value is None:
            continue
        sign = match[1] in {"-", "−"} and not text[: match.start()].rstrip()[-1:].isdigit()
        found.append(Number(-value if sign else value, match[3] or "", match.start(2) - sign, match.end(2)))
    return found


def unit_in(words: tuple[str, ...]) -> str:
    """The unit that a field's name ends in, as in `weight_grams`."""
    last = words[-1] if len(words) > 1 else ""
    return last if any(last in family for family in _FAMILIES) and last not in _ALONE - {"g", "min"} else ""


def in_unit(number: Number, unit: str) -> Decimal:
    """The number in the wanted unit, where both are of one family."""
    for family in _FAMILIES:
        if unit in family and number.unit.lower() in family:
            return number.value * family[number.unit.lower()] / family[unit]
    return number.value


def parse_number(text: str, context: Context, unit: str = "") -> list[Parsed]:
    """Numbers as int where they are whole, else float."""
    return [Parsed(_plain(in_unit(one, unit)), one.start, one.end) for one in numbers(text, context)]


def parse_integer(text: str, context: Context, unit: str = "") -> list[Parsed]:
    """Whole numbers."""
    found = []
    for one in numbers(text, context):
        value = in_unit(one, unit)
        if value == value.to_integral_value():
            found.append(Parsed(int(value), one.start, one.end))
    return found


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
