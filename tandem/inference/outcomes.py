"""What can come of a request to a model; none of it is an exception."""

from dataclasses import dataclass, field
from typing import ClassVar

from tandem.inference.words import Json


@dataclass(frozen=True, slots=True)
class Usage:
    """What a request cost; zero where the server does not say."""

    tokens_in: int = 0
    tokens_out: int = 0
    queue_seconds: float = 0.0  # for a slot of ours
    load_seconds: float = 0.0
    prefill_seconds: float = 0.0
    decode_seconds: float = 0.0
    total_seconds: float = 0.0  # as seen from here, without the queue


NOTHING = Usage()


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole answer, which keeps to its schema."""

    kind: ClassVar[str] = "answered"
    text: str
    parsed: Json = None  # the text as JSON, when a schema was given
    usage: Usage = NOTHING
    reason: str = "ok"

    @property
    def detail(self) -> str:
        """Nothing to explain."""
        return ""


@dataclass(frozen=True, slots=True)
class Embedded:
    """One vector for each text, in their order."""

    kind: ClassVar[str] = "answered"
    vectors: tuple[tuple[float, ...], ...]
    usage: Usage = NOTHING
    reason: str = "ok"

    @property
    def detail(self) -> str:
        """Nothing to explain."""
        return ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A no that the same question would get again."""

    kind: ClassVar[str] = "refused"
    reason: str  # queue_full, model_missing, unauthorised, redirect, rejected, content_filter, model, no_tier
    detail: str = ""
    usage: Usage = NOTHING


@dataclass(frozen=True, slots=True)
class TimedOut:
    """Nothing came for too long."""

    kind: ClassVar[str] = "timed_out"
    reason: str  # queue, first, idle, total
    seconds: float = 0.0
    usage: Usage = NOTHING

    @property
    def detail(self) -> str:
        """The limit that was met."""
        return f"{self.reason} limit of {self.seconds:g} s"


@dataclass(frozen=True, slots=True)
class Overflowed:
    """The prompt does not fit; with a silent server it was cut, and its answer is worth nothing."""

    kind: ClassVar[str] = "overflowed"
    reason: str  # announced, estimated, silent, canary
    tokens: int = 0  # of the prompt, as told or as estimated
    context: int = 0  # tokens that there is room for
    usage: Usage = NOTHING

    @property
    def detail(self) -> str:
        """Both counts."""
        return f"{self.tokens} tokens for a context of {self.context}"


@dataclass(frozen=True, slots=True)
class Truncated:
    """The answer was cut: it is no JSON, and no whole thought."""

    kind: ClassVar[str] = "truncated"
    reason: str  # length, whitespace, repetition, too_large
    text: str = field(default="", repr=False)
    usage: Usage = NOTHING

    @property
    def detail(self) -> str:
        """How far it came."""
        return f"after {len(self.text)} characters"


@dataclass(frozen=True, slots=True)
class Invalid:
    """A whole answer that is not what the schema asks for."""

    kind: ClassVar[str] = "invalid"
    reason: str  # not_json, schema, empty, vectors
    detail: str = ""
    text: str = field(default="", repr=False)
    usage: Usage = NOTHING


@dataclass(frozen=True, slots=True)
class Warming:
    """The server is there, its model not yet; ask again later."""

    kind: ClassVar[str] = "warming"
    reason: str  # loading, busy
    detail: str = ""
    usage: Usage = NOTHING


@dataclass(frozen=True, slots=True)
class Unavailable:
    """No server, or one in trouble."""

    kind: ClassVar[str] = "unavailable"
    reason: str  # connect, tls, http_…, cut, garbage, server_error, resting, closed
    detail: str = ""
    usage: Usage = NOTHING


Failure = Refused | TimedOut | Overflowed | Truncated | Invalid | Warming | Unavailable
ChatOutcome = Answered | Failure
EmbedOutcome = Embedded | Failure
