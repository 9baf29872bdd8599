"""Headers as they are kept: a JSON list of [name, value]."""

import json
from collections.abc import Sequence
from functools import lru_cache

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def as_json(headers: Sequence[tuple[str, str]]) -> str:
    """Any headers."""
    return _encode(headers)


@lru_cache(256)
def sent_as_json(headers: tuple[tuple[str, str], ...]) -> str:
    """Those of a request: a crawl asks everywhere in the same way."""
    return _encode(headers)
