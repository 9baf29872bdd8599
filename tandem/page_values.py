"""The records of a page in words, for the models that read it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from storage.record_row import RecordRow

MOST_RECORDS = 8  # of one page
LONGEST_VALUE = 80  # characters
LONGEST_RECORD = 300


def told_values(records: Sequence[RecordRow]) -> tuple[str, ...]:
    """One line for each of the first records, and one that says how many more there are."""
    lines = [f"{record.record}: {told}" for record in records if (told := _told(json.loads(record.data)))]
    more = len(lines) - MOST_RECORDS
    return (*lines[:MOST_RECORDS], *([f"and {more:,} more records"] if more > 0 else []))


def _told(data: dict[str, Any]) -> str:
    parts: list[str] = []
    length = 0
    for part in _parts(data):
        length += len(part) + 2
        if length > LONGEST_RECORD:
            break
        parts.append(part)
    return "; ".join(parts)


def _parts(data: dict[str, Any]) -> Iterator[str]:
    for field, value in data.items():
        text = _text(value)
        if text:
            yield f"{field} = {text}"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):  # money
        return " ".join(_text(part) for part in value.values() if part is not None)
    if isinstance(value, list):
        value = ", ".join(filter(None, map(_text, value)))
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
