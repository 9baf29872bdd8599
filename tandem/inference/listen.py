"""Listens to an answer until it ends, goes in circles, or stays away."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace

from tandem.inference.backend import Delta, End, Piece
from tandem.inference.draft import Draft
from tandem.inference.outcomes import (
    Answered,
    ChatOutcome,
    Invalid,
    Refused,
    TimedOut,
    Truncated,
    Unavailable,
    Usage,
)
from tandem.inference.schema import problem_with
from tandem.inference.words import ChatRequest, Endpoint, Json

OnText = Callable[[str], None]
_FENCE = re.compile(r"\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for the first piece, for each next one, until the end of all."""

    first: float
    idle: float
    total: float | None = None

    @classmethod
    def of(cls, request: ChatRequest, endpoint: Endpoint, spent: float = 0.0) -> "Patience":
        """As the request says, else as the endpoint does."""
        limits = request.limits
        total = None if limits.total_seconds is None else max(limits.total_seconds - spent, 0.0)
        return cls(
            limits.first_seconds or endpoint.first_seconds,
            limits.idle_seconds or endpoint.timeout_seconds,
            total,
        )


async def listen(
    pieces: AsyncGenerator[Piece, None],
    request: ChatRequest,
    patience: Patience,
    on_text: OnText | None = None,
) -> ChatOutcome:
    """The outcome; whatever it is, and when cancelled, too, the stream is closed."""
    began = asyncio.get_running_loop().time()
    async with aclosing(pieces):
        outcome = await _hear(pieces, Draft(request), request, patience, on_text)
    seconds = asyncio.get_running_loop().time() - began
    return replace(outcome, usage=replace(outcome.usage, total_seconds=seconds))


async def _hear(
    pieces: AsyncGenerator[Piece, None],
    draft: Draft,
    request: ChatRequest,
    patience: Patience,
    on_text: OnText | None,
) -> ChatOutcome:
    time = asyncio.get_running_loop().time
    end = None if patience.total is None else time() + patience.total
    stage, wait = "first", patience.first
    while True:
        until = time() + wait
        try:
            async with asyncio.timeout_at(until if end is None else min(until, end)):
                piece = await anext(pieces, None)
        except TimeoutError:
            if end is not None and end <= until:
                return TimedOut("total", request.limits.total_seconds or 0.0)
            return TimedOut(stage, wait)
        stage, wait = "idle", patience.idle
        if isinstance(piece, Delta):
            loop = draft.add(piece.text, is_thought=piece.is_thought)
            if loop:
                return Truncated(loop, draft.text)
            if on_text is not None and not piece.is_thought and piece.text:
                on_text(piece.text)
        elif isinstance(piece, End):
            return judge(draft.text, piece, request)
        else:
            return piece or Unavailable("cut", "the stream ended in the middle of the answer")


def judge(text: str, end: End, request: ChatRequest) -> ChatOutcome:
    """What a whole answer is worth."""
    if end.reason == "length":
        return Truncated("length", text, end.usage)
    if end.reason == "content_filter":
        return Refused("content_filter", usage=end.usage)
    if not text.strip():
        return Invalid("empty", "the answer has no words", text, end.usage)
    if request.schema is None:
        return Answered(text, None, end.usage)
    return _parsed(text, end.usage, request)


def _parsed(text: str, usage: Usage, request: ChatRequest) -> ChatOutcome:
    fenced = _FENCE.fullmatch(text)
    try:
        value: Json = json.loads(fenced[1] if fenced else text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return Invalid("not_json", "the answer is not JSON", text, usage)
    problem = problem_with(value, request.schema or {})
    if problem:
        return Invalid("schema", problem, text, usage)
    return Answered(text, value, usage)


def _no_number(name: str) -> Json:
    raise ValueError(name)
