"""Writes a report into its folder; each file is there whole or not at all."""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import ValidationError

from analysis.render_html import html
from analysis.render_markdown import markdown
from analysis.render_pdf import pdf
from analysis.schema import SCHEMA_VERSION, Report


def _json(report: Report) -> bytes:
    return (report.model_dump_json(indent=2) + "\n").encode()


FORMATS: dict[str, Callable[[Report], bytes]] = {
    "md": lambda report: markdown(report).encode(),
    "html": lambda report: html(report).encode(),
    "json": _json,
    "pdf": pdf,
}
EVERYWHERE = ("md", "html", "json")  # what can be written without an extra


def write_report(report: Report, folder: Path, formats: Iterable[str] = EVERYWHERE) -> tuple[Path, ...]:
    """The files written, report.json and so on; a KeyError for a format that is not known."""
    contents = [(folder / f"report.{name}", FORMATS[name](report)) for name in formats]
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in contents:
        _write(path, content)
    _sync(folder)
    return tuple(path for path, _ in contents)


class NotAReport(ValueError):
    """A file that is no report of this version; the message says what it is."""


def read_report(path: Path) -> Report:
    """A report.json as it was written."""
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise NotAReport(f"{path} is not JSON: {error}") from error
    if not _can_be_written(found):
        raise NotAReport(f"{path} holds halves of characters, which no other file can")
    version = found.get("schema_version") if isinstance(found, dict) else None
    if version != SCHEMA_VERSION:
        told = "is no report" if version is None else f"is a report of version {version}"
        raise NotAReport(f"{path} {told}, and version {SCHEMA_VERSION} is read here; make the report anew")
    try:
        return Report.model_validate(found, strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the report"
        raise NotAReport(f"{path} was changed or is damaged: {place}: {first['msg']}") from error


def _can_be_written(found: object) -> bool:
    """Whether every text in it has an encoding."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
