"""What becomes of a request when the server is in trouble; and what is done about it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tandem.inference.model import Model
from tandem.inference.models import Models
from tandem.inference.outcomes import Answered, Embedded, Overflowed
from tandem.inference.words import Description, Dialect, Lane, Limits, Tier
from tests.tandem.inference.asking import COLOUR, endpoint, request
from tests.tandem.inference.script import WELL, Plan
from tests.tandem.inference.scripted_server import ScriptedServer

each_dialect = pytest.mark.parametrize("dialect", Dialect)
KEY = "sk-very-secret-0123456789"
LONG = "The ship left the harbour before dawn. " * 60


@asynccontextmanager
async def asking(
    server: ScriptedServer, lanes: Path, dialect: Dialect = Dialect.OLLAMA, **more: Any
) -> AsyncIterator[Model]:
    async with Models({Tier.FAST: endpoint(server.url, dialect, **more)}, lanes) as models:
        model = models.get(Tier.FAST)
        assert model is not None
        yield model


@each_dialect
@pytest.mark.parametrize(
    ("plan", "kind", "reason"),
    [
        (Plan(text='{"colour": "red", "count": 3}'), "answered", "ok"),
        (Plan(text='```json\n{"colour": "red", "count": 3}\n```'), "answered", "ok"),
        (Plan(text='{"colour": "blue", "count": 3}'), "invalid", "schema"),
        (Plan(text='{"colour": "red"}'), "invalid", "schema"),
        (Plan(text='{"colour": "red", "count": NaN}'), "invalid", "not_json"),
        (Plan(text="The colour is red."), "invalid", "not_json"),
        (Plan(text="[" * 200), "invalid", "not_json"),
        (Plan(text="  \n "), "invalid", "empty"),
        (Plan(text=""), "invalid", "empty"),
        (Plan(text="x" * 400), "truncated", "length"),
        (Plan(circles=" \n"), "truncated", "whitespace"),
        (Plan(circles="and so on, "), "truncated", "repetition"),
        (Plan(thinks="hm, let me see", text='{"colour": "red", "count": 0}'), "answered", "ok"),
        (Plan(status=503, error="Loading model"), "warming", "loading"),
        (Plan(status=429, error="too many requests"), "warming", "busy"),
        (Plan(status=500, error="the runner died"), "unavailable", "http_500"),
        (Plan(status=400, error="bad format"), "refused", "rejected"),
        (Plan(text="x" * 40, error="cuda error"), "unavailable", "server_error"),
        (Plan(text="x" * 40, error="context length exceeded"), "overflowed", "announced"),
        (Plan(text="x" * 40, drops=True), "unavailable", "cut"),
        (Plan(text="x" * 40, ends_early=True), "unavailable", "cut"),
        (Plan(is_garbage=True), "unavailable", "garbage"),
        (Plan(line_bytes=3 << 20), "unavailable", "garbage"),
    ],
)
async def test_every_trouble_has_its_outcome(
    server: ScriptedServer, lanes: Path, dialect: Dialect, plan: Plan, kind: str, reason: str
) -> None:
    server.script.plan = plan
    async with asyncio.timeout(20), asking(server, lanes, dialect) as model:
        outcome = await model.ask(request(schema=COLOUR))
        assert (outcome.kind, outcome.reason) == (kind, reason)
        server.script.plan = WELL
        assert isinstance(await model.ask(request(schema=COLOUR)), Answered), "the next one is fine"
        assert model.figures.outcomes[f"{kind}:{reason}"] >= 1


@each_dialect
async def test_redirects_are_not_followed(server: ScriptedServer, lanes: Path, dialect: Dialect) -> None:
    async with ScriptedServer() as other:
        server.script.plan = Plan(status=307, location=f"{other.url}/api/chat")
        async with asking(server, lanes, dialect) as model:
            outcome = await model.ask(request())
        assert (outcome.kind, outcome.reason) == ("refused", "redirect")
        assert other.script.paths == []


@each_dialect
async def test_proxies_of_the_environment_are_not_used(
    server: ScriptedServer, lanes: Path, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with asking(server, lanes, dialect) as model:
        assert isinstance(await model.ask(request()), Answered)
        assert isinstance(await model.describe(), Description)


@each_dialect
async def test_the_key_is_sent_to_its_server_and_told_to_nobody(
    server: ScriptedServer, lanes: Path, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_API_KEY", "of-somebody-else")
    server.script.key = KEY
    async with asking(server, lanes, dialect, api_key=KEY) as model:
        assert isinstance(await model.ask(request()), Answered)
        assert isinstance(await model.describe(), Description)
        server.script.key = "another"  # the server repeats what it was sent
        said = [
            await model.ask(request()),
            await model.describe(),
            await model.warm(Lane.BATCH),
            model.endpoint,
        ]
    assert not [one for one in said if KEY in f"{one} {one!r}"]
    assert said[0].kind == "refused"  # type: ignore[union-attr]
    server.script.key = ""
    async with asking(server, lanes, dialect) as model:
        await model.describe()
    assert "Authorization" not in {name.title() for name in server.script.headers[-1]}


async def test_ollama_is_told_to_cut_nothing_and_always_the_same_context(
    server: ScriptedServer, lanes: Path
) -> None:
    async with asking(server, lanes) as model:
        await model.ask(request(schema=COLOUR))
        await model.ask(request("another question", max_tokens=9))
        await model.embed(["a"], Lane.BATCH)
    chats = [call for call in server.script.calls if "messages" in call]
    assert [(call["truncate"], call["shift"], call["stream"]) for call in chats] == [(False, False, True)] * 2
    assert {call["options"]["num_ctx"] for call in server.script.calls} == {4096}
    assert chats[0]["format"] == COLOUR
    assert "think" not in chats[0]
    assert server.script.calls[-1]["truncate"] is False
    assert server.script.loads == 1


@each_dialect
@pytest.mark.parametrize("is_calibrated", [False, True])
async def test_a_prompt_cut_in_silence_is_an_overflow(
    server: ScriptedServer, lanes: Path, dialect: Dialect, is_calibrated: bool
) -> None:
    script = server.script
    script.overflow, script.context, script.characters_per_token = "halve", 600, 4.2
    async with asking(server, lanes, dialect, context=600) as model:
        for _ in range(4 if is_calibrated else 0):
            assert isinstance(await model.ask(request(LONG[:2000])), Answered)
        outcome = await model.ask(request((LONG * 2)[:2700]))
    assert isinstance(outcome, Overflowed)
    assert outcome.reason == "silent"
    assert outcome.tokens > 600


async def test_what_surely_does_not_fit_is_not_even_sent(server: ScriptedServer, lanes: Path) -> None:
    async with asking(server, lanes, context=600) as model:
        outcome = await model.ask(request("word " * 20_000))
    assert (outcome.kind, outcome.reason) == ("overflowed", "estimated")
    assert server.script.calls == []


@pytest.mark.parametrize(("overflow", "kind"), [("refuse", "answered"), ("halve", "overflowed")])
async def test_a_canary_at_the_head_tells_whether_it_was_read(
    server: ScriptedServer, lanes: Path, overflow: str, kind: str
) -> None:
    def attentive(body: dict[str, Any]) -> str:
        word = body["read"].partition("The check word is ")[2].partition(".")[0] or "heron"
        return f'{{"check": "{word}", "colour": "red", "count": 3}}'

    script = server.script
    script.answer, script.overflow = attentive, overflow
    script.plan = Plan(counts=900)  # a server that counts what it threw away
    text = "figures 12.5; " * (200 if overflow == "halve" else 20)
    async with asking(server, lanes, context=600) as model:
        outcome = await model.ask(request(text, schema=COLOUR, has_canary=True))
    assert outcome.kind == kind
    if isinstance(outcome, Answered):
        assert outcome.parsed == {"colour": "red", "count": 3}
    elif isinstance(outcome, Overflowed):
        assert outcome.reason == "canary"


@each_dialect
async def test_a_server_that_is_down_is_left_alone_and_found_again(
    server: ScriptedServer, lanes: Path, dialect: Dialect
) -> None:
    server.script.plan = Plan(status=500, error="out of order")
    async with asking(server, lanes, dialect) as model:
        outcomes = [await model.ask(request()) for _ in range(5)]
        assert [outcome.reason for outcome in outcomes] == ["http_500"] * 3 + ["resting"] * 2
        assert len(server.script.calls) == 3
        model.breaker.wake()
        server.script.plan = WELL
        assert isinstance(await model.ask(request()), Answered)
        asked = [call.get("max_tokens") or call["options"]["num_predict"] for call in server.script.calls]
    assert asked[3:] == [1, 64], "first a probe of one token"


async def test_a_model_that_is_not_pulled_names_the_command(server: ScriptedServer, lanes: Path) -> None:
    server.script.is_present = False
    async with asking(server, lanes) as model:
        outcomes = [await model.ask(request()), await model.warm(Lane.INTERACTIVE)]
    for outcome in outcomes:
        assert getattr(outcome, "reason", "") == "model_missing"
        assert f"OLLAMA_HOST={server.url} ollama pull tiny" in str(outcome)


@pytest.mark.parametrize(
    ("rejected", "flags"),
    [
        (frozenset[str](), {"truncate", "shift"}),
        (frozenset({"shift"}), {"truncate"}),
        (frozenset({"truncate", "shift"}), set[str]()),
    ],
)
async def test_warming_finds_the_flags_that_a_server_takes(
    server: ScriptedServer, lanes: Path, rejected: frozenset[str], flags: set[str]
) -> None:
    server.script.rejected_fields = rejected
    async with asking(server, lanes) as model:
        await model.warm(Lane.BATCH)
        assert isinstance(await model.ask(request()), Answered)
    assert server.script.calls[-1].keys() & {"truncate", "shift"} == flags


@pytest.mark.parametrize(
    ("capabilities", "needed", "think", "obeys"),
    [
        (("completion",), "any", None, True),
        (("completion", "thinking"), False, False, True),
        (("completion", "thinking"), "low", "low", True),
        (("completion", "thinking"), None, None, True),
        (("completion", "thinking"), "never", None, False),
        (("completion",), "never", None, False),
    ],
)
async def test_warming_finds_the_thinking_with_which_schemas_work(
    server: ScriptedServer,
    lanes: Path,
    capabilities: tuple[str, ...],
    needed: object,
    think: object,
    obeys: bool,
) -> None:
    server.script.capabilities, server.script.schema_needs_think = capabilities, needed
    async with asking(server, lanes) as model:
        probed = await model.warm(Lane.BATCH)
        assert getattr(probed, "obeys_schema", None) is obeys
        assert model.manner.think == think
        await model.ask(request())
    assert server.script.calls[-1].get("think") == think


async def test_a_thinking_model_is_probed_before_it_is_asked(server: ScriptedServer, lanes: Path) -> None:
    script = server.script
    script.capabilities, script.schema_needs_think = ("completion", "thinking"), False
    async with asking(server, lanes) as model:
        outcomes = await asyncio.gather(*(model.ask(request(schema=COLOUR)) for _ in range(3)))
    assert [outcome.kind for outcome in outcomes] == ["answered"] * 3
    assert len(script.calls) == 2 + 3, "one probe for all"


async def test_a_model_that_does_not_think_is_asked_at_once(server: ScriptedServer, lanes: Path) -> None:
    async with asking(server, lanes) as model:
        await model.ask(request())
        await model.ask(request())
    assert len(server.script.calls) == 2
    assert server.script.paths.count("/api/tags") == 1


async def test_a_server_is_asked_anew_after_it_was_in_trouble(server: ScriptedServer, lanes: Path) -> None:
    async with asking(server, lanes) as model:
        await model.ask(request())
        server.script.plans.append(Plan(status=500, error="gone"))
        await model.ask(request())
        server.script.is_loaded = False  # it was started again, and has loaded nothing yet
        await model.ask(request(limits=Limits(total_seconds=20)))
    assert server.script.loads == 2
    assert [call["options"]["num_predict"] for call in server.script.calls] == [64, 64, 1, 64]


async def test_a_refused_flag_is_left_out_the_second_time(server: ScriptedServer, lanes: Path) -> None:
    server.script.rejected_fields = frozenset({"shift"})
    async with asking(server, lanes) as model:
        assert isinstance(await model.ask(request()), Answered)
        assert (model.manner.has_truncate, model.manner.has_shift) == (True, False)


async def test_a_server_that_refuses_everything_is_probed_once(server: ScriptedServer, lanes: Path) -> None:
    server.script.plan = Plan(status=400, error="no")
    async with asking(server, lanes) as model:
        outcomes = [await model.ask(request()) for _ in range(10)]
    assert {outcome.reason for outcome in outcomes} == {"rejected"}
    assert len(server.script.calls) == 10 + 3


async def test_a_missing_model_is_not_asked(server: ScriptedServer, lanes: Path) -> None:
    server.script.is_present = False
    async with asking(server, lanes) as model:
        assert (await model.ask(request())).reason == "model_missing"
        assert server.script.calls == []
        server.script.is_present = True
        assert isinstance(await model.ask(request()), Answered), "it was pulled meanwhile"


async def test_a_server_that_forgets_kept_tokens_is_not_suspected_of_cutting(
    server: ScriptedServer, lanes: Path
) -> None:
    server.script.counts_kept_tokens = False
    async with asking(server, lanes) as model:
        await model.warm(Lane.BATCH)
        outcomes = [await model.ask(request(LONG)) for _ in range(2)]
    assert [outcome.kind for outcome in outcomes] == ["answered", "answered"]


async def test_requests_in_flight_never_exceed_the_slots(server: ScriptedServer, lanes: Path) -> None:
    server.script.slots, server.script.plan = 8, Plan(token_seconds=0.002)
    async with asking(server, lanes, slots=3) as model:
        outcomes = await asyncio.gather(*(model.ask(request()) for _ in range(12)))
    assert all(isinstance(outcome, Answered) for outcome in outcomes)
    assert server.script.most_busy == 2, "the third is for people"
    assert any(outcome.usage.queue_seconds > 0 for outcome in outcomes)


async def test_a_cancelled_request_frees_its_slot_here_and_there(server: ScriptedServer, lanes: Path) -> None:
    began = asyncio.Event()
    server.script.plans.append(Plan(text="x" * 40, stalls=True))
    async with asking(server, lanes) as model, asyncio.timeout(20):
        task = asyncio.create_task(model.ask(request(), lambda _: began.set()))
        await began.wait()
        assert model.figures.in_flight == 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        assert isinstance(await model.ask(request()), Answered), "there is only one slot"
        assert model.figures.in_flight == 0
    assert server.script.aborted == 1


async def test_words_are_handed_on_as_they_come(server: ScriptedServer, lanes: Path) -> None:
    server.script.plan = Plan(thinks="hm", text="one two three four")
    heard: list[str] = []
    hear: Callable[[str], None] = heard.append
    async with asking(server, lanes) as model:
        outcome = await model.ask(request(), hear)
    assert isinstance(outcome, Answered)
    assert "".join(heard) == outcome.text == "one two three four"
    assert len(heard) > 1


async def test_a_long_text_refuses_all_vectors_and_cuts_none(server: ScriptedServer, lanes: Path) -> None:
    async with asking(server, lanes) as model:
        assert isinstance(await model.embed(["a", "b"], Lane.BATCH), Embedded)
        outcome = await model.embed(["a", "word " * 9000], Lane.BATCH)
    assert outcome.kind == "overflowed"


async def test_embedding_waits_for_a_slot_no_longer_than_it_may(server: ScriptedServer, lanes: Path) -> None:
    began = asyncio.Event()
    server.script.plans.append(Plan(text="x" * 40, stalls=True))
    async with asking(server, lanes) as model, asyncio.timeout(20):
        task = asyncio.create_task(model.ask(request(), lambda _: began.set()))
        await began.wait()
        outcome = await model.embed(["a"], Lane.BATCH, Limits(queue_seconds=0.01))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert (outcome.kind, outcome.reason) == ("timed_out", "queue")


@pytest.mark.parametrize(("loaded", "expected"), [(2048, 2048), (0, 4096)])
async def test_the_context_that_counts_is_the_loaded_one(
    server: ScriptedServer, lanes: Path, loaded: int, expected: int
) -> None:
    async with asking(server, lanes) as model:
        server.script.is_loaded, server.script.loaded_context = bool(loaded), loaded
        await model.describe()
        assert model.context == expected
