"""Plain values to a job, or every problem with them in plain words."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tandem.job import Job
from tandem.job_yaml import Path, Written, dotted
from tandem.problem import Problem

_LIMITS = {
    "greater_than_equal": ("ge", "must be at least {}"),
    "greater_than": ("gt", "must be more than {}"),
    "less_than_equal": ("le", "must be at most {}"),
    "less_than": ("lt", "must be less than {}"),
    "string_too_long": ("max_length", "must have at most {} characters"),
    "string_too_short": ("min_length", "must have at least {} characters"),
    "too_long": ("max_length", "must have at most {} entries"),
    "too_short": ("min_length", "must have at least {} entries"),
}
_KINDS = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "string_type": "text; put it in quotes",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
}


def check(written: Written) -> tuple[Job | None, tuple[Problem, ...]]:
    """The job, or everything that is wrong with it in the order of the file."""
    problems = list(written.problems)
    job = None
    if written.value is not None:
        try:
            job = Job.model_validate(written.value)
        except ValidationError as error:
            problems += _problems(error, written)
    ordered = tuple(sorted(set(problems)))
    return (None if ordered else job), ordered


def _problems(error: ValidationError, written: Written) -> Iterator[Problem]:
    details = error.errors(include_url=False)
    known = {problem.path for problem in written.problems}
    for detail in details:
        path = _path(detail["loc"])
        if detail["type"] == "too_short" and any(
            _is_inside(other["loc"], detail["loc"]) for other in details
        ):
            continue  # the entries are there, but wrong, and that is said already
        if dotted(path) not in known:
            yield Problem(written.place(path), dotted(path), _message(detail, path))


def _path(loc: tuple[int | str, ...]) -> Path:
    return tuple(step for step in loc if not (isinstance(step, str) and step[:1] in {"(", "["}))


def _is_inside(inner: tuple[int | str, ...], outer: tuple[int | str, ...]) -> bool:
    return len(inner) > len(outer) and inner[: len(outer)] == outer


def _message(detail: ErrorDetails, path: Path) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(path)
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return _unknown_word(re.findall(r"'([^']*)'", context["expected"]), detail["input"])
    if kind in _LIMITS:
        name, sentence = _LIMITS[kind]
        return sentence.format(_number(context[name])) + _not(detail["input"])
    if kind in _KINDS:
        return f"must be {_KINDS[kind]}" + _not(detail["input"])
    return detail["msg"]


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _not(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", not keys with values"
    if isinstance(value, list | tuple):
        return f", not a list of {len(value)}"
    text = repr(value) if isinstance(value, str) else str(value).lower()
    return f", not {text if len(text) <= 60 else text[:57] + '…'}"


def _unknown_word(words: list[str], value: Any) -> str:
    close = difflib.get_close_matches(str(value), words, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"must be one of {', '.join(words)}{_not(value)}{hint}"


def _unknown_key(path: Path) -> str:
    key, parent = str(path[-1]), path[:-1]
    here = keys_of(_section(Job, parent))
    everywhere: dict[str, str] = {}
    for full in _all_paths(Job, ()):
        everywhere.setdefault(full.rsplit(".", 1)[-1], full)
    # A key that is right elsewhere is misplaced rather than misspelt, unless it is all but right here.
    cutoff = 0.75 if key in everywhere else 0.6
    if close := difflib.get_close_matches(key, here, n=1, cutoff=cutoff):
        return f"unknown key, did you mean `{close[0]}`?"
    if close := difflib.get_close_matches(key, everywhere, n=1, cutoff=0.75):
        return f"unknown key, did you mean `{everywhere[close[0]]}`?"
    nearest = difflib.get_close_matches(key, here, n=1, cutoff=0.0)
    return f"unknown key; the nearest is `{nearest[0]}`, all of them here: {', '.join(here)}"


def keys_of(section: type[BaseModel] | None) -> tuple[str, ...]:
    """The keys that may be written in a section."""
    return tuple(field.alias or name for name, field in section.model_fields.items()) if section else ()


def _section(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    for step in path:
        if isinstance(step, int) or step not in model.model_fields:
            continue  # an index, or a name of the user's own: the section inside is the one of the list
        inner = _model_in(model.model_fields[step].annotation)
        if inner is None:
            return None
        model = inner
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)


def _all_paths(model: type[BaseModel], path: tuple[str, ...]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield ".".join((*path, field.alias or name))
        if (inner := _model_in(field.annotation)) is not None and inner.__name__ != "Secret":
            yield from _all_paths(inner, (*path, name))
