"""A model server that speaks Ollama's and OpenAI's routes over real sockets and follows a script.

As a process: python -m tests.tandem.inference.scripted_server [--port N] [--set NAME=JSON]…
"""

import argparse
import asyncio
import json
import sys
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.tandem.inference.ollama_routes import OllamaRoutes
from tests.tandem.inference.openai_routes import OpenAiRoutes
from tests.tandem.inference.script import Plan, Script


class ScriptedServer:
    """The server, listening on loopback while it is held."""

    def __init__(self, script: Script | None = None, port: int = 0) -> None:
        self.script = script or Script()
        self._port = port
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 28, middlewares=[self._note])
        for routes in (OllamaRoutes(self.script), OpenAiRoutes(self.script)):
            app.add_routes(routes.routes())
        # a client that goes away ends its request, as in the real servers
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @web.middleware
    async def _note(self, request: web.Request, handler: Any) -> web.StreamResponse:
        script = self.script
        script.paths.append(request.path)
        script.headers.append(dict(request.headers))
        if script.key and request.headers.get("Authorization") != f"Bearer {script.key}":
            sent = request.headers.get("Authorization", "nothing")
            return web.json_response({"error": f"wrong key: {sent}"}, status=401)
        response = await handler(request)
        assert isinstance(response, web.StreamResponse)
        return response


async def _serve(script: Script, port: int) -> None:
    async with ScriptedServer(script, port) as server:
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=JSON", help="a field of the script"
    )
    parser.add_argument(
        "--plan", action="append", default=[], metavar="NAME=JSON", help="a field of the plan"
    )
    given = parser.parse_args()
    fields = [
        {n: json.loads(v) for n, _, v in (one.partition("=") for one in many)}
        for many in (given.set, given.plan)
    ]
    asyncio.run(_serve(Script(**fields[0], plan=Plan(**fields[1])), given.port))


if __name__ == "__main__":
    main()
