"""Reads JSON as pages write it: in comments, with commas too many, with line breaks in texts."""

import json
import re
from typing import Any

_WRAPPING = re.compile(
    r"^\s*(?:<!--|/\*.*?\*/|//[^\n]*\n|<!\[CDATA\[)\s*|\s*(?:-->|//\s*\]\]>|/\*.*?\*/|\]\]>|;)\s*$", re.DOTALL
)
_COMMA = re.compile(r",(\s*[}\]])")
_MISSING = re.compile(r'("|\}|\]|\d)\s*\n(\s*")')
_decoder = json.JSONDecoder(parse_float=str, parse_int=str, strict=False)


def loads(text: str) -> Any:
    """The value, numbers as they are written, or nothing where it is no JSON even so."""
    for _ in range(3):
        stripped = _WRAPPING.sub("", text)
        if stripped == text:
            break
        text = stripped
    for attempt in (_same, _mended, _mended_more):
        try:
            value, _ = _decoder.raw_decode(attempt(text).lstrip())
        except (ValueError, RecursionError):
            continue
        return value
    return None


def _same(text: str) -> str:
    return text


def _mended(text: str) -> str:
    return _COMMA.sub(r"\1", text)


def _mended_more(text: str) -> str:
    return _MISSING.sub(r"\1,\n\2", _mended(text).replace("&quot;", '"').replace("&amp;", "&"))
