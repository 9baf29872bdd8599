"""What differs between the servers that speak OpenAI's protocol."""

import pytest

from tandem.inference.openai_backend import OpenAiBackend
from tandem.inference.wire import Wire
from tandem.inference.words import Description, Dialect, Endpoint, Message, Role
from tests.tandem.inference.asking import ask, endpoint, request
from tests.tandem.inference.script import Plan
from tests.tandem.inference.scripted_server import ScriptedServer


async def described(there: Endpoint) -> Description:
    async with Wire(there) as wire:
        found = await OpenAiBackend(there, wire).describe()
    assert isinstance(found, Description)
    return found


async def test_llama_cpp_tells_its_slots_and_answers_to_any_name(server: ScriptedServer) -> None:
    found = await described(endpoint(server.url, Dialect.OPENAI, model="whatever"))
    assert (found.slots, found.context, found.is_present, found.is_loaded) == (1, 4096, True, True)


@pytest.mark.parametrize(("model", "is_present"), [("tiny", True), ("large", False)])
async def test_others_have_the_models_that_they_list(
    server: ScriptedServer, model: str, is_present: bool
) -> None:
    server.script.is_llama_cpp = False
    found = await described(endpoint(server.url, Dialect.OPENAI, model=model))
    assert (found.is_present, found.slots) == (is_present, None)


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/"])
async def test_the_address_may_be_written_with_its_version(server: ScriptedServer, suffix: str) -> None:
    there = endpoint(server.url + suffix, Dialect.OPENAI)
    async with Wire(there) as wire:
        assert (await ask(OpenAiBackend(there, wire), there, request())).kind == "answered"
    assert server.script.paths == ["/v1/chat/completions"]


async def test_pictures_travel_within_the_message(server: ScriptedServer) -> None:
    there = endpoint(server.url, Dialect.OPENAI)
    picture = Message(Role.USER, "What is this?", (b"\x89PNG\r\n",))
    async with Wire(there) as wire:
        question = request()
        question = type(question)(messages=(picture,), lane=question.lane, max_tokens=5)
        await ask(OpenAiBackend(there, wire), there, question)
    (part,) = [one for one in server.script.calls[0]["messages"][0]["content"] if one["type"] == "image_url"]
    assert part["image_url"]["url"].startswith("data:image/png;base64,iVBOR")


@pytest.mark.parametrize(
    ("plan", "kind", "reason"),
    [
        (Plan(done_reason="content_filter", text="no"), "refused", "content_filter"),
        (Plan(done_reason="stop", text="yes"), "answered", "ok"),
        (Plan(error="no more memory", text="x" * 40), "unavailable", "server_error"),
    ],
)
async def test_ends_and_errors_have_their_outcomes(
    server: ScriptedServer, plan: Plan, kind: str, reason: str
) -> None:
    server.script.plan = plan
    there = endpoint(server.url, Dialect.OPENAI)
    async with Wire(there) as wire:
        outcome = await ask(OpenAiBackend(there, wire), there, request())
    assert (outcome.kind, outcome.reason) == (kind, reason)
