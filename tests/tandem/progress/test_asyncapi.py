import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tandem.progress.asyncapi import as_yaml, described
from tandem.progress.envelope import EVENT_TYPES
from tests.tandem.progress.described import problems

HOME = Path(__file__).parents[3]
DOCUMENT = described()


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_the_page_in_docs_is_fresh() -> None:
    written = (HOME / "docs" / "asyncapi.yaml").read_text(encoding="utf-8")
    assert written == as_yaml(), "run python -m tandem.progress.asyncapi > docs/asyncapi.yaml"


def test_it_is_yaml_of_asyncapi_3() -> None:
    read = yaml.safe_load(as_yaml())
    assert read == json.loads(json.dumps(DOCUMENT))
    assert read["asyncapi"] == "3.0.0"


def test_every_reference_leads_somewhere() -> None:
    for reference in set(references(DOCUMENT)):
        place: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_every_event_has_a_channel_an_operation_and_a_message() -> None:
    for name in ("channels", "operations"):
        assert len(DOCUMENT[name]) == len(EVENT_TYPES)
    assert {message["name"] for message in DOCUMENT["components"]["messages"].values()} == set(EVENT_TYPES)


def test_every_parameter_of_an_address_is_described() -> None:
    for channel in DOCUMENT["channels"].values():
        assert set(re.findall(r"{(\w+)}", channel["address"])) == set(channel.get("parameters", {}))
        assert channel["address"].count("/") <= 7


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_every_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(DOCUMENT["components"]["schemas"][name])


@pytest.mark.parametrize(
    ("topic", "payload", "problem"),
    [
        ("tandem/v1/run/r/surprise", b"{}", "no channel"),
        ("tandem/v1/run/r/state", b"nothing", "no JSON"),
        ("tandem/v1/run/r/state", b"{}", "is a required property"),
        ("tandem/v1/cmd/request/pause", b'{"run": "r"}', "is not valid under any"),
    ],
)
def test_a_wrong_message_is_found_out(topic: str, payload: bytes, problem: str) -> None:
    assert problem in problems(topic, payload)[0]


def test_a_bare_request_is_right() -> None:
    assert problems("tandem/v1/cmd/request/pause", b'{"run": "r", "transaction": "1"}') == []
