"""How long a model is waited for, on a clock that jumps."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tandem.inference.models import Models
from tandem.inference.outcomes import ChatOutcome, TimedOut, Warming
from tandem.inference.words import Dialect, Lane, Limits, Tier
from tests.tandem.inference.asking import COLOUR, endpoint, request
from tests.tandem.inference.script import Plan, Script
from tests.tandem.inference.scripted_server import ScriptedServer
from tests.tandem.inference.simulated_clock import Passed, run_simulated

TEXT = "a sentence that takes its time " * 4


def asked(script: Script, lanes: Path, limits: Limits, dialect: Dialect) -> tuple[ChatOutcome, Passed]:
    """What came of one request, and after how many seconds."""
    outcomes: list[ChatOutcome] = []

    async def work() -> None:
        async with ScriptedServer(script) as server:
            there = endpoint(server.url, dialect, timeout_seconds=60.0, first_seconds=900.0)
            async with Models({Tier.DEEP: there}, lanes) as models:
                model = models.get(Tier.DEEP)
                assert model is not None
                outcomes.append(await model.ask(request(limits=limits)))

    passed = run_simulated(work)
    return outcomes[0], passed


@pytest.mark.parametrize("dialect", Dialect)
@pytest.mark.parametrize(
    ("plan", "limits", "expected", "least", "most"),
    [
        (Plan(prefill_seconds=400), Limits(), "answered:ok", 400, 402),
        (Plan(load_seconds=500, prefill_seconds=300), Limits(), "answered:ok", 800, 802),
        (Plan(text=TEXT, token_seconds=59), Limits(), "answered:ok", 31 * 59, 32 * 59),
        (Plan(text=TEXT, stalls=True, after_tokens=3), Limits(), "timed_out:idle", 60, 61),
        (Plan(prefill_seconds=5000), Limits(), "timed_out:first", 900, 901),
        (Plan(stays_silent=True), Limits(first_seconds=30), "timed_out:first", 30, 31),
        (Plan(text=TEXT, token_seconds=20), Limits(idle_seconds=10), "timed_out:idle", 10, 11),
        (Plan(text=TEXT, token_seconds=2), Limits(total_seconds=9), "timed_out:total", 9, 10),
        (Plan(prefill_seconds=5), Limits(total_seconds=0.9), "timed_out:total", 0.9, 1.5),
    ],
)
def test_a_model_is_waited_for_as_long_as_it_lives(
    lanes: Path,
    dialect: Dialect,
    plan: Plan,
    limits: Limits,
    expected: str,
    least: float,
    most: float,
) -> None:
    is_loaded = bool(limits.total_seconds or limits.first_seconds)  # else it would be loaded first
    script = Script(plan=plan, is_loaded=is_loaded, loaded_context=4096 if is_loaded else 0)
    outcome, passed = asked(script, lanes, limits, dialect)
    assert f"{outcome.kind}:{outcome.reason}" == expected
    assert least <= passed.all
    assert passed.jumped <= most
    assert script.busy == 0, "the server's slot is free again"
    assert isinstance(outcome, TimedOut) is bool(script.aborted)


def test_a_request_with_a_deadline_waits_for_warming_no_longer_than_that(lanes: Path) -> None:
    script = Script(plan=Plan(load_seconds=300))
    outcomes: list[ChatOutcome] = []

    async def work() -> None:
        async with (
            ScriptedServer(script) as server,
            Models({Tier.FAST: endpoint(server.url)}, lanes) as models,
        ):
            model = models.get(Tier.FAST)
            assert model is not None
            async with asyncio.TaskGroup() as group:
                warming = group.create_task(model.warm(Lane.BATCH))
                await asyncio.sleep(1)
                outcomes.append(await model.ask(request(limits=Limits(total_seconds=0.9))))
                outcomes.append(await model.ask(request(schema=COLOUR)))
            assert (await warming) is not None

    passed = run_simulated(work)
    assert isinstance(outcomes[0], Warming)
    assert outcomes[1].kind == "answered"
    assert passed.all >= 300
    assert passed.jumped < 310
    assert script.loads == 1, "nobody made the server give up loading"


def test_a_short_request_has_the_model_loaded_by_a_long_one(lanes: Path) -> None:
    script = Script(plan=Plan(load_seconds=300))
    outcomes: list[ChatOutcome] = []

    async def work() -> None:
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(ScriptedServer(script))
            models = await stack.enter_async_context(Models({Tier.FAST: endpoint(server.url)}, lanes))
            model = models.get(Tier.FAST)
            assert model is not None
            short = request(limits=Limits(total_seconds=0.9))
            outcomes.append(await model.ask(short))
            await asyncio.sleep(400)
            outcomes.append(await model.ask(short))

    run_simulated(work)
    assert [outcome.kind for outcome in outcomes] == ["warming", "answered"]
    assert (script.loads, script.aborted) == (1, 0)
