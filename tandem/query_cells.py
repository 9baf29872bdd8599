"""One value of an answer as text for people, or as JSON for programs."""

import base64
import datetime
import json
import math
from collections.abc import Sequence
from decimal import Decimal

BINARY = "base64:"  # before bytes that are no UTF-8 text


def as_cell(value: object, printable: bool = True) -> str:
    """A value on one line; with `printable`, without what could steer a terminal."""
    if value is None:
        text = ""
    elif isinstance(value, str | bytes | datetime.date | datetime.time | bool | int | float | Decimal):
        plain = _plain(value)
        text = plain if isinstance(plain, str) else _number(value)
    else:
        text = json.dumps(_plain(value), ensure_ascii=False)
    return _on_one_line(text) if printable else text


def as_json(names: Sequence[str], row: Sequence[object], parsed: Sequence[bool]) -> str:
    """A row as one JSON object; text of JSON columns becomes what it says."""
    values = (_parsed(v) if is_json else _plain(v) for v, is_json in zip(row, parsed, strict=True))
    return json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False, allow_nan=False)


def shortened(text: str, width: int) -> str:
    """At most `width` characters; the last one says that there were more."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


def _parsed(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else _plain(value)


def _plain(value: object) -> object:
    """A value as JSON can hold it."""
    if isinstance(value, bytes):
        return _text(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and _scale(value) == 0 else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, str | int) else str(value)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return BINARY + base64.b64encode(value).decode()


def _number(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def _scale(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _on_one_line(text: str) -> str:
    if text.isprintable():
        return text
    spaced = " ".join(text.split())
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in spaced)
