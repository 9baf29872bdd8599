"""What values of some meanings look like: an article number has digits, a maker's name is short."""

import re
from typing import Any

_SKU = re.compile(r"(?=[^\s]*\d|[A-Z0-9 -]*\d)[\w./#+-]{2,32}(?:[ ][\w./#+-]{1,12}){0,4}")
_GTIN = re.compile(r"[\d -]{8,17}X?", re.IGNORECASE)
_NAMES = frozenset(
    (
        "brand",
        "author",
        "company",
        "publisher",
        "seller",
        "organizer",
        "performer",
        "city",
        "country",
        "material",
        "colour",
        "language",
    )
)
_SHORT = frozenset(
    (
        *_NAMES,
        "location",
        "section",
        "category",
        "condition",
        "size",
        "employment",
        "format",
        "street",
        "postcode",
        "warranty",
    )
)
_LONG = frozenset(("description", "text", "ingredients", "steps", "tags", "hours", "address"))
_NO_NAME = re.compile(r"^(?:https?:)?//|\b\d{4}-\d\d|\d{1,2}:\d{2}|^[\d\s.,/()-]+\D{0,6}$", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_ID_TOKEN = re.compile(r"(?P<id>[\w./+-]*\d[\w./+-]*)")
_ID_FIRST = re.compile(rf"[\s#№(:]*{_ID_TOKEN.pattern}")
_SHORT_TEXT = 32  # characters in which an identifier need not come first
_NO_VALUE = re.compile(
    r"\$\w+|.*(?:\{\{|\}\}|<%|\[object ).*|undefined|null|n/?a|none|-+|nan|\?+|tbd", re.IGNORECASE
)


def shaped(concept: str, value: Any) -> float:
    """1 for a value that looks as those of the meaning do, down to 0 for one that cannot be."""
    if isinstance(value, str):
        return _text(concept, value)
    if concept == "rating" and isinstance(value, int | float):
        return 1.0 if 0 <= value <= 10 else 0.2
    if isinstance(value, dict) and "amount" in value:
        return 0.0 if value["amount"] in {"0", "0.00"} and value["currency"] else 1.0
    return 1.0


def _text(concept: str, value: str) -> float:
    size = len(value)
    if _NO_VALUE.fullmatch(value):
        return 0.0
    if concept == "sku":
        return 1.0 if _SKU.fullmatch(value) and size <= 40 else 0.0
    if concept == "mpn":
        return 1.0 if size <= 40 and any(map(str.isdigit, value)) else 0.1
    if concept in {"gtin", "upc", "isbn"}:
        return 1.0 if _GTIN.fullmatch(value) else 0.0
    if concept in _NAMES:
        if not _LETTER.search(value) or size > 80 or _NO_NAME.search(value):
            return 0.0
        return 1.0 if size <= 45 else 0.4
    if concept == "rating":
        return 1.0 if any(map(str.isdigit, value)) and size <= 20 else 0.3
    if concept in _LONG:
        return 1.0 if size > 20 else 0.6
    if concept in _SHORT:
        return 1.0 if size <= 80 else 0.2
    return 1.0 if size <= 120 else 0.6 if size <= 300 else 0.25


def is_long(concept: str) -> bool:
    """Whether values of the meaning are whole paragraphs."""
    return concept in _LONG


def tighter(concept: str, text: str) -> tuple[int, int]:
    """The part of a labelled text that can be the value: of an identifier, the first word with a digit."""
    if concept in {"sku", "gtin", "upc", "isbn"} and not (
        _SKU.fullmatch(text) and (len(text.split()) <= 2 or text == text.upper())
    ):
        match = _ID_FIRST.match(text) or (_ID_TOKEN.search(text) if len(text) <= _SHORT_TEXT else None)
        if match and len(match["id"]) >= 3:
            return match.span("id")
    if concept == "rating" and (
        match := re.match(r"\s*(\d+(?:[.,]\d+)?)\s*(?:/|of|out of|von|sur|de|su|van|av|z|из)\s*\d+", text)
    ):
        return match.span(1)
    return 0, len(text)
