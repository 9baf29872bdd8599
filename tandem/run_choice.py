"""Which run a command continues, or begins."""

import json
from typing import Any

from storage.key import KeyRules
from storage.ledger import Connection
from storage.runs import Run, abandon_run, continue_run, keep_rules, newest_run, start_run
from tandem.job import canonical_json
from tandem.job_file import LoadedJob
from tandem.problem import UsageError

# Limits may change between two continuations; what decides which URLs belong to the run may not.
_LIMITS = frozenset({"max_pages", "max_minutes", "max_bytes", "min_relevance", "topic"})


def choose_run(
    connection: Connection, loaded: LoadedJob, rules: KeyRules, *, fresh: bool
) -> tuple[Run, bool]:
    """The open run of the job's name, or a new one; and whether it was begun before."""
    job, folder = loaded.job, str(loaded.folder)
    keep_rules(connection, rules.version, rules.as_json())
    text = canonical_json(job)
    newest = newest_run(connection, job.name)
    if newest is not None and newest.is_open:
        if fresh:
            abandon_run(connection, newest.run)
        else:
            _refuse_other_ground(newest, text)
            continue_run(connection, newest, text, folder)
            return newest, True
    return start_run(connection, job.name, text, rules.version, folder), False


def _refuse_other_ground(run: Run, text: str) -> None:
    before, now = _ground(run.job_file), _ground(text)
    changed = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
    if changed:
        raise UsageError(
            f"run {run.job}/{run.number} is open and the job's {', '.join(changed)} changed since: "
            "undo that to continue it, or give it up with --fresh"
        )


def _ground(text: str) -> dict[str, Any]:
    """What decides which URLs a run visits, by the keys of the job file."""
    job = json.loads(text)
    scope = {f"scope.{key}": value for key, value in job.get("scope", {}).items() if key not in _LIMITS}
    return {"seeds": job["seeds"], **scope}
