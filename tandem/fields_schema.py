"""The wanted records from a file of their own: one entry of a job's `select`, or a list of them."""

from dataclasses import replace
from typing import Any

from scraper.selection.wanted import Wanted
from tandem.job_check import check
from tandem.job_file import read_source
from tandem.job_yaml import Path, Written
from tandem.problem import JobError, Problem
from tandem.wishes import wanted_of

_ENTRY = "select[0]."


def load_wanted(source: str) -> tuple[Wanted, ...]:
    """The records; JobError names every problem with the file at once."""
    written = read_source(source)
    is_one = isinstance(written.value, dict) and "select" not in written.value
    job, problems = check(_as_job(written, is_one))
    if job is None:
        raise JobError(tuple(_as_written(one, is_one) for one in problems))
    if not job.select:
        raise JobError(
            (
                Problem(
                    written.place(()),
                    "",
                    "names no record; it begins with `record: product` and its `fields`",
                ),
            )
        )
    return tuple(wanted_of(one) for one in job.select)


def _as_job(written: Written, is_one: bool) -> Written:
    """The smallest job that wants these records, every path keeping its place in the file."""
    entries: Any = [written.value] if is_one else written.value
    if isinstance(entries, dict):  # a whole job: only what it selects counts here
        entries = entries["select"]
    above: Path = ("select", 0) if is_one else ("select",)
    is_job = isinstance(written.value, dict) and not is_one
    places = written.places if is_job else {(*above, *path): place for path, place in written.places.items()}
    job = {"name": "fields", "seeds": ["http://localhost/"], "select": entries}
    return Written(
        written.source,
        job if written.value is not None else None,
        {**places, (): written.place(())},
        written.problems,
    )


def _as_written(problem: Problem, is_one: bool) -> Problem:
    path = problem.path
    if is_one:
        path = path.removeprefix(_ENTRY) if path != _ENTRY[:-1] else ""
    return replace(problem, path=path)
