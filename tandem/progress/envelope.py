"""An event under way: CloudEvents 1.0, structured mode, in JSON."""

from datetime import UTC, datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, ValidationError, model_validator

from tandem.progress.events import EVENT_TYPES, Event

MAX_BYTES = 64 * 1024


class Envelope(BaseModel):
    """One event with its number and time; numbers of one source only grow."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"] = "application/json"
    seq: int = Field(ge=0)
    data: SerializeAsAny[Event]

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

    def to_json(self) -> str:
        """As it is published."""
        return self.model_dump_json()


def read_envelope(payload: bytes | str) -> Envelope | None:
    """The message, or None when it is none of ours: others may write to a broker, too."""
    if len(payload) > MAX_BYTES:
        return None
    try:
        return Envelope.model_validate_json(payload)
    except ValidationError:
        return None


def now() -> datetime:
    """The time of a message."""
    return datetime.now(UTC)
