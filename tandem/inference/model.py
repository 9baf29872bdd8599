"""One tier's model, ready to be asked: its slots, its health, its manner, its figures."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from tandem.inference.acquaintance import WORD_SECONDS, Acquaintance
from tandem.inference.backend import Backend
from tandem.inference.breaker import Breaker
from tandem.inference.call import Call
from tandem.inference.canary import with_canary
from tandem.inference.lanes import Lanes, Slot
from tandem.inference.listen import OnText
from tandem.inference.manner import Probed
from tandem.inference.meter import Figures, Meter
from tandem.inference.outcomes import ChatOutcome, EmbedOutcome, Failure, Refused
from tandem.inference.reading import canary_heard, overflow, read_whole
from tandem.inference.schema import check_schema
from tandem.inference.tokens import Tokens
from tandem.inference.words import NO_LIMITS, ChatRequest, Description, Endpoint, Lane, Limits, Manner, Tier


class Model:
    """What anyone asks; every outcome is a value, and each request holds one slot while it runs."""

    def __init__(self, tier: Tier, endpoint: Endpoint, backend: Backend, lanes: Lanes) -> None:
        self.tier = tier
        self.endpoint = endpoint
        self.tokens = Tokens()
        self._backend = backend
        self._call = Call(endpoint, backend)
        self._known = Acquaintance(tier, endpoint, backend, self._call, lanes)
        self._lanes = lanes
        self._meter = Meter()

    @property
    def context(self) -> int:
        """Tokens that there really is room for: what was asked for, what is loaded, what the model knows."""
        return self._known.context

    @property
    def description(self) -> Description | None:
        """What the server said last; None before it was asked."""
        return self._known.description

    @property
    def manner(self) -> Manner:
        """How the model is spoken to."""
        return self._known.manner

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

        A schema outside the subset that all servers enforce is a ValueError.
        """
        if request.schema is not None:
            check_schema(request.schema)
        with self._meter.request():
            outcome = await self._ask(request, on_text)
            # a server may refuse a flag, or a schema without the right thinking
            is_puzzling = isinstance(outcome, Refused) and outcome.reason == "rejected"
            if is_puzzling and await self._known.learns(request.lane, self._meter.note):
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
        return await self._known.warm(lane, self._meter.note)

    async def describe(self) -> Description | Failure:
        """What the server says about the model now."""
        return await self._known.describe()

    async def release(self) -> None:
        """Lets the model go out of memory, once nothing needs it any more."""
        with suppress(TimeoutError):
            async with asyncio.timeout(WORD_SECONDS):
                await self._backend.release()

    async def close(self) -> None:
        """Gives up warming."""
        await self._known.close()

    async def _ask(self, request: ChatRequest, on_text: OnText | None) -> ChatOutcome:
        began = asyncio.get_running_loop().time()
        slot = await self._enter(request.lane, request.limits, request)
        if not isinstance(slot, Slot):
            return slot
        asked = with_canary(request, self.endpoint.model)
        with slot:
            spent = asyncio.get_running_loop().time() - began
            outcome = await self._call.chat(asked, self.manner, spent, on_text)
        self._known.doubt(outcome)
        if self.manner.has_full_counts:
            outcome = read_whole(asked, outcome, self.tokens, self.context)
        outcome = canary_heard(asked, outcome, self.endpoint.model, self.context)
        return replace(outcome, usage=replace(outcome.usage, queue_seconds=slot.waited_seconds))

    async def _enter(self, lane: Lane, limits: Limits, request: ChatRequest | None = None) -> Slot | Failure:
        """The way to a slot: past the breaker, past warming, past what cannot fit, through the queue."""
        if self.breaker.rest_seconds > 0:
            return self._call.resting()
        began = asyncio.get_running_loop().time()
        failure = await self._known.ready(lane, limits, self._meter.note)
        if failure is None and request is not None:
            failure = overflow(request, self.tokens, self.context)
        if failure is not None:
            return failure
        bounds = [one for one in (limits.queue_seconds, limits.total_seconds) if one is not None]
        if not bounds:
            return await self._lanes.take(lane)
        spent = asyncio.get_running_loop().time() - began
        return await self._lanes.take(lane, max(min(bounds) - spent, 0.0))

    async def _embed(self, texts: Sequence[str], lane: Lane, limits: Limits) -> EmbedOutcome:
        slot = await self._enter(lane, limits)
        if not isinstance(slot, Slot):
            return slot
        with slot:
            outcome = await self._call.embed(texts, limits)
        self._known.doubt(outcome)
        return replace(outcome, usage=replace(outcome.usage, queue_seconds=slot.waited_seconds))
