"""One tier's model, ready to be asked: its slots, its health, its manner, its figures."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from tandem.inference.backend import Backend
from tandem.inference.breaker import Breaker
from tandem.inference.call import Call
from tandem.inference.canary import with_canary
from tandem.inference.lanes import Lanes, Slot
from tandem.inference.listen import OnText
from tandem.inference.manner import Probed, find_manner
from tandem.inference.meter import Figures, Meter
from tandem.inference.outcomes import ChatOutcome, EmbedOutcome, Failure, TimedOut, Warming
from tandem.inference.reading import canary_heard, overflow, read_whole
from tandem.inference.refusal import missing
from tandem.inference.schema import check_schema
from tandem.inference.tokens import Tokens
from tandem.inference.words import (
    NO_LIMITS,
    PLAIN,
    ChatRequest,
    Description,
    Endpoint,
    Lane,
    Limits,
    Manner,
    Tier,
)

_WORD_SECONDS = 15.0  # for what needs no model


class Model:
    """What anyone asks; every outcome is a value, and each request holds one slot while it runs."""

    def __init__(self, tier: Tier, endpoint: Endpoint, backend: Backend, lanes: Lanes) -> None:
        self.tier = tier
        self.endpoint = endpoint
        self.tokens = Tokens()
        self.description: Description | None = None
        self.manner = PLAIN
        self._backend = backend
        self._call = Call(endpoint, backend)
        self._lanes = lanes
        self._meter = Meter()
        self._warming: asyncio.Task[Probed | Failure] | None = None

    @property
    def context(self) -> int:
        """Tokens that there really is room for: what was asked for, what is loaded, what the model knows."""
        told = self.description
        known = (told.context, told.most_context) if told is not None else ()
        return min([self.endpoint.context, *filter(None, known)])

    @property
    def breaker(self) -> Breaker:
        """The health of the server, as seen from here."""
        return self._call.breaker

    @property
    def figures(self) -> Figures:
        """The counters of this process."""
        return self._meter.figures(self._lanes.waiting)

    async def ask(self, request: ChatRequest, on_text: OnText | None = None) -> ChatOutcome:
        """One answer. While the model is being warmed up, requests wait for that as long as they may.

        A server may give up loading when the request that asked for it goes away: before requests with a
        short limit, call `warm`. A schema outside the subset that all servers enforce is a ValueError.
        """
        if request.schema is not None:
            check_schema(request.schema)
        with self._meter.request():
            outcome = await self._ask(request, on_text)
        self._meter.note(outcome)
        return outcome

    async def embed(self, texts: Sequence[str], lane: Lane, limits: Limits = NO_LIMITS) -> EmbedOutcome:
        """One vector for each text; a text that is too long refuses all."""
        with self._meter.request():
            outcome = await self._embed(texts, lane, limits)
        self._meter.note(outcome)
        return outcome

    async def warm(self, lane: Lane) -> Probed | Failure:
        """Loads the model and finds its manner; callers at the same time share one attempt."""
        if self._warming is None or self._warming.done():
            self._warming = asyncio.create_task(self._warm(lane), name=f"warm {self.tier}")
        return await asyncio.shield(self._warming)

    async def describe(self) -> Description | Failure:
        """What the server says about the model now."""
        try:
            async with asyncio.timeout(_WORD_SECONDS):
                described = await self._backend.describe()
        except TimeoutError:
            return TimedOut("total", _WORD_SECONDS)
        if isinstance(described, Description):
            self.description = described
        return described

    async def release(self) -> None:
        """Lets the model go out of memory, once nothing needs it any more."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_WORD_SECONDS):
                await self._backend.release()

    async def close(self) -> None:
        """Gives up warming."""
        if self._warming is not None and not self._warming.done():
            self._warming.cancel()
            await asyncio.wait([self._warming])

    async def _ask(self, request: ChatRequest, on_text: OnText | None) -> ChatOutcome:
        too_long = overflow(request, self.tokens, self.context)
        if too_long is not None:
            return too_long
        began = asyncio.get_running_loop().time()
        slot = await self._enter(request.lane, request.limits)
        if not isinstance(slot, Slot):
            return slot
        asked = with_canary(request, self.endpoint.model)
        with slot:
            spent = asyncio.get_running_loop().time() - began
            outcome = await self._call.chat(asked, self.manner, spent, on_text)
        if self.manner.has_full_counts:
            outcome = read_whole(asked, outcome, self.tokens, self.context)
        outcome = canary_heard(asked, outcome, self.endpoint.model, self.context)
        return replace(outcome, usage=replace(outcome.usage, queue_seconds=slot.waited_seconds))

    async def _enter(self, lane: Lane, limits: Limits) -> Slot | Failure:
        """The way to a slot: past the breaker, past warming, through the queue."""
        if self.breaker.rest_seconds > 0:
            return self._call.resting()
        bounds = [one for one in (limits.queue_seconds, limits.total_seconds) if one is not None]
        left = min(bounds, default=None)
        if self._warming is not None and not self._warming.done():
            began = asyncio.get_running_loop().time()
            await asyncio.wait([self._warming], timeout=left)
            if not self._warming.done():
                return Warming("loading", f"{self.endpoint.model} is being loaded")
            left = None if left is None else max(left - (asyncio.get_running_loop().time() - began), 0.0)
        return await self._lanes.take(lane, left)

    async def _embed(self, texts: Sequence[str], lane: Lane, limits: Limits) -> EmbedOutcome:
        slot = await self._enter(lane, limits)
        if not isinstance(slot, Slot):
            return slot
        with slot:
            outcome = await self._call.embed(texts, limits)
        return replace(outcome, usage=replace(outcome.usage, queue_seconds=slot.waited_seconds))

    async def _warm(self, lane: Lane) -> Probed | Failure:
        described = await self.describe()
        if not isinstance(described, Description):
            return described
        if not described.is_present:
            return missing(self.endpoint, described.others)
        slot = await self._lanes.take(lane)
        if not isinstance(slot, Slot):
            return slot
        with slot:
            if self.tier is Tier.EMBED:
                probed = Probed(PLAIN, None, await self._call.embed(["a"], NO_LIMITS))
            else:
                probed = await find_manner(self._tried, described, lane)
        self.manner = probed.manner
        await self.describe()
        return probed

    async def _tried(self, request: ChatRequest, manner: Manner) -> ChatOutcome:
        outcome = await self._call.chat(request, manner, 0.0)
        self._meter.note(outcome)
        return outcome
