import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from scraper.render.on_demand import BrowserMissing, OnDemand
from scraper.render.words import Renderer
from tests.scraper.render.scripted import Scripted


class Door:
    """Opens renderers and notes by whom."""

    def __init__(self, missing: str = "") -> None:
        self.missing = missing
        self.opened: list[asyncio.Task[None] | None] = []
        self.closed: list[asyncio.Task[None] | None] = []
        self.told: list[str] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Renderer]:
        self.opened.append(asyncio.current_task())
        await asyncio.sleep(0)
        if self.missing:
            raise BrowserMissing(self.missing)
        yield Scripted()
        self.closed.append(asyncio.current_task())


async def test_a_browser_that_nobody_needs_is_never_started() -> None:
    door = Door()
    async with OnDemand(door.open) as browser:
        assert browser.renderer is None
        assert not browser.is_missing
    assert door.opened == []


async def test_all_who_need_one_share_it_and_one_task_begins_and_ends_it() -> None:
    door = Door()
    async with OnDemand(door.open) as browser:
        first, second = await asyncio.gather(browser.get(), browser.get())
        assert first is not None
        assert first is second is browser.renderer
    assert len(door.opened) == 1
    assert door.opened == door.closed


async def test_where_there_is_none_that_is_told_once() -> None:
    door = Door("none found")
    async with OnDemand(door.open, door.told.append) as browser:
        assert [await browser.get(), await browser.get()] == [None, None]
        assert browser.is_missing
    assert door.told == ["none found"]


async def test_whoever_gives_up_waiting_leaves_the_browser_to_the_others() -> None:
    door = Door()
    async with OnDemand(door.open) as browser:
        waiting = asyncio.create_task(browser.get())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert await browser.get() is not None
    assert len(door.opened) == len(door.closed) == 1
