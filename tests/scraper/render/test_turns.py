"""Turns are given in the order of arrival, but rather where a tab stands at the right host."""

import asyncio

import pytest

from scraper.render.turns import Turns


async def waiting(turns: Turns, host: str, order: list[str]) -> asyncio.Task[None]:
    async def take() -> None:
        await turns.take(host)
        order.append(host)

    task = asyncio.create_task(take())
    await asyncio.sleep(0)
    return task


async def test_as_many_as_there_are_places_begin_at_once() -> None:
    turns = Turns(2)
    order: list[str] = []
    tasks = [await waiting(turns, host, order) for host in ("a", "b", "c")]
    assert order == ["a", "b"]
    assert len(turns) == 1
    turns.give("a")
    await tasks[2]
    assert order == ["a", "b", "c"]
    assert len(turns) == 0


async def test_a_free_tab_goes_to_its_own_host() -> None:
    turns = Turns(1)
    order: list[str] = []
    tasks = [await waiting(turns, host, order) for host in ("a", "b", "a")]
    turns.give("a")
    await tasks[2]
    turns.give("a")
    await tasks[1]
    assert order == ["a", "a", "b"]


async def test_nobody_is_overtaken_for_ever() -> None:
    turns = Turns(1)
    order: list[str] = []
    tasks = [await waiting(turns, host, order) for host in ("a", "b", *"a" * 40)]
    for _ in tasks[1:]:
        turns.give("a")
        await asyncio.sleep(0)
    assert order.index("b") <= 18
    await asyncio.gather(*tasks)


async def test_a_turn_that_nobody_takes_any_more_goes_on() -> None:
    turns = Turns(1)
    order: list[str] = []
    tasks = [await waiting(turns, host, order) for host in ("a", "b", "c", "d")]
    tasks[1].cancel()
    await asyncio.sleep(0)
    turns.give("a")  # to c, which is cancelled before it hears of it
    tasks[2].cancel()
    await tasks[3]
    assert order == ["a", "d"]
    for task in tasks[1:3]:
        with pytest.raises(asyncio.CancelledError):
            await task
