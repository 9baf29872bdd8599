"""What the ollama package is allowed to do, and for how long."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from tandem.inference.ollama_library import Library, Pulling
from tandem.inference.outcomes import Failure, Refused, TimedOut, Unavailable
from tandem.inference.words import Description
from tests.tandem.inference.asking import endpoint
from tests.tandem.inference.scripted_server import ScriptedServer
from tests.tandem.inference.simulated_clock import run_simulated

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def answering(handler: Handler) -> AsyncIterator[str]:
    """A server that does one thing, whatever it is asked."""
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", handler)
    runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_loaded_model_is_described_in_full(server: ScriptedServer) -> None:
    script = server.script
    script.is_loaded, script.loaded_context, script.gpu_share = True, 2048, 0.25
    script.capabilities = ("completion", "thinking")
    async with Library(endpoint(server.url)) as library:
        described = await library.describe()
    assert isinstance(described, Description)
    assert (described.context, described.most_context, described.is_loaded) == (2048, 131_072, True)
    assert described.gpu_share == 0.25
    assert "thinking" in described.capabilities
    assert described.digest.startswith("sha256:")


@pytest.mark.parametrize("name", ["tiny", "tiny:latest"])
async def test_a_name_without_a_tag_means_the_latest(server: ScriptedServer, name: str) -> None:
    async with Library(endpoint(server.url, model=name)) as library:
        described = await library.describe()
    assert isinstance(described, Description)
    assert described.is_present


async def test_a_missing_model_is_absent_and_the_others_are_named(server: ScriptedServer) -> None:
    async with Library(endpoint(server.url, model="large")) as library:
        described = await library.describe()
    assert isinstance(described, Description)
    assert not described.is_present
    assert described.others == ("tiny",)


async def test_a_pull_tells_how_far_it_is(server: ScriptedServer) -> None:
    server.script.is_present = False
    async with Library(endpoint(server.url)) as library:
        steps = [step async for step in library.pull()]
        described = await library.describe()
    assert steps[1] == Pulling("pulling ab", 500, 1000)
    assert isinstance(described, Description)
    assert described.is_present


async def described_by(handler: Handler) -> Description | Failure:
    async with answering(handler) as url, Library(endpoint(url)) as library:
        return await library.describe()


async def test_a_redirect_is_not_followed(server: ScriptedServer) -> None:
    async def elsewhere(request: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": server.url + request.path})

    assert isinstance(await described_by(elsewhere), Refused)
    assert server.script.paths == []


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b'{"models": 5}', b'{"models": [{"model": 7}]}', b"\xff", b""]
)
async def test_an_answer_that_is_none_is_garbage(body: bytes) -> None:
    async def garbage(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body)

    assert isinstance(await described_by(garbage), Unavailable)


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    found: list[Description | Failure] = []

    async def silent(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    async def work() -> None:
        found.append(await described_by(silent))

    assert run_simulated(work).jumped < 12
    assert isinstance(found[0], TimedOut | Unavailable)


async def test_no_server_is_no_error() -> None:
    async with Library(endpoint("http://127.0.0.1:1")) as library:
        assert isinstance(await library.describe(), Unavailable)
        assert [type(step) async for step in library.pull()] == [Unavailable]
