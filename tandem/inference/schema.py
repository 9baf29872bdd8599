"""Checks an answer against the part of JSON Schema that every server's grammar understands."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from tandem.inference.words import Json, Schema

MOST_LENGTH = 1999  # grammars fail on longer bounds
_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
_KNOWN = {
    "type",
    "enum",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "minItems",
    "maxItems",
    "maxLength",
    "minimum",
    "maximum",
    "description",
    "title",
}


def check_schema(schema: Schema, path: str = "$") -> None:
    """Raises ValueError for a schema that a grammar may misread, or that does not bound an answer."""
    unknown = sorted(schema.keys() - _KNOWN)
    if unknown:
        raise ValueError(f"{path}: {unknown[0]} is not in the subset that all servers enforce")
    if "enum" in schema:
        return
    kind = schema.get("type")
    if not isinstance(kind, str) or kind not in _TYPES:
        raise ValueError(f"{path}: needs one type or an enum")
    if kind == "string" and not 0 < schema.get("maxLength", 0) <= MOST_LENGTH:
        raise ValueError(f"{path}: a string needs a maxLength of at most {MOST_LENGTH}")
    if kind == "array":
        if schema.get("maxItems", 0) < 1 or "items" not in schema:
            raise ValueError(f"{path}: an array needs items and maxItems")
        check_schema(schema["items"], f"{path}[]")
    for name, inner in schema.get("properties", {}).items():
        check_schema(inner, f"{path}.{name}")


def problem_with(value: Json, schema: Schema, path: str = "$") -> str:
    """Where and why the value does not keep to the schema; empty when it does."""
    if "enum" in schema:
        is_one = any(value == one and type(value) is type(one) for one in schema["enum"])
        return "" if is_one else f"{path}: is none of the {len(schema['enum'])} choices"
    kind = str(schema.get("type"))
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return f"{path}: is no {kind}"
    if kind == "object":
        return _problem_with_object(cast(dict[str, Any], value), schema, path)
    if kind == "array":
        return _problem_with_array(cast(list[Any], value), schema, path)
    if kind == "string":
        return _outside(len(cast(str, value)), (None, schema.get("maxLength")), path, "characters")
    if kind in {"integer", "number"}:
        return _outside(cast(float, value), (schema.get("minimum"), schema.get("maximum")), path, "value")
    return ""


def _problem_with_object(value: Mapping[str, Any], schema: Schema, path: str) -> str:
    properties: Mapping[str, Schema] = schema.get("properties", {})
    missing = [name for name in schema.get("required", ()) if name not in value]
    if missing:
        return f"{path}: {missing[0]} is missing"
    extra = sorted(value.keys() - properties.keys())
    if extra and schema.get("additionalProperties") is False:
        return f"{path}: {extra[0][:40]} was not asked for"
    problems = (problem_with(value[n], s, f"{path}.{n}") for n, s in properties.items() if n in value)
    return next(filter(None, problems), "")


def _problem_with_array(value: Sequence[Any], schema: Schema, path: str) -> str:
    problem = _outside(len(value), (schema.get("minItems"), schema.get("maxItems")), path, "items")
    problems = (problem_with(one, schema["items"], f"{path}[{index}]") for index, one in enumerate(value))
    return problem or next(filter(None, problems), "")


def _outside(value: float, bounds: tuple[float | None, float | None], path: str, what: str) -> str:
    least, most = bounds
    if least is not None and value < least:
        return f"{path}: {what} below {least}"
    if most is not None and value > most:
        return f"{path}: {what} beyond {most}"
    return ""
