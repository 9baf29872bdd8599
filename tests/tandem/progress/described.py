"""Says what is wrong with a published message, by the page that describes them all."""

import json
import re
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from tandem.progress.asyncapi import described

MAX_BYTES = 64 * 1024


@cache
def _document() -> dict[str, Any]:
    return described()


@cache
def _validators() -> list[tuple[re.Pattern[str], Draft202012Validator]]:
    found = []
    for channel in _document()["channels"].values():
        pattern = re.compile(re.sub(r"{\w+}", "[A-Za-z0-9_-]+", channel["address"]))
        (name,) = channel["messages"]
        payload = _document()["components"]["messages"][name]["payload"]
        schema = {**payload, "components": _document()["components"]}
        found.append((pattern, Draft202012Validator(schema)))
    return found


def problems(topic: str, payload: bytes) -> list[str]:
    """One line each; none when the message is as described."""
    validator = next((one for pattern, one in _validators() if pattern.fullmatch(topic)), None)
    if validator is None:
        return [f"{topic}: there is no channel of this name"]
    try:
        message = json.loads(payload)
    except ValueError:
        return [f"{topic}: no JSON"]
    found = [f"{topic}: {error.message[:300]}" for error in validator.iter_errors(message)]
    return [*found, *([f"{topic}: {len(payload)} bytes"] if len(payload) > MAX_BYTES else [])]
