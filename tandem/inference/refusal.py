"""What a server's refusal means, read off its status and its words."""

import json
import re
from collections.abc import Sequence
from typing import Any

from tandem.inference.outcomes import Failure, Overflowed, Refused, Unavailable, Warming
from tandem.inference.words import Dialect, Endpoint

_OVERFLOW = re.compile(
    r"exceed_context_size|context_length_exceeded|maximum context length|input length exceeds"
    r"|exceeds? the (?:available |maximum )?context|context (?:size|length|window) exceeded"
    r"|too large to process|prompt (?:is )?too long|model is loaded with context length",
    re.IGNORECASE,
)
_MISSING = re.compile(r"model.{0,120}(?:not found|does not exist)|try pulling it", re.IGNORECASE)
_NEVER = {501, 505}  # the server is well and will not do this
_LOADING = re.compile(r"loading model|model is loading|still loading", re.IGNORECASE)
_ROOM = re.compile(
    r"(?:n_ctx\W+|batch size:\W+|context (?:length|size)(?: is| of)?(?: only)?\W+)(\d+)"
    r"|limit(?: is|:)? (\d+)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"n_prompt_tokens\W+(\d+)|\((\d+) tokens\) (?:exceeds|is too)|(\d+) (?:in the messages|input tokens)"
    r"|requested (\d+) tokens|request has (\d+)",
    re.IGNORECASE,
)


def failure_of(status: int, words: str, endpoint: Endpoint) -> Failure:
    """The outcome that an HTTP refusal stands for."""
    said = _message(words)
    if status in {429, 503}:
        return Warming("loading" if _LOADING.search(words) else "busy", said)
    if _LOADING.search(words):
        return Warming("loading", said)
    if _OVERFLOW.search(words):
        return overflow_of(words, endpoint)
    if status in {401, 403, 407}:
        return Refused("unauthorised", said or f"HTTP {status}")
    if status == 404 or (status == 400 and _MISSING.search(words)):
        return _missing(words, said, endpoint)
    if status >= 500 and status not in _NEVER:
        return Unavailable(f"http_{status}", said)
    return Refused("rejected", f"HTTP {status}: {said}" if said else f"HTTP {status}")


def error_of(words: str, endpoint: Endpoint) -> Failure:
    """The outcome that an error in the middle of a stream stands for."""
    if _OVERFLOW.search(words):
        return overflow_of(words, endpoint)
    if _LOADING.search(words):
        return Warming("loading", _message(words))
    return Unavailable("server_error", _message(words))


def overflow_of(words: str, endpoint: Endpoint) -> Overflowed:
    """The counts, as far as they are told."""
    asked, room = _number(_ASKED, words), _number(_ROOM, words)
    return Overflowed("announced", asked, room or endpoint.context)


def pull_command(endpoint: Endpoint) -> str:
    """The command that brings the model to the server."""
    return f"OLLAMA_HOST={endpoint.url} ollama pull {endpoint.model}"


def missing(endpoint: Endpoint, others: Sequence[str] = ()) -> Refused:
    """The model is not there; says how it comes there."""
    if endpoint.backend is Dialect.OPENAI:
        there = f"; it has {', '.join(others[:5])}" if others else ""
        return Refused("model_missing", f"the server at {endpoint.url} has no {endpoint.model}{there}")
    return Refused("model_missing", f"{endpoint.model} is not pulled: {pull_command(endpoint)}")


def _missing(words: str, said: str, endpoint: Endpoint) -> Failure:
    if not _MISSING.search(words):
        return Refused("rejected", f"HTTP 404: is {endpoint.backend} the protocol of {endpoint.url}?")
    return missing(endpoint) if endpoint.backend is Dialect.OLLAMA else Refused("model_missing", said)


def _message(words: str) -> str:
    try:
        value: Any = json.loads(words)
    except (ValueError, RecursionError):
        return words[:300]
    for key in ("error", "message", "detail"):
        if isinstance(value, dict) and key in value:
            value = value[key]
    return value[:300] if isinstance(value, str) else words[:300]


def _number(pattern: re.Pattern[str], words: str) -> int:
    match = pattern.search(words)
    return int(next(filter(None, match.groups()), "0")[:9]) if match else 0
