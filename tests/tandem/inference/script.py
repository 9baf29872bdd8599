"""What the scripted model server does with a request: pace, answer, and every kind of trouble."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

Answer = Callable[[dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Plan:
    """How one request goes; without one it is answered at once and well."""

    text: str | None = None  # None: whatever the schema allows, else "ok"
    load_seconds: float = 0.0
    prefill_seconds: float = 0.0
    token_seconds: float = 0.0
    status: int = 200
    error: str = ""  # with status 200: in the middle of the stream
    location: str = ""
    after_tokens: int = 1  # where trouble in the middle begins
    drops: bool = False  # the connection, in the middle
    stalls: bool = False  # in the middle, for ever
    stays_silent: bool = False  # no headers, for ever
    circles: str = ""  # this piece again and again, without end
    is_garbage: bool = False
    thinks: str = ""
    done_reason: str = "stop"
    ends_early: bool = False  # no last line
    counts: int | None = None  # tokens of the prompt, as told
    line_bytes: int = 0  # a line of that length, never ended


WELL = Plan()


@dataclass
class Script:
    """A server with one model."""

    model: str = "tiny"
    context: int = 4096
    slots: int = 1
    most_queued: int = 512
    characters_per_token: float = 4.0
    overflow: str = "refuse"  # refuse, or halve in silence; Ollama only refuses with truncate: false
    honours_flags: bool = True
    rejected_fields: frozenset[str] = frozenset()  # answered with 400
    obeys_schema: bool = True
    counts_kept_tokens: bool = True
    capabilities: tuple[str, ...] = ("completion",)
    schema_needs_think: object = "any"  # the value of `think` with which schemas work
    is_present: bool = True
    gpu_share: float = 1.0
    dimensions: int = 8
    is_llama_cpp: bool = True  # has /props
    key: str = ""
    answer: Answer | None = None
    plan: Plan = WELL
    plans: deque[Plan] = field(default_factory=deque)  # one for each chat, then `plan` again

    calls: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    is_loaded: bool = False
    loads: int = 0
    busy: int = 0
    most_busy: int = 0
    queued: int = 0
    aborted: int = 0
    loaded_context: int = 0
    _free: asyncio.Semaphore | None = None
    _kept: str = ""

    def next_plan(self) -> Plan:
        """The plan of the next chat."""
        return self.plans.popleft() if self.plans else self.plan

    def tokens(self, text: str) -> int:
        """How many tokens this model makes of a text."""
        return int(len(text) / self.characters_per_token) + 8

    def read(self, text: str, *, refuses: bool) -> tuple[int, str, bool]:
        """Tokens as told, what is really read, and whether the request has to be refused."""
        tokens, context = self.tokens(text), self.loaded_context or self.context
        if tokens > context and refuses:
            return tokens, text, True
        if tokens > context:
            keeps = context // 2
            return keeps, text[-int(keeps * self.characters_per_token) :], False
        is_kept = not self.counts_kept_tokens and text == self._kept
        self._kept = text
        return (1 if is_kept else tokens), text, False

    def text(self, plan: Plan, request: dict[str, Any], schema: dict[str, Any] | None) -> str:
        """The answer."""
        if plan.text is not None:
            return plan.text
        if self.answer is not None:
            return self.answer(request)
        works = self.schema_needs_think in ("any", request.get("think"))
        if schema is None or not self.obeys_schema or not works:
            return "ok, here you are"
        return json.dumps(example(schema))

    async def load(self, plan: Plan, context: int) -> None:
        """Loading takes its time, once, and again for another context."""
        if not self.is_loaded or self.loaded_context != context:
            await asyncio.sleep(plan.load_seconds)
            self.is_loaded, self.loaded_context = True, context
            self.loads += 1

    def has_room(self) -> bool:
        """Whether the queue takes one more."""
        return self.queued < self.most_queued

    async def __aenter__(self) -> None:
        self._free = self._free or asyncio.Semaphore(self.slots)
        self.queued += 1
        try:
            await self._free.acquire()
        finally:
            self.queued -= 1
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        assert self._free is not None
        self._free.release()
        self.busy -= 1
        self.aborted += kind is not None

    def vector(self, text: str) -> list[float]:
        """The same for the same text."""
        return [float(crc32(text.encode()) * (number + 1) % 97) for number in range(self.dimensions)]

    async def pieces(self, plan: Plan, text: str, most: int) -> AsyncIterator[str]:
        """The answer in tokens of four characters, as the plan has it; ends at the limit on tokens."""
        await asyncio.sleep(plan.prefill_seconds)
        while plan.circles:
            yield plan.circles
            await asyncio.sleep(plan.token_seconds)
        for written, start in enumerate(range(0, min(len(text), most * 4), 4), 1):
            yield text[start : start + 4]
            if written == plan.after_tokens:
                if plan.stalls:
                    await asyncio.Event().wait()
                if plan.drops or plan.error or plan.ends_early:
                    return
            await asyncio.sleep(plan.token_seconds)


def example(schema: dict[str, Any]) -> Any:
    """The smallest value that keeps to a schema."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema["type"]
    if kind == "object":
        return {name: example(inner) for name, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [example(schema["items"])] * schema.get("minItems", 0)
    return {"string": "a", "integer": schema.get("minimum", 0), "number": 0.5, "boolean": True, "null": None}[
        kind
    ]
