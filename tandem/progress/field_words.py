"""JSON Schema that tells of each field what the docstring below it says.

Pydantic can read these docstrings itself, but does so when a model is defined: every start of every command
would parse the source of all models for them.
"""

import ast
import inspect
from textwrap import dedent
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue


class Worded(GenerateJsonSchema):
    """Pydantic's own generator, with descriptions."""

    def model_schema(self, schema: Any) -> JsonSchemaValue:
        written = super().model_schema(schema)
        words = _words_of(cast(type[BaseModel], schema["cls"]))
        for name, field in written.get("properties", {}).items():
            if name in words:
                field.setdefault("description", words[name])
        return written


def _words_of(model: type[BaseModel]) -> dict[str, str]:
    """By field; a class has the last word over those it inherits from."""
    words: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if issubclass(one, BaseModel) and one is not BaseModel:
            words |= _below_fields(one)
    written = {name: field.alias or name for name, field in model.model_fields.items()}
    return {written.get(name, name): text for name, text in words.items()}


def _below_fields(model: type[BaseModel]) -> dict[str, str]:
    (defined,) = ast.parse(dedent(inspect.getsource(model))).body
    assert isinstance(defined, ast.ClassDef)  # noqa: S101 - what the source of a class is
    words = {}
    for field, below in zip(defined.body, defined.body[1:], strict=False):
        match field, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                words[name] = inspect.cleandoc(text)
    return words
