"""The words of this room: tiers, endpoints, and what is asked of a model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any] | list[Any] | str | int | float | bool | None
Schema = Mapping[str, Any]


class Tier(StrEnum):
    """A role that a model can have."""

    FAST = "fast"  # element selection, filtering, classification, ranking
    DEEP = "deep"  # reports, reasoning
    EMBED = "embed"  # vectors for search
    VISION = "vision"  # images, scanned pages


class Dialect(StrEnum):
    """The protocol that an endpoint speaks."""

    OLLAMA = "ollama"
    OPENAI = "openai"


class Lane(StrEnum):
    """Who waits for the answer; never guessed, so it has no default anywhere."""

    INTERACTIVE = "interactive"  # a person
    BATCH = "batch"  # a queue


class Role(StrEnum):
    """Who speaks."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server with a model; the operator wrote it down, so it may be anywhere."""

    url: str
    model: str
    backend: Dialect = Dialect.OLLAMA
    api_key: str = field(default="", repr=False)
    context: int = 8192  # tokens; always the same for one model, or the server would load it anew
    slots: int = 1  # requests that the server works on at the same time
    timeout_seconds: float = 60.0  # without a sign of life in the middle of an answer
    first_seconds: float = 900.0  # until its first word: loading, waiting in the server, reading the prompt
    keep_alive: str = "10m"  # how long Ollama keeps the model after a request


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str
    images: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a request may take, in seconds; None leaves it to the endpoint."""

    queue_seconds: float | None = None  # for a slot; without one: as long as it takes
    first_seconds: float | None = None
    idle_seconds: float | None = None
    total_seconds: float | None = None  # for all of it, the wait for a slot included; without one: no limit


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """What is asked of a model."""

    messages: tuple[Message, ...]
    lane: Lane
    max_tokens: int
    schema: Schema | None = None  # what the answer must be, in the subset that `schema` checks
    temperature: float = 0.0
    seed: int = 0
    limits: Limits = NO_LIMITS
    has_canary: bool = False  # ask for a word from the head of the prompt, to know that it was read

    @property
    def characters(self) -> int:
        """Length of all that is said."""
        return sum(len(message.content) for message in self.messages)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a model must be spoken to, as probing found."""

    think: bool | str | None = None  # None: not a word about it
    has_truncate: bool = True  # the server takes `truncate: false`
    has_shift: bool = True  # the server takes `shift: false`
    has_full_counts: bool = True  # tokens of the prompt are counted again when they were kept from before


PLAIN = Manner()


@dataclass(frozen=True, slots=True)
class Description:
    """What a server says about its model; None where it does not say."""

    model: str
    is_present: bool
    digest: str = ""
    context: int | None = None  # as loaded now
    most_context: int | None = None  # as trained
    slots: int | None = None
    is_loaded: bool | None = None
    bytes: int | None = None  # in memory, when loaded
    gpu_bytes: int | None = None  # the part of these on a graphics card
    capabilities: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()  # models that are there

    @property
    def gpu_share(self) -> float | None:
        """The part of the loaded model that lies on a graphics card."""
        if not self.bytes or self.gpu_bytes is None:
            return None
        return min(self.gpu_bytes / self.bytes, 1.0)
