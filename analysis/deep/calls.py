"""Asks a model through the ledger: what was answered once is not asked again."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Protocol

from analysis.deep.course import Course
from analysis.deep.prompts import PROMPT_VERSION, Prompt, Salt
from storage.call_ledger import CallEnd, CallLedger, CallName
from tandem.inference.breaker import Breaker
from tandem.inference.outcomes import (
    Answered,
    ChatOutcome,
    Failure,
    Overflowed,
    TimedOut,
    Unavailable,
    Warming,
)
from tandem.inference.tokens import Tokens
from tandem.inference.words import ChatRequest, Description, Endpoint, Lane, Manner, Message, Role, Tier

# Asking the same once more gives the same: the answer belongs to the request.
_FINAL = frozenset({"answered", "overflowed", "truncated", "invalid"})
_ODD_TEMPERATURE = 0.4  # of a second try, which must not be the first one again


Rouse = Callable[[], Awaitable[None]]  # has a model ready before the first call that is really made


class AnyModel(Protocol):
    """A model as `tandem.inference.model` has it."""

    @property
    def tier(self) -> Tier: ...
    @property
    def endpoint(self) -> Endpoint: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def context(self) -> int: ...
    @property
    def description(self) -> Description | None: ...
    @property
    def manner(self) -> Manner: ...
    @property
    def breaker(self) -> Breaker: ...
    async def ask(self, request: ChatRequest) -> ChatOutcome: ...
    async def describe(self) -> Description | Failure: ...


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a call, now or before."""

    kind: str
    reason: str
    answer: Mapping[str, Any] = field(default_factory=dict)
    tokens_in: int = 0

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer that keeps to its schema."""
        return self.kind == "answered"

    @property
    def is_too_much(self) -> bool:
        """Whether less has to be asked at once."""
        return self.kind in {"overflowed", "truncated"}

    @property
    def is_away(self) -> bool:
        """Whether nobody answers, whatever is asked."""
        return self.kind in {"unavailable", "warming", "timed_out"} or (
            self.kind == "refused"
            and self.reason in {"model_missing", "unauthorised", "queue_full", "redirect"}
        )

    @property
    def why(self) -> str:
        """Both words."""
        return f"{self.kind}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long somebody is waited for who says that he comes, or came a moment ago."""

    warming_seconds: float = 1800.0
    first_pause_seconds: float = 1.0
    longest_pause_seconds: float = 30.0
    tries_when_away: int = 2


class Caller:
    """One model, asked for one run."""

    def __init__(
        self,
        model: AnyModel,
        ledger: CallLedger,
        run: str,
        course: Course,
        patience: Patience = Patience(),
        rouse: Rouse | None = None,
    ) -> None:
        self.model = model
        self.ledger = ledger
        self.keys: list[str] = []  # of every call that this report rests on
        self._run = run
        self._course = course
        self._patience = patience
        self._rouse = rouse
        self._rousing = asyncio.Lock()
        self._digest = ""
        self._context = model.endpoint.context

    @property
    def context(self) -> int:
        """Tokens that there really is room for, also while the server is away."""
        return self.model.context if self.model.description is not None else self._context

    @property
    def digest(self) -> str:
        """Of the model; empty where nobody ever said."""
        return self._digest

    @property
    def place(self) -> str:
        """The tier's name, as reports have it."""
        return self.model.tier.value

    @property
    def salt(self) -> Salt:
        """Of this workspace's marks."""
        self.ledger.remember("salt", secrets.token_hex(16), once=True)
        return Salt(self.ledger.remembered("salt"))

    async def meet(self) -> None:
        """Asks the server about its model; what it said last is good enough while it is away."""
        endpoint = self.model.endpoint
        name = f"model {endpoint.url} {endpoint.model} {endpoint.context}"
        described = await self.model.describe()
        if isinstance(described, Description) and described.is_present:
            self._digest, self._context = described.digest, self.model.context
            told = json.dumps([self._digest, self._context])
            await asyncio.to_thread(self.ledger.remember, name, told)
        elif known := self.ledger.remembered(name):
            self._digest, self._context = json.loads(known)

    async def ask(self, purpose: str, prompt: Prompt, pages: Sequence[tuple[str, str]]) -> Told:
        """What came of it; an answer against its schema is asked for once more."""
        told = await self._once(purpose, prompt, pages, seed=0)
        if told.kind == "invalid":
            told = await self._once(purpose, prompt, pages, seed=1)
        return told

    async def count(self, prompt: Prompt, pages: Sequence[tuple[str, str]]) -> bool:
        """Has a prompt counted; whether that worked."""
        told = await self._once("calibration", prompt, pages, seed=0)
        return not told.is_away

    async def _once(self, purpose: str, prompt: Prompt, pages: Sequence[tuple[str, str]], seed: int) -> Told:
        key = self._key(prompt, seed)
        self.keys.append(key)
        name = CallName(key, self._run, purpose, self.model.tier, self.model.endpoint.model)
        while True:
            found = self.ledger.found(key)
            if found is not None:
                self._learn(prompt, found)
                self._course.called(found.tokens_in, found.tokens_out, found.seconds, is_new=False)
                return _told(found)
            if await asyncio.to_thread(self.ledger.lease, name):
                return await self._made(key, prompt, pages, seed)
            await asyncio.sleep(self._patience.first_pause_seconds)  # another process is at it

    async def _made(self, key: str, prompt: Prompt, pages: Sequence[tuple[str, str]], seed: int) -> Told:
        beat = asyncio.create_task(self._keep(key), name="lease of a call")
        try:
            await self._roused()
            outcome = await self._patient(_request(prompt, seed))
        except asyncio.CancelledError:
            self.ledger.drop(key)
            raise
        finally:
            beat.cancel()
        end = _end(outcome) if prompt.schema else _counted(outcome)
        # on the loop, for some milliseconds: nothing comes between an answer that was paid for and the disk
        self.ledger.end(key, end, pages)
        self._course.called(end.tokens_in, end.tokens_out, end.seconds, is_new=True)
        return _told(end)

    async def _roused(self) -> None:
        async with self._rousing:
            rouse, self._rouse = self._rouse, None
            if rouse is not None:
                await rouse()

    async def _keep(self, key: str) -> None:
        while True:
            await asyncio.sleep(self.ledger.lease_seconds / 3)
            await asyncio.to_thread(self.ledger.extend, key)

    async def _patient(self, request: ChatRequest) -> ChatOutcome:
        """The outcome; who is warming up is waited for, who is away is asked once more."""
        waited, pause, tries = 0.0, self._patience.first_pause_seconds, 1
        while True:
            outcome = await self.model.ask(request)
            if isinstance(outcome, Warming):
                may_wait = waited < self._patience.warming_seconds
            else:
                is_away = isinstance(outcome, Unavailable | TimedOut)
                may_wait = is_away and tries < self._patience.tries_when_away
                tries += is_away
            if not may_wait:
                self._course.waits_for("")
                return outcome
            self._course.waits_for(f"the {self.model.tier} model: {outcome.kind} ({outcome.reason})")
            rest = min(max(pause, self.model.breaker.rest_seconds), self._patience.longest_pause_seconds)
            await asyncio.sleep(rest)
            waited, pause = waited + rest, pause * 2

    def _learn(self, prompt: Prompt, end: CallEnd) -> None:
        """A count from before is as good as a new one."""
        if end.tokens_in and end.kind != "overflowed" and self.model.manner.has_full_counts:
            self.model.tokens.learn(prompt.head + prompt.body, end.tokens_in)

    def _key(self, prompt: Prompt, seed: int) -> str:
        endpoint = self.model.endpoint
        return call_key(self._digest or f"{endpoint.url} {endpoint.model}", endpoint.context, prompt, seed)


def call_key(model: str, context: int, prompt: Prompt, seed: int) -> str:
    """Equal for calls that must have the same answer; the model by its digest."""
    parts = [PROMPT_VERSION, model, context, seed, prompt.head, prompt.body, prompt.schema, prompt.max_tokens]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _request(prompt: Prompt, seed: int) -> ChatRequest:
    return ChatRequest(
        messages=(Message(Role.SYSTEM, prompt.head), Message(Role.USER, prompt.body)),
        lane=Lane.BATCH,
        max_tokens=prompt.max_tokens,
        schema=prompt.schema or None,
        temperature=_ODD_TEMPERATURE if seed else 0.0,
        seed=seed,
        has_canary=bool(prompt.schema),
    )


def _end(outcome: ChatOutcome) -> CallEnd:
    usage = outcome.usage
    is_sent = not (isinstance(outcome, Overflowed) and outcome.reason == "estimated")
    return CallEnd(
        kind=outcome.kind,
        reason=outcome.reason,
        answer=json.dumps(outcome.parsed) if isinstance(outcome, Answered) else "",
        tokens_in=usage.tokens_in,
        tokens_out=usage.tokens_out,
        seconds=usage.total_seconds,
        is_final=outcome.kind in _FINAL and is_sent,
    )


def _counted(outcome: ChatOutcome) -> CallEnd:
    """One token was all that was wanted: an answer that is cut is whole."""
    end = _end(outcome)
    is_whole = outcome.kind in {"truncated", "invalid"}
    return replace(end, kind="answered", reason="counted", answer="") if is_whole else end


def _told(end: CallEnd) -> Told:
    parsed = json.loads(end.answer) if end.answer else {}
    return Told(end.kind, end.reason, parsed if isinstance(parsed, dict) else {}, end.tokens_in)
