"""What a job wants read from the pages: records and their fields."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from tandem.job_urls import UrlPattern
from tandem.job_values import Flag, Section, Text, matching

FieldType = Literal[
    "text",
    "integer",
    "number",
    "money",
    "date",
    "datetime",
    "url",
    "image",
    "email",
    "phone",
    "boolean",
    "enum",
]
_Name = Annotated[
    Text,
    *matching(r"^[A-Za-z_][A-Za-z0-9_]{0,63}$", "must be a name of at most 64 letters, digits and _"),
]
_LIST_OF = "list of "


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _expression(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from error
    return value


class FieldSpec(Section):
    """One field of a record; written as a type alone (`price: money`) or with details."""

    type: FieldType
    """What the value is; `list of text`, or `[text]` in place of a type, means several of them."""
    many: Flag = False
    """Whether the field holds a list of such values."""
    hint: Text = Field(default="", max_length=500)
    """A few words that tell this value from others like it on the page."""
    pattern: Annotated[Text, AfterValidator(_expression)] = Field(default="", max_length=500)
    """A regular expression that the whole value must match."""
    values: tuple[Text, ...] = Field(default=(), max_length=500)
    """The values an `enum` may take."""
    required: Flag = False
    """Whether a record without this field is none."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if (self.type == "enum") != bool(self.values):
            raise ValueError("`values` belongs to a field of type enum, and such a field needs it")
        return self


def _field(value: Any) -> Any:
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):  # [text]: YAML's own way
        value = _LIST_OF + value[0]
    details = {"type": value} if isinstance(value, str) else value
    if not isinstance(details, dict):
        return details
    kind = details.get("type")
    if isinstance(kind, str) and kind.startswith(_LIST_OF):
        return {**details, "type": kind.removeprefix(_LIST_OF).strip(), "many": True}
    return details


class RecordSpec(Section):
    """One kind of record that pages may hold."""

    record: _Name
    """Name of the record, such as `product`."""
    match: Annotated[
        tuple[UrlPattern, ...], BeforeValidator(_one_or_many, json_schema_input_type=str | tuple[str, ...])
    ] = ()
    """URL patterns of pages that hold it; without any, each page decides for itself."""
    fields: dict[
        _Name,
        Annotated[FieldSpec, BeforeValidator(_field, json_schema_input_type=str | tuple[str] | FieldSpec)],
    ] = Field(min_length=1, max_length=200)
    """Names of the wanted fields and what they are."""
    many: Flag = False
    """Whether one page may hold several of these records."""
