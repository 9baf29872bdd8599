"""How the scripted server answers, well or badly, whatever the protocol."""

import asyncio
import json
from typing import Any

from aiohttp import web

from tests.tandem.inference.script import Plan


def no(status: int, error: str, location: str = "") -> web.Response:
    """A refusal as Ollama words it."""
    return web.json_response(
        {"error": error}, status=status, headers={"Location": location} if location else {}
    )


def nope(status: int, message: str, kind: str, location: str = "", **extra: int) -> web.Response:
    """A refusal as OpenAI words it."""
    error = {"message": message, "type": kind, "code": status, **extra}
    return web.json_response(
        {"error": error}, status=status, headers={"Location": location} if location else {}
    )


async def opened(request: web.Request, plan: Plan, kind: str) -> web.StreamResponse:
    """The beginning of a stream."""
    if plan.stays_silent:
        await asyncio.Event().wait()
    response = web.StreamResponse(headers={"Content-Type": kind})
    await response.prepare(request)
    if plan.is_garbage:
        await response.write(b"<html><body>It works!</body></html>\n")
    if plan.line_bytes:
        for _ in range(plan.line_bytes // 65_536):
            await response.write(b"x" * 65_536)
    return response


async def in_trouble(request: web.Request, response: web.StreamResponse, plan: Plan, error: Any) -> bool:
    """Whether the stream ends here, in the way that is planned."""
    if plan.drops and request.transport is not None:
        request.transport.abort()
        return True
    if plan.error:
        if response.content_type == "text/event-stream":
            await event(response, error)
        else:
            await line(response, error)
    if plan.error or plan.ends_early or plan.drops:
        await response.write_eof()
        return True
    return False


async def line(response: web.StreamResponse, value: Any) -> None:
    """One line of JSON."""
    await response.write(json.dumps(value).encode() + b"\n")


async def event(response: web.StreamResponse, value: Any) -> None:
    """One server-sent event."""
    await response.write(b"data: " + json.dumps(value).encode() + b"\n\n")
