"""One request on its way through the breaker to the server, and what the breaker learns from it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from tandem.inference.backend import Backend
from tandem.inference.breaker import Breaker, Gate
from tandem.inference.listen import OnText, Patience, listen
from tandem.inference.manner import is_alive, tiny
from tandem.inference.outcomes import ChatOutcome, EmbedOutcome, TimedOut, Unavailable
from tandem.inference.words import ChatRequest, Endpoint, Limits, Manner


class Call:
    """Requests to one server; whoever calls holds a slot."""

    def __init__(self, endpoint: Endpoint, backend: Backend) -> None:
        self._endpoint = endpoint
        self._backend = backend
        self.breaker = Breaker()

    async def chat(
        self, request: ChatRequest, manner: Manner, spent_seconds: float, on_text: OnText | None = None
    ) -> ChatOutcome:
        """The outcome; a server that has rested is asked something tiny first."""
        gate = self.breaker.gate()
        if gate is Gate.BARRED:
            return self.resting()
        patience = Patience.of(request, self._endpoint, spent_seconds)
        if gate is Gate.PROBE:
            outcome = await self._heard(tiny(request.lane), manner, patience)
            if not is_alive(outcome):
                return outcome
        return await self._heard(request, manner, patience, on_text)

    async def embed(self, texts: Sequence[str], limits: Limits) -> EmbedOutcome:
        """The outcome; the whole answer comes at once, so one limit covers it."""
        if self.breaker.gate() is Gate.BARRED:
            return self.resting()
        seconds = limits.total_seconds or self._endpoint.first_seconds
        began = asyncio.get_running_loop().time()
        outcome: EmbedOutcome
        try:
            async with asyncio.timeout(seconds):
                outcome = await self._backend.embed(texts)
        except TimeoutError:
            outcome = TimedOut("total" if limits.total_seconds else "first", seconds)
        except asyncio.CancelledError:
            self.breaker.abandon()
            raise
        self.breaker.note(outcome)
        took = asyncio.get_running_loop().time() - began
        return replace(outcome, usage=replace(outcome.usage, total_seconds=took))

    def resting(self) -> Unavailable:
        """The outcome of a request that is not even sent."""
        wait = self.breaker.rest_seconds
        return Unavailable("resting", f"it failed too often and is asked again in {wait:.0f} s")

    async def _heard(
        self, request: ChatRequest, manner: Manner, patience: Patience, on_text: OnText | None = None
    ) -> ChatOutcome:
        try:
            outcome = await listen(self._backend.chat(request, manner), request, patience, on_text)
        except asyncio.CancelledError:
            self.breaker.abandon()
            raise
        self.breaker.note(outcome)
        return outcome
