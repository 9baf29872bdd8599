"""Waits until a page rests, and takes what it looks like then."""

import asyncio
import time
from contextlib import suppress
from typing import NamedTuple

from scraper.render.driver import BrowserError
from scraper.render.settings import PoolSettings
from scraper.render.wire import WORLD, Wire, script

LITTLE_TEXT = 40  # characters; a page that shows less is given more time
_MOST_ELEMENTS = 1_000_000
_REST_SECONDS = 0.1  # without a request or a change, for a page that fetches no data
_DATA_REST_SECONDS = 0.35  # for one that does: what arrives is worked on before more is asked
_BARE_SECONDS = 2.0  # that a page with little text is waited for
_STEP_SECONDS = 0.02
_SNAPSHOT_MILLISECONDS = 8000
_MOST_CHANGES = 5  # of the document, while it is taken as it is


class Snapshot(NamedTuple):
    """What stands in the tab now."""

    url: str
    still_seconds: float  # since the document changed last
    text: int  # characters, counted up to a few
    html: str  # empty where the page has yet to come to rest
    is_too_large: bool

    @property
    def is_taken(self) -> bool:
        return bool(self.html) or self.is_too_large


class Rested(NamedTuple):
    snapshot: Snapshot
    detail: str = ""  # why it was not waited for any longer


async def rested(wire: Wire, settings: PoolSettings) -> Rested:
    """Once nothing moves, or when the page has moved for long enough; raises BrowserError."""
    is_read = await _is_read(wire, settings.page_seconds / 2)
    since = time.monotonic()
    end = since + (settings.settle_seconds if is_read else 0.0)
    flow = wire.flow
    while (now := time.monotonic()) < end:
        await _is_read(wire, end - now)
        rest = _DATA_REST_SECONDS if flow.brings_data else _REST_SECONDS
        quiet = flow.quiet_seconds()
        if quiet < rest:
            await flow.moved(end - now if quiet < 0 else min(rest - quiet, end - now))
            continue
        is_patient = now - since < _BARE_SECONDS
        snapshot = await _taken(wire, settings, rest, LITTLE_TEXT if is_patient else 0)
        if snapshot is not None and snapshot.is_taken:
            return Rested(snapshot)
        still = snapshot.still_seconds if snapshot is not None else 0.0
        await flow.moved(min(max(rest - still, _STEP_SECONDS) if still < rest else rest, end - now))
    waits = flow.open_requests
    why = f"{waits} requests were under way" if waits else "it still changed"
    if not is_read:
        why = f"its document was not there to the end, {why}"
    for _ in range(_MOST_CHANGES):
        if (snapshot := await _taken(wire, settings, 0.0, 0)) is not None:
            return Rested(snapshot, f"taken as it was: {why}")
    raise BrowserError("it goes from one document to the next without an end")


async def _is_read(wire: Wire, seconds: float) -> bool:
    """Whether the browser has read the document to its end, at the latest after this time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wire.parsed.wait()
    return wire.parsed.is_set()


async def _taken(wire: Wire, settings: PoolSettings, rest: float, least_text: int) -> Snapshot | None:
    """None while one document gives way to another."""
    document = wire.document
    numbers = settings.max_page_bytes, _MOST_ELEMENTS, LITTLE_TEXT, rest * 1000, least_text
    try:
        world = await wire.send("Page.createIsolatedWorld", frameId=wire.frame, worldName=WORLD)
        told = await wire.send(
            "Runtime.evaluate",
            expression=f"{script('snapshot.js')}({', '.join(map(str, numbers))})",
            contextId=world["executionContextId"],
            returnByValue=True,
            timeout=_SNAPSHOT_MILLISECONDS,
        )
    except BrowserError:
        await wire.flow.moved(0.3)
        if wire.document == document:
            raise
        return None
    value = told["result"].get("value")
    if not isinstance(value, dict):
        raise BrowserError("it could not be read")
    return Snapshot(
        str(value["url"]),
        float(value["still"]) / 1000,
        int(value["text"]),
        str(value["html"]),
        bool(value["isTooLarge"]),
    )
