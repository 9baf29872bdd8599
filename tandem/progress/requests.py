"""What may be asked of a run while it goes on, and what it answers."""

import json
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, Strict, ValidationError, model_validator

from tandem.progress.event import Event

MOST_CONCURRENCY = 1024
MOST_DELAY_SECONDS = 3600
MAX_BYTES = 8 * 1024

Verb = Literal["pause", "resume", "stop", "set"]
Transaction = Annotated[str, Field(min_length=1, max_length=100)]
RunId = Annotated[str, Field(min_length=1, max_length=200)]


class Request(Event):
    """Something asked of one run; whoever asks may send the bare `data`, without the envelope."""

    is_assured: ClassVar[bool] = True
    verb: ClassVar[Verb]

    transaction: Transaction
    """Any text of the asker's; the answer repeats it."""
    run: RunId
    """The run's id."""


class PauseRequest(Request):
    """Begin no more requests until resumed."""

    type: ClassVar[str] = "tandem.cmd.pause.v1"
    address: ClassVar[str] = "cmd/request/pause"
    verb: ClassVar[Verb] = "pause"


class ResumeRequest(Request):
    """Go on after a pause."""

    type: ClassVar[str] = "tandem.cmd.resume.v1"
    address: ClassVar[str] = "cmd/request/resume"
    verb: ClassVar[Verb] = "resume"


class StopRequest(Request):
    """Finish what is in hand and end, as the first Ctrl-C does; the same command continues the run."""

    type: ClassVar[str] = "tandem.cmd.stop.v1"
    address: ClassVar[str] = "cmd/request/stop"
    verb: ClassVar[Verb] = "stop"


class SetRequest(Request):
    """Change how hard servers are pressed, until the end of this process."""

    type: ClassVar[str] = "tandem.cmd.set.v1"
    address: ClassVar[str] = "cmd/request/set"
    verb: ClassVar[Verb] = "set"

    concurrency: Annotated[int, Strict(), Field(ge=1, le=MOST_CONCURRENCY)] | None = None
    """Most requests in flight."""
    delay: Annotated[float, Strict(), Field(ge=0, le=MOST_DELAY_SECONDS)] | None = None
    """Seconds between two requests to one host; what a host's robots.txt asks for still holds."""

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.concurrency is None and self.delay is None:
            raise ValueError("needs concurrency, delay or both")
        return self


class Answer(Event):
    """What a run says to a request."""

    type: ClassVar[str] = "tandem.cmd.response.v1"
    address: ClassVar[str] = "cmd/response/{verb}"
    is_assured: ClassVar[bool] = True

    verb: Verb
    """What was asked."""
    transaction: str = Field(max_length=100)
    """That of the request; empty when it could not be read."""
    run: str
    """Which run answers."""
    ok: bool
    """Whether it was done."""
    reason: str = Field(max_length=2000)
    """What was done, or why not."""


class Unreadable(Event):
    """A request that is none; nobody publishes it, it stands for what came."""

    type: ClassVar[str] = "tandem.cmd.unreadable.v1"

    verb: Verb
    transaction: str
    run: str
    reason: str


REQUESTS: dict[str, type[Request]] = {
    request.verb: request for request in (PauseRequest, ResumeRequest, StopRequest, SetRequest)
}


def read_request(verb: str, payload: bytes) -> Request | Unreadable | None:
    """The request on `cmd/request/<verb>`, bare or in an envelope; None where no run serves the verb."""
    kind = REQUESTS.get(verb)
    if kind is None:
        return None
    fields: Any = _fields(payload)
    if isinstance(fields, str):
        return Unreadable(verb=kind.verb, transaction="", run="", reason=fields)
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        return Unreadable(
            verb=kind.verb,
            transaction=_text(fields, "transaction"),
            run=_text(fields, "run"),
            reason=_why(error),
        )


def _fields(payload: bytes) -> dict[str, Any] | str:
    if len(payload) > MAX_BYTES:
        return f"a request has at most {MAX_BYTES:,} bytes"
    try:
        value = json.loads(payload)
    except (ValueError, RecursionError):
        return "a request is a JSON object"
    if isinstance(value, dict) and "specversion" in value:
        value = value.get("data")
    return value if isinstance(value, dict) else "a request is a JSON object"


def _text(fields: dict[str, Any], key: str) -> str:
    value = fields.get(key)
    return value[:100] if isinstance(value, str) else ""


def _why(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    said = first["msg"].removeprefix("Value error, ")
    return f"{place}: {said}" if place else said
