"""Reads amounts of money with their currency, as shops of many places write them."""

import re
from decimal import Decimal
from typing import Any

from scraper.selection.value import Context, Parsed
from scraper.selection.value_currency import CODES, SIGNS, currency_of
from scraper.selection.value_number import NUMBER, as_decimal

_words = sorted((re.escape(sign) for sign in SIGNS if sign[-1].isalpha()), key=len, reverse=True)
_marks = sorted((re.escape(sign) for sign in SIGNS if not sign[-1].isalpha()), key=len, reverse=True)
_SIGN = rf"(?:{'|'.join(_marks)}|(?<![^\W\d_])(?:{'|'.join(CODES)}|{'|'.join(_words)})(?![^\W\d_])\.?)"
_AFTER = rf"(?:{'|'.join(_marks)}|(?:{'|'.join(CODES)}|{'|'.join(_words)})(?![^\W\d_])\.?|원|円|元)"
_CENTS = r"(?:\s?(\d{2})(?!\d))"
_DASH = r"(?:[.,]\s?[-–—]{1,2})?"
_MONEY = re.compile(
    rf"(?P<before>{_SIGN})\s{{0,2}}:?\s?(?P<first>{NUMBER})(?:[.,]\s?[-–—]{{1,2}})?(?![\d%])"
    rf"|(?<![\w.,/])(?P<second>{NUMBER}){_DASH}\s{{0,2}}(?P<after>{_AFTER})(?P<cents>\d{{2}}(?!\d))?"
    rf"|(?<![\w.,/#-])(?P<bare>{NUMBER})(?P<dash>(?:[.,]\s?[-–—]{{1,2}})?)(?![\w%])",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"\s*(?:free|gratis|kostenlos|gratuit|gratuito|darmowe|za darmo|zdarma|бесплатно|無料|免费|免費|무료)\s*",
    re.IGNORECASE,
)
_MOST_DIGITS = 12
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]+")
_MEANT = frozenset((*map(str.lower, CODES), *(sign for sign in SIGNS if sign.isalpha())))
_SYMBOL = re.compile("[" + "".join({re.escape(one[-1]) for one in SIGNS if not one.isalpha()}) + "원円元]")


def parse_money(text: str, context: Context) -> list[Parsed]:
    """Every amount of a text; of a range both ends, the lower first, each with the currency beside either."""
    if _FREE.fullmatch(text):
        return [Parsed({"amount": "0", "currency": None}, 0, len(text))]
    found = [one for match in _MONEY.finditer(text) if (one := _amount(match, context, text)) is not None]
    return _with_range_currency(found, text)


def may_be_money(text: str) -> bool:
    """Whether a digit and something like a currency stand there: a quick look before the careful one."""
    if _DIGIT.search(text) is None:
        return False
    return _SYMBOL.search(text) is not None or not _MEANT.isdisjoint(_LETTERS.findall(text.lower()))


def money(amount: Decimal, currency: str | None) -> dict[str, Any]:
    """The value as it is stored."""
    return {"amount": _written(amount), "currency": currency}


def _amount(match: re.Match[str], context: Context, text: str) -> Parsed | None:
    digits = match["first"] or match["second"] or match["bare"]
    if sum(map(str.isdigit, digits)) > _MOST_DIGITS:
        return None
    number = as_decimal(digits, context, is_money=True)
    sign = match["before"] or match["after"] or ""
    if number is None or _is_negative(text, match.start()):
        return None
    if match["cents"] and number == number.to_integral_value():
        number += Decimal(match["cents"]) / 100
    return Parsed(money(number, currency_of(sign, context) if sign else None), match.start(), match.end())


def _is_negative(text: str, start: int) -> bool:
    """A minus right before the amount, that is not the dash of a range."""
    before = text[:start]
    return before[-1:] in {"-", "−"} and not before[:-1].rstrip()[-1:].isdigit()


def _with_range_currency(found: list[Parsed], text: str) -> list[Parsed]:
    for place in range(len(found) - 1):
        one, following = found[place], found[place + 1]
        between = text[one.end : following.start].strip().lower()
        if one.value["currency"] is None and between in {"-", "–", "—", "to", "bis", "à", "a", "до", "~"}:
            value = {**one.value, "currency": following.value["currency"]}
            found[place] = Parsed(value, one.start, one.end)
    return found


def _written(amount: Decimal) -> str:
    """Plain digits; cents, where there are any, have two places or more."""
    if amount == amount.to_integral_value() and amount.as_tuple().exponent == 0:
        return str(amount)
    text = f"{amount:f}".rstrip("0")
    whole, _, cents = text.partition(".")
    return f"{whole}.{cents:0<2}"
