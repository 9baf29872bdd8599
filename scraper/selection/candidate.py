"""A place in a page that may hold the value of a field, and why it is thought to."""

from dataclasses import dataclass
from typing import Any

from scraper.selection.candidates_shown import shown
from scraper.selection.found import How, Source
from scraper.selection.outline import Element

ENOUGH_AROUND = 30  # characters of a text that says what it is about


@dataclass(frozen=True, slots=True)
class Candidate:
    """One place with the value that is read there; where it stands exactly is worked out when asked for."""

    value: Any
    score: float  # 0 … 1: how surely it is the field's, by this evidence alone
    how: How
    element: Element
    span: tuple[int, int]
    attribute: str = ""
    inside: str = ""  # JSON pointer
    text: str = ""  # of JSON, where the span lies
    label: str = ""  # of a visible one: what stands beside it; else the property's name

    @property
    def key(self) -> str:
        """Equal for values that mean the same."""
        return value_key(self.value)

    @property
    def source(self) -> Source:
        start, end = self.span
        element = self.element
        text = self.text or (element.attributes.get(self.attribute) if self.attribute else element.text) or ""
        return Source(self.how, element.path, self.attribute, self.inside, start, end, text[start:end])

    @property
    def context(self) -> str:
        """A few words of the row or block around it, safe to show."""
        if self.how is not How.SCORER:
            return ""
        parent = self.element.parent
        is_alone = parent is None or parent.tag in {"body", "html"} or len(self.element.text) >= ENOUGH_AROUND
        return shown((self.element if is_alone or parent is None else parent).text[:200])


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
