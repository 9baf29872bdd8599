"""A place in a page that may hold the value of a field, and why it is thought to."""

from dataclasses import dataclass
from typing import Any

from scraper.selection.found import How, Source
from scraper.selection.outline import Element


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place with the value that is read there."""

    value: Any
    source: Source
    score: float  # 0 … 1: how surely it is the field's, by this evidence alone
    label: str = ""
    context: str = ""  # words around it, safe to show
    element: Element | None = None  # of a visible one

    @property
    def key(self) -> str:
        """Equal for values that mean the same."""
        return value_key(self.value)


def value_key(value: Any) -> str:
    """A text that is equal for equal values: currency, case and blanks count for nothing."""
    if isinstance(value, dict):
        return _number_key(str(value.get("amount")))
    if isinstance(value, str):
        return " ".join(value.lower().split())
    if isinstance(value, bool):
        return f"is {value}"
    return _number_key(str(value))


def _number_key(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def source_at(element: Element, span: tuple[int, int], text: str, attribute: str = "") -> Source:
    """Where a visible value stands."""
    return Source(How.SCORER, element.path, attribute, "", *span, text[span[0] : span[1]])
