"""An event under way: CloudEvents 1.0, structured mode, in JSON."""

from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, ValidationError, model_validator

from tandem.progress.event import Event
from tandem.progress.events import ErrorEvent, NewestRun, PageBatch, RecordBatch, ReportEvent, RunState
from tandem.progress.figures import AnalysisStats, Hosts, ModelStats, Stats
from tandem.progress.requests import REQUESTS, Answer, read_request

MAX_BYTES = 64 * 1024
REQUEST_TOPIC = "cmd/request/"

_FROM_RUNS: tuple[type[Event], ...] = (
    RunState,
    Stats,
    Hosts,
    ModelStats,
    AnalysisStats,
    PageBatch,
    RecordBatch,
)
_RARE: tuple[type[Event], ...] = (ErrorEvent, ReportEvent, NewestRun, Answer, *REQUESTS.values())
EVENT_TYPES: dict[str, type[Event]] = {event.type: event for event in _FROM_RUNS + _RARE}


class Envelope(BaseModel):
    """One event with its number and time; numbers of one source only grow."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    specversion: Literal["1.0"] = "1.0"
    """Of CloudEvents."""
    id: str
    """Unique: source and number."""
    source: str
    """Who says it: /tandem/run/<run>, or /tandem/ask/<transaction>."""
    type: str
    """What `data` is."""
    subject: str
    """The run's id."""
    time: datetime
    """When it was said."""
    datacontenttype: Literal["application/json"] = "application/json"
    """What `data` is written in."""
    seq: int = Field(ge=0)
    """Grows with every message of a source, also from one process of a run to the next."""
    data: SerializeAsAny[Event]
    """The event itself."""

    @model_validator(mode="before")
    @classmethod
    def _read_data_by_type(cls, fields: Any) -> Any:
        if not isinstance(fields, dict) or isinstance(fields.get("data"), Event):
            return fields
        event = EVENT_TYPES.get(fields.get("type", ""))
        if event is None:
            raise ValueError(f"unknown type {fields.get('type')!r}")
        return {**fields, "data": event.model_validate(fields.get("data"))}

    @classmethod
    def around(cls, event: Event, source: str, seq: int, time: datetime) -> Self:
        """The event as message number `seq` of a source."""
        run = getattr(event, "run", "")
        return cls(
            id=f"{source}/{seq}", source=source, type=event.type, subject=run, time=time, seq=seq, data=event
        )

    @property
    def topic(self) -> str:
        """Where it is published, behind the prefix and the version."""
        return self.data.topic()

    @cached_property
    def payload(self) -> bytes:
        """As it is published."""
        return self.model_dump_json().encode()

    def to_json(self) -> str:
        """As it is published."""
        return self.payload.decode()


def read_envelope(payload: bytes | str) -> Envelope | None:
    """The message, or None when it is none of ours: others may write to a broker, too."""
    if len(payload) > MAX_BYTES:
        return None
    try:
        return Envelope.model_validate_json(payload)
    except ValidationError:
        return None


def read_message(topic: str, payload: bytes) -> Envelope | None:
    """What came on a topic behind prefix and version; a request also when it is bare or wrong."""
    if not topic.startswith(REQUEST_TOPIC):
        return read_envelope(payload)
    request = read_request(topic.removeprefix(REQUEST_TOPIC), payload)
    return None if request is None else Envelope.around(request, "/tandem/ask", 0, now())


def now() -> datetime:
    """The time of a message."""
    return datetime.now(UTC)
