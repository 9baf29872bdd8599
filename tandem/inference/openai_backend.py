"""The protocol that vLLM, llama.cpp, LM Studio and others speak: server-sent events."""

import base64
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from tandem.inference.backend import Delta, End, Piece
from tandem.inference.outcomes import EmbedOutcome, Failure, Refused, Unavailable, Usage
from tandem.inference.refusal import error_of
from tandem.inference.told import amount, count
from tandem.inference.vectors import embedded
from tandem.inference.wire import Wire
from tandem.inference.words import PLAIN, ChatRequest, Description, Endpoint, Json, Manner, Message

_MILLISECONDS = 1000.0


class OpenAiBackend:
    """One model of an OpenAI-compatible server."""

    def __init__(self, endpoint: Endpoint, wire: Wire) -> None:
        self._endpoint = endpoint
        self._wire = wire

    async def chat(self, request: ChatRequest, manner: Manner = PLAIN) -> AsyncGenerator[Piece, None]:  # noqa: ARG002 - one manner serves all
        """Pieces of the answer; the last one is an End or a Failure."""
        reason, usage = "", Usage()
        async with aclosing(self._wire.lines("/v1/chat/completions", self._chat_body(request))) as lines:
            async for line in lines:
                if not isinstance(line, bytes):
                    yield line
                    return
                event = _event(line)
                if event == _DONE:
                    break
                if isinstance(event, Failure):
                    yield event
                    return
                if not isinstance(event, dict):
                    continue
                if "error" in event:
                    yield error_of(self._wire.clean(json.dumps(event)), self._endpoint)
                    return
                for delta in _deltas(event):
                    yield delta
                reason = _finish(event) or reason
                usage = usage_of(event, usage)
        if reason:
            yield Refused("model") if reason == "refusal" else End(reason, usage)
        else:
            yield Unavailable("cut", "the stream ended in the middle of the answer")

    async def embed(self, texts: Sequence[str]) -> EmbedOutcome:
        """One vector for each text."""
        body = {"model": self._endpoint.model, "input": list(texts), "encoding_format": "float"}
        answer = await self._wire.json("POST", "/v1/embeddings", body)
        if isinstance(answer, Failure):
            return answer
        data = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(answer, dict) or not isinstance(data, list):
            return Unavailable("garbage", "the answer has no data")
        rows = [row for row in data if isinstance(row, dict)]
        rows.sort(key=lambda row: count(row.get("index")))
        return embedded([row.get("embedding") for row in rows], len(texts), usage_of(answer, Usage()))

    async def describe(self) -> Description | Failure:
        """What the server lists; llama.cpp tells its slots as well."""
        listed = await self._wire.json("GET", "/v1/models")
        if isinstance(listed, Failure):
            return listed
        description = _listed(listed, self._endpoint.model)
        # only llama.cpp has this page; everyone else's refusal is no news
        properties = await self._wire.json("GET", "/props")
        return _with_properties(description, properties) if isinstance(properties, dict) else description

    async def release(self) -> None:
        """These servers keep their model as long as they run."""

    def _chat_body(self, request: ChatRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._endpoint.model,
            "messages": [_turn(message) for message in request.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "seed": request.seed,
        }
        if request.schema is not None:
            shape = {"name": "answer", "strict": True, "schema": request.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": shape}
        return body


_DONE = "[DONE]"


def _event(line: bytes) -> Json | Failure:
    """What stands behind `data:`; None for anything else."""
    if line.startswith(b"error:"):
        line = b'data: {"error": ' + line[6:] + b"}"
    if not line.startswith(b"data:"):
        return None if not line.strip() or b":" in line else Unavailable("garbage", "not an event stream")
    data = line[5:].strip()
    if data == _DONE.encode():
        return _DONE
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return Unavailable("garbage", "an event of the answer is not JSON")
    return value if isinstance(value, dict) else Unavailable("garbage", "an event of the answer is no object")


def _choice(event: dict[str, Any]) -> dict[str, Any]:
    choices = event.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def _deltas(event: dict[str, Any]) -> list[Delta]:
    delta = _choice(event).get("delta")
    if not isinstance(delta, dict):
        return []
    thought = delta.get("reasoning_content") or delta.get("reasoning")
    found = [Delta(thought, is_thought=True)] if isinstance(thought, str) and thought else []
    content = delta.get("content")
    return [*found, Delta(content)] if isinstance(content, str) and content else found


def _finish(event: dict[str, Any]) -> str:
    choice = _choice(event)
    delta = choice.get("delta")
    if isinstance(delta, dict) and delta.get("refusal"):
        return "refusal"
    reason = choice.get("finish_reason")
    return reason if isinstance(reason, str) else ""


def usage_of(event: dict[str, Any], before: Usage) -> Usage:
    """The counters of an event, where it has some."""
    usage, timings = event.get("usage"), event.get("timings")
    if isinstance(usage, dict):
        tokens = count(usage.get("prompt_tokens")), count(usage.get("completion_tokens"))
        before = replace(before, tokens_in=tokens[0], tokens_out=tokens[1])
    if isinstance(timings, dict):
        before = replace(
            before,
            prefill_seconds=amount(timings.get("prompt_ms")) / _MILLISECONDS,
            decode_seconds=amount(timings.get("predicted_ms")) / _MILLISECONDS,
        )
    return before


def _listed(listed: Json, model: str) -> Description:
    data = listed.get("data") if isinstance(listed, dict) else None
    rows = [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []
    names = tuple(str(row.get("id", "")) for row in rows)
    row = next((row for row in rows if row.get("id") == model), {})
    meta = row.get("meta") if isinstance(row.get("meta"), dict) else {}
    most = count(row.get("max_model_len")) or count((meta or {}).get("n_ctx_train"))
    return Description(
        model,
        is_present=model in names,
        context=count(row.get("max_model_len")) or None,
        most_context=most or None,
        others=tuple(name for name in names if name != model),
    )


def _with_properties(description: Description, properties: dict[str, Any]) -> Description:
    defaults = properties.get("default_generation_settings")
    context = count(defaults.get("n_ctx")) if isinstance(defaults, dict) else 0
    return replace(
        description,
        context=context or description.context,
        slots=count(properties.get("total_slots")) or None,
        is_loaded=True,
        is_present=True,  # llama.cpp has one model and answers to any name
    )


def _turn(message: Message) -> dict[str, Any]:
    if not message.images:
        return {"role": message.role, "content": message.content}
    parts: list[dict[str, Any]] = [{"type": "text", "text": message.content}]
    for image in message.images:
        address = f"data:{_media_type(image)};base64,{base64.b64encode(image).decode()}"
        parts.append({"type": "image_url", "image_url": {"url": address}})
    return {"role": message.role, "content": parts}


def _media_type(image: bytes) -> str:
    if image.startswith(b"\x89PNG"):
        return "image/png"
    return "image/webp" if image[8:12] == b"WEBP" else "image/jpeg"
