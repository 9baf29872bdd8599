"""What is known of one model: what its server says, how it must be spoken to, whether it is being loaded."""

import asyncio
from collections.abc import Callable

from tandem.inference.backend import Backend
from tandem.inference.call import Call
from tandem.inference.lanes import Lanes, Slot
from tandem.inference.manner import Probed, find_manner, is_alive, load
from tandem.inference.outcomes import ChatOutcome, EmbedOutcome, Failure, TimedOut, Unavailable, Warming
from tandem.inference.refusal import missing
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

Note = Callable[[ChatOutcome | EmbedOutcome], None]  # counts what came of a request
WORD_SECONDS = 15.0  # for what needs no model
_LOAD_SECONDS = 300.0  # loading may take that long, and a server gives it up when whoever asked goes away


class Acquaintance:
    """Begins with nothing; the first request of a process makes it."""

    def __init__(self, tier: Tier, endpoint: Endpoint, backend: Backend, call: Call, lanes: Lanes) -> None:
        self.description: Description | None = None
        self.manner = PLAIN
        self._tier = tier
        self._endpoint = endpoint
        self._backend = backend
        self._call = call
        self._lanes = lanes
        self._warming: asyncio.Task[Probed | Failure] | None = None
        self._is_probed = False
        self._is_thorough = False  # what is under way
        self._is_current = False
        self._has_wondered = False

    @property
    def context(self) -> int:
        """Tokens that there really is room for: what was asked for, what is loaded, what the model knows."""
        told = self.description
        known = (told.context, told.most_context) if told is not None else ()
        return min([self._endpoint.context, *filter(None, known)])

    async def describe(self) -> Description | Failure:
        """What the server says about the model now."""
        try:
            async with asyncio.timeout(WORD_SECONDS):
                described = await self._backend.describe()
        except TimeoutError:
            return TimedOut("total", WORD_SECONDS)
        if isinstance(described, Description):
            self.description = described
            self._is_current = described.is_present
        return described

    async def ready(self, lane: Lane, limits: Limits, note: Note) -> Failure | None:
        """Waits until the model can be asked, as long as the limits allow; a Failure says why it cannot."""
        try:
            async with asyncio.timeout(limits.total_seconds):
                return await self._made(lane, limits, note)
        except TimeoutError:
            return Warming("loading", f"{self._endpoint.model} is not loaded yet")

    async def warm(self, lane: Lane, note: Note) -> Probed | Failure:
        """Loads the model and finds its manner; callers at the same time share one attempt."""
        if self._warming is not None and not self._warming.done() and not self._is_thorough:
            await asyncio.wait([self._warming])
        return await asyncio.shield(self._begin(lane, note, is_thorough=True))

    def doubt(self, outcome: ChatOutcome | EmbedOutcome) -> None:
        """After what a server says that was started anew, or has let its model go, it is asked again."""
        if isinstance(outcome, Unavailable | Warming | TimedOut) and outcome.reason != "queue":
            self._is_current = False

    async def learns(self, lane: Lane, note: Note) -> bool:
        """Whether probing, after a refusal that it may explain, finds another manner."""
        if self._is_probed or self._has_wondered:
            return False
        self._has_wondered = True  # once: a server that refuses everything would be asked four times over
        before = self.manner
        await self.warm(lane, note)
        return self.manner != before

    async def close(self) -> None:
        """Gives up warming."""
        if self._warming is not None and not self._warming.done():
            self._warming.cancel()
            await asyncio.wait([self._warming])

    async def _made(self, lane: Lane, limits: Limits, note: Note) -> Failure | None:
        if not self._is_current:
            described = await self.describe()
            if isinstance(described, Description):
                if not described.is_present:
                    return missing(self._endpoint, described.others)
                thinks = "thinking" in described.capabilities and self._tier is not Tier.EMBED
                if thinks and not self._is_probed:
                    self._begin(lane, note, is_thorough=True)
                elif described.is_loaded is False and self._is_short(limits):
                    self._begin(lane, note, is_thorough=False)
            # Where nothing can be learned, the request itself will tell what is the matter.
        if self._warming is not None and not self._warming.done():
            await asyncio.wait([self._warming])
        return None

    def _is_short(self, limits: Limits) -> bool:
        first = limits.first_seconds or self._endpoint.first_seconds
        return min(first, limits.total_seconds or first) < _LOAD_SECONDS

    def _begin(self, lane: Lane, note: Note, *, is_thorough: bool) -> asyncio.Task[Probed | Failure]:
        if self._warming is None or self._warming.done():
            self._is_thorough = is_thorough
            self._warming = asyncio.create_task(self._warm(lane, note), name=f"warm {self._tier}")
        return self._warming

    async def _warm(self, lane: Lane, note: Note) -> Probed | Failure:
        described = await self.describe()
        if not isinstance(described, Description):
            return described
        if not described.is_present:
            return missing(self._endpoint, described.others)
        slot = await self._lanes.take(lane)
        if not isinstance(slot, Slot):
            return slot
        with slot:
            probed = await self._probed(described, lane, note)
        if is_alive(probed.outcome):
            self.manner = probed.manner
            self._is_probed = self._is_probed or self._is_thorough
        await self.describe()
        return probed

    async def _probed(self, described: Description, lane: Lane, note: Note) -> Probed:
        if self._tier is Tier.EMBED:
            return Probed(PLAIN, None, await self._call.embed(["a"], NO_LIMITS))

        async def ask(request: ChatRequest, manner: Manner) -> ChatOutcome:
            outcome = await self._call.chat(request, manner, 0.0)
            note(outcome)
            return outcome

        return await (find_manner(ask, described, lane) if self._is_thorough else load(ask, lane))
