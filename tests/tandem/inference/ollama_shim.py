"""Ollama's routes in front of a real llama.cpp server, as far as anyone here asks for them."""

import json
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

Body = dict[str, Any]
_DIGEST = "sha256:" + "cd" * 32


class OllamaShim:
    """Listens on loopback while it is held."""

    def __init__(self, llama: str, embedder: str = "") -> None:
        self._llama = llama
        self._embedder = embedder
        self.url = ""

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        app = web.Application(client_max_size=1 << 26)
        app.add_routes(
            [
                web.post("/api/chat", self._chat),
                web.post("/api/embed", self._embed),
                web.post("/api/generate", self._generate),
                web.post("/api/show", self._show),
                web.get("/api/tags", self._tags),
                web.get("/api/ps", self._tags),
            ]
        )
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        async with self._session.post(f"{self._llama}/v1/chat/completions", json=_translated(body)) as answer:
            if answer.status != 200:
                error = json.dumps(await answer.json())
                return web.json_response({"error": error}, status=answer.status)
            response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
            await response.prepare(request)
            reason, usage = "stop", Body()
            async for line in answer.content:
                if not line.startswith(b"data: {"):
                    continue
                event = json.loads(line[6:])
                usage = event.get("usage") or usage
                for choice in event["choices"]:
                    reason = choice["finish_reason"] or reason
                    message = {"role": "assistant", "content": choice["delta"].get("content") or ""}
                    await _line(response, {"model": body["model"], "message": message, "done": False})
            counts = {"prompt_eval_count": usage["prompt_tokens"], "eval_count": usage["completion_tokens"]}
            last = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": reason}
            await _line(response, {"model": body["model"], **last, **counts, "load_duration": 1})
            await response.write_eof()
            return response

    async def _embed(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        asked = {"model": body["model"], "input": body["input"]}
        async with self._session.post(f"{self._embedder}/v1/embeddings", json=asked) as answer:
            said = await answer.json()
            if answer.status != 200:
                return web.json_response({"error": json.dumps(said)}, status=answer.status)
        vectors = [row["embedding"] for row in said["data"]]
        return web.json_response({"embeddings": vectors, "prompt_eval_count": said["usage"]["prompt_tokens"]})

    async def _generate(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"model": "tiny", "response": "", "done": True, "done_reason": "unload"})

    async def _show(self, request: web.Request) -> web.StreamResponse:
        async with self._session.get(f"{self._llama}/v1/models") as answer:
            meta = (await answer.json())["data"][0]["meta"]
        info = {"general.architecture": "llama", "llama.context_length": meta["n_ctx_train"]}
        return web.json_response({"model_info": info, "capabilities": ["completion"], "details": {}})

    async def _tags(self, request: web.Request) -> web.StreamResponse:
        async with self._session.get(f"{self._llama}/v1/models") as answer:
            row = (await answer.json())["data"][0]
        size = row["meta"]["size"]
        told = {"name": "tiny:latest", "model": "tiny:latest", "digest": _DIGEST, "size": size}
        return web.json_response(
            {"models": [{**told, "size_vram": 0, "context_length": row["meta"]["n_ctx"]}]}
        )


def _translated(body: Body) -> Body:
    """Flags that llama.cpp does not know are left out; it never cuts a prompt."""
    options = body["options"]
    asked = {
        "model": body["model"],
        "messages": body["messages"],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": options["num_predict"],
        "temperature": options["temperature"],
        "seed": options["seed"],
    }
    if "format" in body:
        shape = {"name": "answer", "strict": True, "schema": body["format"]}
        asked["response_format"] = {"type": "json_schema", "json_schema": shape}
    return asked


async def _line(response: web.StreamResponse, value: Body) -> None:
    await response.write(json.dumps(value).encode() + b"\n")
