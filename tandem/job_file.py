"""A job from where the user wrote it: a file, standard input, a URL alone, and what `--set` changes."""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any
from urllib.parse import urlsplit

from tandem.job import Job
from tandem.job_check import check
from tandem.job_yaml import MAX_BYTES, Path, Written, dotted, read
from tandem.problem import JobError, Place, Problem, UsageError

_URL = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LoadedJob:
    """A job and the folder that its relative paths start from."""

    job: Job
    folder: FilePath


def load_job(source: str, changes: Iterable[str] = ()) -> LoadedJob:
    """The job; JobError names every problem with it at once."""
    written = _written(source)
    for change in changes:
        _apply(change, written)
    job, problems = check(written)
    if job is None:
        raise JobError(problems)
    return LoadedJob(job, _folder(source))


def job_name_of(url: str) -> str:
    """The name of the job that a URL alone makes: its host."""
    host = urlsplit(url).hostname or "site"
    return re.sub(r"[^A-Za-z0-9_-]+", "-", host).strip("-")[:100] or "site"


def _written(source: str) -> Written:
    if _URL.match(source):
        return _written_url(source)
    return read_source(source)


def read_source(source: str) -> Written:
    """What stands in a YAML file, or in standard input for `-`."""
    if source == "-":
        return read(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>")
    return read(_file_bytes(source), source)


def _written_url(url: str) -> Written:
    try:
        name = job_name_of(url)
    except ValueError as error:
        raise UsageError(f"{url}: is not a URL: {error}") from error
    return Written(url, {"name": name, "seeds": [url]})


def _file_bytes(source: str) -> bytes:
    try:
        with FilePath(source).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        hint = (
            f"; a URL begins with http:// (https://{source}?)" if "." in source and "/" not in source else ""
        )
        raise UsageError(
            f"{source}: there is no such file{hint}; `tandem init -o {source}` writes one"
        ) from error
    except OSError as error:
        raise UsageError(f"{source}: cannot be read: {error.strerror}") from error


def _folder(source: str) -> FilePath:
    is_file = source != "-" and not _URL.match(source)
    return FilePath(source).resolve().parent if is_file else FilePath.cwd()


def _apply(change: str, written: Written) -> None:
    """One `key.path=value` over what the file says."""
    name, equals, text = change.partition("=")
    place = Place(f"--set {change}")
    path = _set_path(name.strip())
    if not equals or not path:
        written.problems.append(
            Problem(place, "", "must look like key.path=value, such as scope.max_pages=50")
        )
        return
    given = read(text.encode("utf-8", "surrogateescape"), place.source)
    written.problems += [Problem(place, dotted(path), problem.message) for problem in given.problems]
    if not given.problems:
        written.value = {} if written.value is None else written.value
        _put(written, path, given.value, place)


def _set_path(name: str) -> Path:
    steps = re.sub(r"\[(\d+)\]", r".\1", name).split(".")
    return tuple(int(step) if step.isdigit() else step for step in steps) if all(steps) else ()


def _put(written: Written, path: Path, value: Any, place: Place) -> None:
    inside = written.value
    for depth, step in enumerate(path):
        key = str(step) if isinstance(inside, dict) else step
        written.places[path[: depth + 1]] = place
        if not _can_hold(inside, key):
            written.problems.append(
                Problem(place, dotted(path), f"there is nothing at {dotted(path[: depth + 1])}")
            )
            return
        if depth == len(path) - 1:
            inside[key] = value
        elif isinstance(inside, dict):
            inside = inside.setdefault(key, {})
        else:
            inside = inside[key]


def _can_hold(inside: Any, key: str | int) -> bool:
    if isinstance(inside, list):
        return isinstance(key, int) and key < len(inside)
    return isinstance(inside, dict)
