"""The part of JSON Schema that is checked here, whatever the server promised."""

from typing import Any

import pytest

from tandem.inference.schema import check_schema, problem_with

PICK = {
    "type": "object",
    "properties": {
        "price": {"enum": [0, 3, 7]},
        "kind": {"enum": ["a", "b"]},
        "note": {"type": "string", "maxLength": 5},
        "marks": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 9}, "maxItems": 2},
        "share": {"type": "number", "maximum": 1},
        "is_new": {"type": "boolean"},
        "gone": {"type": "null"},
    },
    "required": ["price"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"price": 3}, ""),
        (
            {
                "price": 0,
                "kind": "b",
                "note": "12345",
                "marks": [9, 0],
                "share": 0.5,
                "is_new": True,
                "gone": None,
            },
            "",
        ),
        ({}, "$: price is missing"),
        ({"price": 4}, "$.price: is none of the 3 choices"),
        ({"price": "3"}, "$.price: is none of the 3 choices"),
        ({"price": False}, "$.price: is none of the 3 choices"),  # though False == 0
        ({"price": 3.0}, "$.price: is none of the 3 choices"),
        ({"price": 3, "kind": "c"}, "$.kind: is none of the 2 choices"),
        ({"price": 3, "note": "123456"}, "$.note: characters beyond 5"),
        ({"price": 3, "note": 5}, "$.note: is no string"),
        ({"price": 3, "marks": [1, 2, 3]}, "$.marks: items beyond 2"),
        ({"price": 3, "marks": [1, 10]}, "$.marks[1]: value beyond 9"),
        ({"price": 3, "marks": [-1]}, "$.marks[0]: value below 0"),
        ({"price": 3, "marks": [True]}, "$.marks[0]: is no integer"),
        ({"price": 3, "share": 2}, "$.share: value beyond 1"),
        ({"price": 3, "is_new": 1}, "$.is_new: is no boolean"),
        ({"price": 3, "gone": 0}, "$.gone: is no null"),
        ({"price": 3, "extra": 1}, "$: extra was not asked for"),
        ([], "$: is no object"),
        (None, "$: is no object"),
    ],
)
def test_what_does_not_keep_to_the_schema_is_named(value: Any, problem: str) -> None:
    assert problem_with(value, PICK) == problem


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string", "pattern": "^a"}, "pattern"),
        ({"type": "string"}, "maxLength"),
        ({"type": "string", "maxLength": 2000}, "1999"),
        ({"type": "array", "items": {"type": "integer"}}, "maxItems"),
        ({"type": "array", "maxItems": 3}, "items"),
        ({"type": ["string", "null"]}, "one type"),
        ({"anyOf": []}, "anyOf"),
        ({"type": "object", "properties": {"a": {"type": "text"}}}, r"\$\.a"),
        ({"type": "array", "maxItems": 3, "items": {"type": "string"}}, r"\$\[\]"),
    ],
)
def test_a_schema_that_servers_misread_or_that_bounds_nothing_is_a_bug(
    schema: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        check_schema(schema)


def test_a_schema_within_the_subset_passes() -> None:
    check_schema(PICK)
