"""Selectors in a JSON file, which a user keeps, edits and brings back."""

import json
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
)

from scraper.selection.selector import BadSelector
from storage.learned_rows import FieldRow, Learned, TemplateRow
from tandem.problem import Place, Problem, UsageError
from tandem.selector_rows import checked_line, lines_of

FORMAT = "tandem-selectors"
VERSION = 1
_SHARED = frozenset(("promoted", "pinned"))


def _hexadecimal(text: str) -> str:
    bytes.fromhex(text)
    return text


def _selector(line: str, info: ValidationInfo) -> str:
    return checked_line(info.data.get("field", ""), line)


Hex = Annotated[str, AfterValidator(_hexadecimal)]
Line = Annotated[str, AfterValidator(_selector)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
TemplateId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{12}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TemplateEntry(_Strict):
    """One kind of page; the sketch is how its pages are recognised."""

    id: TemplateId
    shape: str
    pages: Annotated[int, Field(ge=0)] = 0
    sketch: Hex
    body: dict[str, Any] = Field(default_factory=dict)


class FieldEntry(_Strict):
    """The selectors of one field, best first."""

    template: TemplateId | Literal[""]
    record: Name
    field: Name
    state: Literal["promoted", "pinned"]
    wish: Hex = ""
    version: Annotated[int, Field(ge=0, le=1_000_000)] = 1
    selectors: Annotated[list[Line], Field(min_length=1, max_length=20)]


class HostEntry(_Strict):
    """Everything of one host."""

    host: Name
    templates: list[TemplateEntry] = Field(default_factory=list)
    fields: list[FieldEntry] = Field(default_factory=list)


class SelectorFile(_Strict):
    """The whole file."""

    format: Literal["tandem-selectors"]
    version: Literal[1]
    hosts: list[HostEntry]


def as_text(learned: Learned) -> str:
    """What is in use, host by host; what is on probation stays at home."""
    fields = [row for row in learned.fields if row.state in _SHARED]
    used = {row.template for row in fields}
    hosts = [
        {
            "host": host,
            "templates": [
                _template_entry(row) for row in learned.templates if row.host == host and row.template in used
            ],
            "fields": [_field_entry(row) for row in fields if row.host == host],
        }
        for host in sorted({row.host for row in fields})
    ]
    document = {"format": FORMAT, "version": VERSION, "hosts": hosts}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def from_text(text: str, name: str) -> Learned:
    """The rows that a file says; one that says none, or nonsense, is refused with every reason."""
    try:
        read = SelectorFile.model_validate_json(text)
    except ValidationError as error:
        raise UsageError(*(_problem(one, name) for one in error.errors())) from error
    missing = _unknown_templates(read)
    if missing:
        raise UsageError(*(Problem(Place(name), path, message) for path, message in missing))
    return Learned(
        tuple(_template_row(host.host, one) for host in read.hosts for one in host.templates),
        tuple(_field_row(host.host, one) for host in read.hosts for one in host.fields),
    )


def _unknown_templates(read: SelectorFile) -> list[tuple[str, str]]:
    found = []
    for place, host in enumerate(read.hosts):
        known = {one.id for one in host.templates} | {""}
        for number, one in enumerate(host.fields):
            path = f"hosts.{place}.fields.{number}"
            if one.template not in known:
                found.append((f"{path}.template", f"{host.host} has no template {one.template} in this file"))
            if not one.template and one.state != "pinned":
                found.append((f"{path}.state", "selectors for all pages of a host can only be pinned"))
            if one.state == "promoted" and not one.wish:
                found.append((f"{path}.wish", "what was learned names the wish; pin what you write yourself"))
    return found


def _problem(error: Any, name: str) -> Problem:
    reason = error.get("ctx", {}).get("error")
    message = str(reason) if isinstance(reason, BadSelector) else str(error["msg"])
    return Problem(Place(name), ".".join(map(str, error["loc"])), message)


def _template_entry(row: TemplateRow) -> dict[str, Any]:
    body = json.loads(row.body) if row.body else {}
    return {
        "id": row.template,
        "shape": row.shape,
        "pages": row.pages,
        "sketch": row.sketch.hex(),
        "body": body,
    }


def _field_entry(row: FieldRow) -> dict[str, Any]:
    return {
        "template": row.template,
        "record": row.record,
        "field": row.field,
        "state": row.state,
        "wish": row.wish.hex(),
        "version": row.version,
        "selectors": lines_of(row),
    }


def _template_row(host: str, one: TemplateEntry) -> TemplateRow:
    body = json.dumps(one.body, separators=(",", ":")) if one.body else ""
    return TemplateRow(one.id, host, one.shape, bytes.fromhex(one.sketch), one.pages, body)


def _field_row(host: str, one: FieldEntry) -> FieldRow:
    is_pinned = one.state == "pinned"
    selectors = [{"line": line} for line in one.selectors]
    body = json.dumps({"selectors": selectors, "why": "imported"}, ensure_ascii=False)
    wish = b"" if is_pinned else bytes.fromhex(one.wish)
    return FieldRow(
        host, one.template, one.record, one.field, wish, 0 if is_pinned else one.version, one.state, body
    )
