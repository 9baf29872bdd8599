"""A browser that is started when the first page needs it, and ended by whoever entered."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Self

from scraper.render.words import Renderer


class BrowserMissing(Exception):
    """There is no browser that may be used; the text says why and what to do, in one line."""


class OnDemand:
    """Holds at most one renderer; its life is one task's, as those inside it want."""

    def __init__(
        self,
        made: Callable[[], AbstractAsyncContextManager[Renderer]],
        on_missing: Callable[[str], None] = lambda _line: None,
    ) -> None:
        """`made` raises BrowserMissing where there is none; `on_missing` hears of it, once."""
        self._made = made
        self._on_missing = on_missing
        self._opened: asyncio.Future[Renderer | None] | None = None
        self._over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._renderer: Renderer | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._task is not None:
            await self._task

    @property
    def is_missing(self) -> bool:
        """Whether it was asked for, and is not there."""
        return self._opened is not None and self._opened.done() and self._renderer is None

    @property
    def renderer(self) -> Renderer | None:
        """The one that is there now."""
        return self._renderer

    async def get(self) -> Renderer | None:
        """The renderer, started at the first call; None where there is none."""
        if self._opened is None:
            self._opened = asyncio.get_running_loop().create_future()
            self._task = asyncio.create_task(self._live(self._opened), name="browser")
        return await asyncio.shield(self._opened)

    async def _live(self, opened: asyncio.Future[Renderer | None]) -> None:
        try:
            async with self._made() as self._renderer:
                opened.set_result(self._renderer)
                await self._over.wait()
        except BrowserMissing as error:
            self._on_missing(str(error))
        finally:
            if not opened.done():  # whoever waits is told of a bug by the task's own end
                opened.set_result(None)
