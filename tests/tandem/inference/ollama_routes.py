"""The routes of an Ollama server, as far as anyone here uses them."""

import json
from typing import Any

from aiohttp import web

from tests.tandem.inference.replies import in_trouble, line, no, opened
from tests.tandem.inference.script import Plan, Script

NANOSECONDS = 1_000_000_000
_DIGEST = "sha256:" + "ab" * 32
Body = dict[str, Any]


class OllamaRoutes:
    """One model behind them."""

    def __init__(self, script: Script) -> None:
        self.script = script

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        return [
            web.post("/api/chat", self.chat),
            web.post("/api/generate", self.generate),
            web.post("/api/embed", self.embed),
            web.get("/api/tags", self.tags),
            web.get("/api/ps", self.ps),
            web.post("/api/show", self.show),
            web.post("/api/pull", self.pull),
        ]

    async def chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        script, plan = self.script, self.script.next_plan()
        script.calls.append(body)
        if not script.is_present or body["model"] != script.model:
            return no(404, f"model '{body['model']}' not found")
        rejected = script.rejected_fields & body.keys()
        if rejected:
            return no(400, f"unknown field {min(rejected)}")
        if not script.has_room():
            return no(503, "server busy, please try again.  maximum pending requests exceeded")
        if plan.status != 200:
            return no(plan.status, plan.error, plan.location)
        options = body.get("options", {})
        async with script:
            await script.load(plan, options.get("num_ctx", 4096))
            said = "".join(turn["content"] for turn in body["messages"])
            refuses = script.overflow == "refuse" and body.get("truncate") is False and script.honours_flags
            tokens, read, is_refused = script.read(said, refuses=refuses)
            if is_refused:
                return no(400, _overflow(tokens, script.loaded_context))
            body["read"] = read
            text = script.text(plan, body, body.get("format"))
            return await self._stream(request, body, plan, text, tokens)

    async def _stream(
        self, request: web.Request, body: Body, plan: Plan, text: str, tokens: int
    ) -> web.StreamResponse:
        response = await opened(request, plan, "application/x-ndjson")
        most = body["options"].get("num_predict", 128)
        if plan.thinks:
            await line(
                response,
                {"message": {"role": "assistant", "content": "", "thinking": plan.thinks}, "done": False},
            )
        written = 0
        async for piece in self.script.pieces(plan, text, most):
            message = {"role": "assistant", "content": piece}
            await line(response, {"model": body["model"], "message": message, "done": False})
            written += 1
        if await in_trouble(request, response, plan, {"error": plan.error}):
            return response
        is_cut = written == most and len(text) > written * 4
        last = {
            "model": body["model"],
            "message": {"role": "assistant", "content": ""},
            "done": True,
            "done_reason": "length" if is_cut else plan.done_reason,
            "total_duration": NANOSECONDS,
            "load_duration": int(plan.load_seconds * NANOSECONDS),
            "prompt_eval_count": tokens if plan.counts is None else plan.counts,
            "prompt_eval_duration": int(plan.prefill_seconds * NANOSECONDS),
            "eval_count": written,
            "eval_duration": int(max(plan.token_seconds, 0.001) * written * NANOSECONDS),
        }
        await line(response, last)
        await response.write_eof()
        return response

    async def generate(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.script.is_loaded = body.get("keep_alive") != 0
        return web.json_response(
            {"model": body["model"], "response": "", "done": True, "done_reason": "unload"}
        )

    async def embed(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.script.calls.append(body)
        plan = self.script.next_plan()
        if plan.status != 200:
            return no(plan.status, plan.error)
        tokens = [self.script.tokens(text) for text in body["input"]]
        if max(tokens, default=0) > self.script.context and body.get("truncate") is False:
            return no(400, "the input length exceeds the context length")
        vectors = [self.script.vector(text) for text in body["input"]]
        return web.json_response(
            {"embeddings": vectors, "prompt_eval_count": sum(tokens), "load_duration": 5}
        )

    async def tags(self, request: web.Request) -> web.StreamResponse:
        names = [self.script.model] if self.script.is_present else ["other:1b"]
        rows = [{"name": name, "model": name, "digest": _DIGEST, "size": 1000} for name in names]
        return web.json_response({"models": rows})

    async def ps(self, request: web.Request) -> web.StreamResponse:
        script = self.script
        row = {
            "name": script.model,
            "model": script.model,
            "digest": _DIGEST,
            "size": 1000,
            "size_vram": int(1000 * script.gpu_share),
            "context_length": script.loaded_context,
        }
        return web.json_response({"models": [row] if script.is_loaded else []})

    async def show(self, request: web.Request) -> web.StreamResponse:
        info = {"general.architecture": "llama", "llama.context_length": 131_072}
        capabilities = list(self.script.capabilities)
        return web.json_response({"model_info": info, "capabilities": capabilities, "details": {}})

    async def pull(self, request: web.Request) -> web.StreamResponse:
        response = await opened(request, Plan(), "application/x-ndjson")
        for step in (
            {"status": "pulling manifest"},
            {"status": "pulling ab", "digest": _DIGEST, "total": 1000, "completed": 500},
            {"status": "success"},
        ):
            await line(response, step)
        self.script.is_present = True
        await response.write_eof()
        return response


def _overflow(tokens: int, context: int) -> str:
    return json.dumps(
        {
            "error": {
                "code": 400,
                "message": f"request ({tokens} tokens) exceeds the available context size ({context} tokens)",
                "type": "exceed_context_size_error",
                "n_prompt_tokens": tokens,
                "n_ctx": context,
            }
        }
    )
