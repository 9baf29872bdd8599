"""The parts of a crawl that lets the fast tier name the types of pages, and what keeps them going."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from storage.content_rows import retype
from storage.ledger import Ledger, StorageError

if TYPE_CHECKING:
    from scraper.content.type_desk import Typed, TypeDesk
    from scraper.selection.asker import FastTier

SETTLE_SECONDS = 5.0  # that the end of a crawl waits for the last answers


@asynccontextmanager
async def typing(ledger: Ledger, tier: "FastTier | None", *, reads: bool) -> "AsyncIterator[TypeDesk | None]":
    """Who knows the types that were named; None without a tier, or where content is not read."""
    if tier is None or not reads:
        yield None
        return
    from scraper.content.type_desk import TypeDesk  # noqa: PLC0415 - many jobs have no model

    desk = TypeDesk(tier)

    async def keep(typed: "Typed") -> None:
        """A late answer is written into what has not been sealed; elsewhere the built-in one stands."""
        with suppress(StorageError):  # whoever commits pages tells of a lost ledger
            await ledger.write(partial(retype, digests=typed.digests, page_type=typed.page_type))

    task = asyncio.create_task(desk.run(keep), name="page types")
    try:
        yield desk
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS):
                await desk.settled()
    finally:
        task.cancel()
        await asyncio.wait([task])
