"""Describes everything that is published, from the models: `python -m tandem.progress.asyncapi`."""

import string
import sys
from typing import Any

import yaml
from pydantic.json_schema import models_json_schema

from tandem.progress.envelope import EVENT_TYPES, Envelope
from tandem.progress.event import Event
from tandem.progress.field_words import Worded
from tandem.progress.requests import Request

PREFIX = "tandem/v1/"
HEAD = """\
# Made by `python -m tandem.progress.asyncapi > docs/asyncapi.yaml`; a test compares.
"""
PARAMETERS = {
    "run": "The run's id, such as `books-1-ab12cd34`.",
    "job": "The job's name: letters, digits, - and _.",
    "tier": "fast, deep, embed or vision.",
    "verb": "pause, resume, stop or set.",
}
ABOUT = """\
One application, a run, publishes what it does and answers requests. The protocol is MQTT 3.1.1; every payload
is a CloudEvent 1.0 in structured JSON of at most 64 KiB. The first word of every topic can be set by the job.
`state` carries the run's Last Will: a run that is gone or frozen is `lost`. QoS 1 messages may come twice;
`seq` grows with every message of a source, so a message whose `seq` is known already can be passed over.
"""


def described() -> dict[str, Any]:
    """The AsyncAPI document."""
    events = list(EVENT_TYPES.values())
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Tandem progress", "version": "1.0.0", "description": ABOUT},
        "defaultContentType": "application/json",
        "servers": {
            "broker": {
                "host": "127.0.0.1:1883",
                "protocol": "mqtt",
                "protocolVersion": "3.1.1",
                "description": "Any broker; the one that a run brings along listens on a free port.",
            }
        },
        "channels": {_channel(event): _channel_object(event) for event in events},
        "operations": {_operation(event): _operation_object(event) for event in events},
        "components": {
            "messages": {event.__name__: _message(event) for event in events},
            "schemas": _schemas(events),
        },
    }


def _channel(event: type[Event]) -> str:
    return event.__name__[0].lower() + event.__name__[1:]


def _operation(event: type[Event]) -> str:
    return f"{'take' if issubclass(event, Request) else 'tell'}{event.__name__}"


def _channel_object(event: type[Event]) -> dict[str, Any]:
    names = [name for _, name, _, _ in string.Formatter().parse(event.address) if name]
    found: dict[str, Any] = {
        "address": PREFIX + event.address,
        "messages": {event.__name__: {"$ref": f"#/components/messages/{event.__name__}"}},
    }
    if names:
        found["parameters"] = {name: {"description": PARAMETERS[name]} for name in names}
    return found


def _operation_object(event: type[Event]) -> dict[str, Any]:
    return {
        "action": "receive" if issubclass(event, Request) else "send",
        "channel": {"$ref": f"#/channels/{_channel(event)}"},
        "summary": _first_line(event),
        "bindings": {
            "mqtt": {"qos": int(event.is_assured), "retain": event.retained, "bindingVersion": "0.2.0"}
        },
    }


def _message(event: type[Event]) -> dict[str, Any]:
    payload: dict[str, Any] = {"$ref": f"#/components/schemas/{event.__name__}Message"}
    if issubclass(event, Request):  # who asks may leave the envelope away
        payload = {"anyOf": [payload, {"$ref": f"#/components/schemas/{event.__name__}"}]}
    return {"name": event.type, "title": _first_line(event), "payload": payload}


def _schemas(events: list[type[Event]]) -> dict[str, Any]:
    told = "serialization"
    kinds = [(event, "validation" if issubclass(event, Request) else told) for event in events]
    _, found = models_json_schema(
        kinds,  # type: ignore[arg-type]  # a list of pairs with the two modes
        ref_template="#/components/schemas/{model}",
        schema_generator=Worded,
    )
    schemas: dict[str, Any] = found["$defs"]
    envelope = Envelope.model_json_schema(mode="serialization", schema_generator=Worded)
    for event in events:
        schemas[f"{event.__name__}Message"] = _around(event, envelope)
    return dict(sorted(schemas.items()))


def _around(event: type[Event], envelope: dict[str, Any]) -> dict[str, Any]:
    properties = {
        **envelope["properties"],
        "type": {"const": event.type},
        "data": {"$ref": f"#/components/schemas/{event.__name__}"},
    }
    return {
        "type": "object",
        "description": _first_line(event),
        "properties": properties,
        "required": envelope["required"],
    }


def _first_line(event: type[Event]) -> str:
    return (event.__doc__ or "").splitlines()[0]


def as_yaml() -> str:
    """The document as it lies in docs/."""
    body: str = yaml.safe_dump(described(), sort_keys=False, allow_unicode=True, width=110)
    return HEAD + body


if __name__ == "__main__":
    sys.stdout.write(as_yaml())
