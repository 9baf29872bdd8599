"""How a value was obtained, in the form in which records carry it."""

import json
from typing import Any

from scraper.selection.found import Source, Value

LONGEST_TEXT = 300


def evidence(found: Value | tuple[Value, ...], *, is_decided: bool = True) -> dict[str, Any] | list[Any]:
    """One field's; of a list, one for each value."""
    if isinstance(found, Value):
        return _one(found, is_decided=is_decided)
    return [_one(each, is_decided=is_decided) for each in found]


def _one(value: Value, *, is_decided: bool) -> dict[str, Any]:
    source: Source = value.source
    said: dict[str, Any] = {"how": str(source.how), "path": source.path}
    if source.attribute:
        said["attribute"] = source.attribute
    if source.inside:
        said["inside"] = source.inside
    said["span"] = [source.start, source.end]
    said["text"] = source.text[:LONGEST_TEXT]
    if source.selector:
        said["selector"] = source.selector
    said["confidence"] = round(value.confidence, 3)
    if not is_decided:
        said["decided"] = False
    return said


def as_json(value: object) -> str:
    """As data and sources are stored."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
