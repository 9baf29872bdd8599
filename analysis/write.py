"""Writes a report into its folder; each file is there whole or not at all."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from analysis.render_html import html
from analysis.render_markdown import markdown
from analysis.schema import Report


def _json(report: Report) -> str:
    return report.model_dump_json(indent=2) + "\n"


FORMATS: dict[str, Callable[[Report], str]] = {"md": markdown, "html": html, "json": _json}


def write_report(report: Report, folder: Path, formats: Iterable[str] = tuple(FORMATS)) -> tuple[Path, ...]:
    """The files written, report.json and so on; a KeyError for a format that is not known."""
    texts = [(folder / f"report.{name}", FORMATS[name](report)) for name in formats]
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts:
        _write(path, text.encode())
    _sync(folder)
    return tuple(path for path, _ in texts)


def read_report(path: Path) -> Report:
    """A report.json as it was written; pydantic's ValidationError when it is none."""
    return Report.model_validate_json(path.read_bytes())


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
