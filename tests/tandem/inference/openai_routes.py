"""The routes of an OpenAI-compatible server, and the page of llama.cpp about itself."""

from typing import Any

from aiohttp import web

from tests.tandem.inference.replies import event, in_trouble, nope, opened
from tests.tandem.inference.script import Plan, Script

Body = dict[str, Any]


class OpenAiRoutes:
    """One model behind them."""

    def __init__(self, script: Script) -> None:
        self.script = script

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        return [
            web.post("/v1/chat/completions", self.chat),
            web.post("/v1/embeddings", self.embed),
            web.get("/v1/models", self.models),
            web.get("/props", self.props),
        ]

    async def chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        script, plan = self.script, self.script.next_plan()
        script.calls.append(body)
        if not script.is_present or body["model"] != script.model:
            return nope(404, f"The model `{body['model']}` does not exist.", "NotFoundError")
        if not script.has_room():
            return nope(503, "Loading model", "unavailable_error")
        if plan.status != 200:
            return nope(plan.status, plan.error, "error", plan.location)
        async with script:
            await script.load(plan, script.context)
            said = "".join(str(turn["content"]) for turn in body["messages"])
            tokens, read, is_refused = script.read(said, refuses=script.overflow == "refuse")
            if is_refused:
                extra = {"n_prompt_tokens": tokens, "n_ctx": script.context}
                return nope(
                    400,
                    "the request exceeds the available context size",
                    "exceed_context_size_error",
                    **extra,
                )
            body["read"] = read
            shape = body.get("response_format", {}).get("json_schema", {}).get("schema")
            text = script.text(plan, body, shape)
            return await self._stream(request, body, plan, text, tokens)

    async def _stream(
        self, request: web.Request, body: Body, plan: Plan, text: str, tokens: int
    ) -> web.StreamResponse:
        response = await opened(request, plan, "text/event-stream")
        most = body.get("max_tokens", 128)
        await event(
            response, {"choices": [{"index": 0, "delta": {"role": "assistant"}, "finish_reason": None}]}
        )
        if plan.thinks:
            await event(response, {"choices": [{"index": 0, "delta": {"reasoning_content": plan.thinks}}]})
        written = 0
        async for piece in self.script.pieces(plan, text, most):
            await event(
                response, {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]}
            )
            written += 1
        if await in_trouble(request, response, plan, {"error": {"message": plan.error}}):
            return response
        is_cut = written == most and len(text) > written * 4
        reason = "length" if is_cut else plan.done_reason
        await event(response, _choice({}, reason))
        counted = tokens if plan.counts is None else plan.counts
        usage = {"prompt_tokens": counted, "completion_tokens": written, "total_tokens": counted + written}
        await event(
            response, {"choices": [], "usage": usage, "timings": {"prompt_ms": 5, "predicted_ms": 20.0}}
        )
        await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response

    async def embed(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.script.calls.append(body)
        plan = self.script.next_plan()
        if plan.status != 200:
            return nope(plan.status, plan.error, "error")
        tokens = [self.script.tokens(text) for text in body["input"]]
        if max(tokens, default=0) > self.script.context:
            return nope(400, "input length exceeds the context", "invalid_request_error")
        rows = [{"index": n, "embedding": self.script.vector(text)} for n, text in enumerate(body["input"])]
        return web.json_response({"data": rows[::-1], "usage": {"prompt_tokens": sum(tokens)}})

    async def models(self, request: web.Request) -> web.StreamResponse:
        names = [self.script.model] if self.script.is_present else ["other"]
        rows = [{"id": name, "object": "model", "meta": {"n_ctx_train": 131_072}} for name in names]
        return web.json_response({"object": "list", "data": rows})

    async def props(self, request: web.Request) -> web.StreamResponse:
        if not self.script.is_llama_cpp:
            return web.json_response({"detail": "Not Found"}, status=404)
        settings = {"n_ctx": self.script.context}
        return web.json_response({"total_slots": self.script.slots, "default_generation_settings": settings})


def _choice(delta: Body, reason: str | None = None) -> Body:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
