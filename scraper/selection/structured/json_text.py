"""Reads JSON as pages write it: in comments, with commas too many, with line breaks in texts."""

import json
import re
from typing import Any

# What wraps JSON in a script; looked for at the ends only, so that no page can make it costly.
_BEFORE = ("<!--", "<![CDATA[", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "/* <![CDATA[ */")
_AFTER = ("-->", "//]]>", "// ]]>", "/*]]>*/", "/* ]]> */", "]]>", ";")
_MOST_WRAPPINGS = 4
_COMMA = re.compile(r",([ \t\r\n]{0,200}[}\]])")
_MISSING = re.compile(r'(["}\]\d])([ \t\r]{0,50}\n[ \t\r\n]{0,200}")')
_decoder = json.JSONDecoder(parse_float=str, parse_int=str, strict=False)


def loads(text: str) -> Any:
    """The value, numbers as they are written, or nothing where it is no JSON even so."""
    text = _unwrapped(text)
    if text[:1] not in {"{", "[", '"'}:
        return None
    for attempt in (_same, _mended, _mended_more):
        try:
            value, _ = _decoder.raw_decode(attempt(text))
        except (ValueError, RecursionError):
            continue
        return value
    return None


def _unwrapped(text: str) -> str:
    text = text.strip()
    for _ in range(_MOST_WRAPPINGS):
        before = next((one for one in _BEFORE if text.startswith(one)), "")
        after = next((one for one in _AFTER if text.endswith(one)), "")
        if not before and not after:
            break
        text = text.removeprefix(before).removesuffix(after).strip()
    return text


def _same(text: str) -> str:
    return text


def _mended(text: str) -> str:
    return _COMMA.sub(r"\1", text)


def _mended_more(text: str) -> str:
    return _MISSING.sub(r"\1,\2", _mended(text).replace("&quot;", '"').replace("&amp;", "&"))
