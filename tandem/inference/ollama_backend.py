"""Ollama's own protocol: a constant context, no silent cut, answers line by line."""

import base64
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

from tandem.inference.backend import Delta, End, Piece
from tandem.inference.outcomes import EmbedOutcome, Failure, Unavailable, Usage
from tandem.inference.refusal import error_of
from tandem.inference.told import count
from tandem.inference.vectors import embedded
from tandem.inference.wire import Wire
from tandem.inference.words import PLAIN, ChatRequest, Description, Endpoint, Manner, Message

_NANOSECONDS = 1e9


class OllamaBackend:
    """One model of an Ollama server."""

    def __init__(self, endpoint: Endpoint, wire: Wire) -> None:
        self._endpoint = endpoint
        self._wire = wire

    async def chat(self, request: ChatRequest, manner: Manner = PLAIN) -> AsyncGenerator[Piece, None]:
        """Pieces of the answer; the last one is an End or a Failure."""
        async with aclosing(self._wire.lines("/api/chat", self._chat_body(request, manner))) as lines:
            async for line in lines:
                if not isinstance(line, bytes):
                    yield line
                    return
                if not line.strip():
                    continue
                for piece in self._pieces(line):
                    yield piece
                    if not isinstance(piece, Delta):
                        return

    async def embed(self, texts: Sequence[str]) -> EmbedOutcome:
        """One vector for each text."""
        body = self._body() | {
            "input": list(texts),
            "truncate": False,
            "options": {"num_ctx": self._endpoint.context},
        }
        answer = await self._wire.json("POST", "/api/embed", body)
        if isinstance(answer, Failure):
            return answer
        if not isinstance(answer, dict):
            return Unavailable("garbage", "the answer is no object")
        return embedded(answer.get("embeddings"), len(texts), usage_of(answer))

    async def describe(self) -> Description | Failure:
        """What the server lists, has loaded, and knows of the model."""
        # The package costs half a second to import, which only runs with a model should pay.
        from tandem.inference.ollama_library import Library  # noqa: PLC0415

        async with Library(self._endpoint) as library:
            return await library.describe()

    async def release(self) -> None:
        """Lets the model go out of memory."""
        body = self._body() | {"keep_alive": 0}
        await self._wire.json("POST", "/api/generate", body)

    def _body(self) -> dict[str, Any]:
        keep = self._endpoint.keep_alive
        is_number = keep.lstrip("-").isdigit()
        return {"model": self._endpoint.model, "keep_alive": int(keep) if is_number else keep}

    def _chat_body(self, request: ChatRequest, manner: Manner) -> dict[str, Any]:
        body = self._body() | {
            "messages": [_turn(message) for message in request.messages],
            "stream": True,
            # num_ctx never varies: another value would load the model anew
            "options": {
                "num_ctx": self._endpoint.context,
                "num_predict": request.max_tokens,
                "temperature": request.temperature,
                "seed": request.seed,
            },
        }
        if request.schema is not None:
            body["format"] = request.schema
        if manner.has_truncate:
            body["truncate"] = False
        if manner.has_shift:
            body["shift"] = False
        if manner.think is not None:
            body["think"] = manner.think
        return body

    def _pieces(self, line: bytes) -> list[Piece]:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            return [Unavailable("garbage", "a line of the answer is not JSON")]
        if not isinstance(value, dict):
            return [Unavailable("garbage", "a line of the answer is no object")]
        if "error" in value:
            return [error_of(self._wire.clean(json.dumps(value)), self._endpoint)]
        if value.get("done") is not True:
            return [_delta(value)]
        reason = value.get("done_reason")
        end = End(reason if isinstance(reason, str) else "stop", usage_of(value))
        return [_delta(value), end] if isinstance(value.get("message"), dict) else [end]


def usage_of(value: dict[str, Any]) -> Usage:
    """The counters of a last line."""
    return Usage(
        tokens_in=count(value.get("prompt_eval_count")),
        tokens_out=count(value.get("eval_count")),
        load_seconds=count(value.get("load_duration")) / _NANOSECONDS,
        prefill_seconds=count(value.get("prompt_eval_duration")) / _NANOSECONDS,
        decode_seconds=count(value.get("eval_duration")) / _NANOSECONDS,
    )


def _delta(value: dict[str, Any]) -> Piece:
    message = value.get("message")
    if not isinstance(message, dict):
        return Unavailable("garbage", "a line of the answer has no message")
    content, thought = message.get("content"), message.get("thinking")
    if isinstance(content, str) and content:
        return Delta(content)
    return Delta(thought if isinstance(thought, str) else "", is_thought=True)


def _turn(message: Message) -> dict[str, Any]:
    turn: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.images:
        turn["images"] = [base64.b64encode(image).decode() for image in message.images]
    return turn
