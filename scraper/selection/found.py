"""A value that was found in a page: what it is, how it was found, and exactly where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple


class How(StrEnum):
    """By what a value was found."""

    JSON_LD = "json-ld"
    MICRODATA = "microdata"
    RDFA = "rdfa"
    OPEN_GRAPH = "opengraph"
    EMBEDDED = "embedded-json"
    SELECTOR = "selector"  # learned from other pages of the template
    SCORER = "scorer"  # the built-in engine, on this page
    MODEL = "model"  # the fast tier pointed at it
    PINNED = "pinned"  # a selector that the user fixed


class Source(NamedTuple):
    """Where a value stands: characters `start` to `end` of a text in the stored page.

    The text is that of the element at `path` (white space collapsed), or its `attribute`; `inside` is the
    JSON pointer below that text where it is JSON.
    """

    how: How
    path: str  # absolute XPath
    attribute: str = ""
    inside: str = ""
    start: int = 0
    end: int = 0
    text: str = ""  # the characters themselves
    selector: str = ""  # which found it, as written by `selector`


class Value(NamedTuple):
    """One field's value, ready for JSON."""

    value: Any
    source: Source
    confidence: float  # 0 … 1


@dataclass(frozen=True, slots=True)
class Reading:
    """One record as it was read; for a field with many values, each has its own source."""

    record: str
    values: Mapping[str, Value | tuple[Value, ...]]

    @property
    def data(self) -> dict[str, Any]:
        """Field -> value, as it is stored."""
        return {
            name: found.value if isinstance(found, Value) else [one.value for one in found]
            for name, found in self.values.items()
        }
