"""Runs: which were made of a job, how they ended, what they have counted."""

import secrets
import time
from dataclasses import dataclass

from storage.ledger import Connection, StorageError
from storage.visit_rows import OPEN, reopen
from storage.words import CAPTURED, Kind, Outcome

REDIRECTED = "redirected"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one job, as the ledger knows it."""

    run: int
    id: str
    job: str
    number: int
    state: str
    started_at: float
    ended_at: float | None
    exit_code: int | None
    note: str
    seconds_used: float
    rules: str
    job_file: str
    folder: str = ""  # of the job file; empty where nobody wrote it down

    @property
    def is_open(self) -> bool:
        """Whether the same command continues it."""
        return self.state != "abandoned" and self.exit_code != 0


@dataclass(frozen=True, slots=True)
class Count:
    """How many visits of a kind ended so, and the bytes they took on the wire."""

    kind: int
    outcome: str
    reason: str
    visits: int
    bytes: int

    @property
    def is_page(self) -> bool:
        """Whether these count against a limit on pages."""
        stored = self.outcome in {Outcome.FETCHED, Outcome.UNCHANGED}
        return self.kind == Kind.PAGE and stored and self.reason != CAPTURED


_COLUMNS = "run, id, job, number, state, started_at, ended_at, exit_code, note, seconds_used, rules"
_COLUMNS += ", job_file, folder"


def all_runs(connection: Connection) -> list[Run]:
    """Every run of the workspace, oldest first."""
    return [Run(*row) for row in connection.execute(f"SELECT {_COLUMNS} FROM runs ORDER BY run")]  # noqa: S608


def newest_run(connection: Connection, job: str) -> Run | None:
    """The newest run of a job."""
    query = f"SELECT {_COLUMNS} FROM runs WHERE job = ? ORDER BY number DESC LIMIT 1"  # noqa: S608
    row = connection.execute(query, (job,)).fetchone()
    return None if row is None else Run(*row)


def previous_complete(connection: Connection, run: Run) -> Run | None:
    """The newest complete run of the same job before this one."""
    query = (
        f"SELECT {_COLUMNS} FROM runs WHERE job = ? AND number < ? AND exit_code = 0"  # noqa: S608
        " ORDER BY number DESC LIMIT 1"
    )
    row = connection.execute(query, (run.job, run.number)).fetchone()
    return None if row is None else Run(*row)


def find_run(connection: Connection, name: str) -> Run | None:
    """A run by its id, by `job`, or by `job/number`."""
    for run in reversed(all_runs(connection)):
        if name in {run.id, run.job, f"{run.job}/{run.number}"}:
            return run
    return None


def start_run(connection: Connection, job: str, job_file: str, rules: str, folder: str = "") -> Run:
    """The next run of a job."""
    before = newest_run(connection, job)
    number = 1 if before is None else before.number + 1
    run_id = f"{job}-{number}-{secrets.token_hex(4)}"
    connection.execute(
        "INSERT INTO runs (id, job, number, state, started_at, rules, job_file, folder)"
        " VALUES (?, ?, ?, 'running', ?, ?, ?, ?)",
        (run_id, job, number, time.time(), rules, job_file, folder),
    )
    started = newest_run(connection, job)
    if started is None:
        raise StorageError(f"run {run_id} was not written")
    return started


def keep_rules(connection: Connection, version: str, listed: str) -> None:
    """Remembers a list of dropped parameters under its version."""
    connection.execute("INSERT OR IGNORE INTO key_rules (version, list) VALUES (?, ?)", (version, listed))


def rules_in_use(connection: Connection) -> list[str]:
    """Every list of dropped parameters that runs of this workspace used, newest run first."""
    rows = connection.execute(
        "SELECT list FROM key_rules JOIN runs ON rules = version GROUP BY version ORDER BY max(run) DESC"
    )
    return [str(row[0]) for row in rows]


def rules_by_version(connection: Connection) -> dict[str, str]:
    """Every list of dropped parameters."""
    return dict(connection.execute("SELECT version, list FROM key_rules").fetchall())


def continue_run(connection: Connection, run: Run, job_file: str, folder: str = "") -> int:
    """Opens a run again; how many visits without a final outcome wait once more."""
    connection.execute(
        "UPDATE runs SET state = 'running', ended_at = NULL, exit_code = NULL, note = '', job_file = ?,"
        " folder = ? WHERE run = ?",
        (job_file, folder, run.run),
    )
    return reopen(connection, run.run)


def keep_job(connection: Connection, run: int, job_file: str) -> None:
    """The run's job is another one from now on."""
    connection.execute("UPDATE runs SET job_file = ? WHERE run = ?", (job_file, run))


def end_run(connection: Connection, run: int, exit_code: int, note: str) -> None:
    """Writes how a run ended; what still waits in one that is complete is dropped."""
    connection.execute(
        "UPDATE runs SET state = 'ended', ended_at = ?, exit_code = ?, note = ? WHERE run = ?",
        (time.time(), exit_code, note, run),
    )
    if exit_code == 0:
        _drop_waiting(connection, run)


def reopen_all(connection: Connection, run: int) -> None:
    """Takes back that anything of a run was final: nothing could be fetched, so all of it is tried again."""
    connection.execute("UPDATE pending SET final = 0 WHERE run = ?", (run,))
    connection.execute(
        "UPDATE known SET state = ? WHERE run = ? AND visit IN (SELECT visit FROM pending WHERE run = ?)",
        (OPEN, run, run),
    )


def abandon_run(connection: Connection, run: int) -> None:
    """Marks an open run as given up; what it stored stays."""
    connection.execute("UPDATE runs SET state = 'abandoned', ended_at = ? WHERE run = ?", (time.time(), run))
    _drop_waiting(connection, run)


def _drop_waiting(connection: Connection, run: int) -> None:
    connection.execute("DELETE FROM known WHERE visit IN (SELECT visit FROM waiting WHERE run = ?)", (run,))
    connection.execute("DELETE FROM waiting WHERE run = ?", (run,))
    connection.execute("DELETE FROM budgets WHERE run = ?", (run,))
    connection.execute("DELETE FROM brought WHERE run = ?", (run,))


def use_time(connection: Connection, run: int, seconds: float) -> None:
    """Adds to the time a run has used over all its continuations."""
    connection.execute("UPDATE runs SET seconds_used = seconds_used + ? WHERE run = ?", (seconds, run))


def counts(connection: Connection, run: int) -> list[Count]:
    """The counters of a run."""
    rows = connection.execute(
        "SELECT kind, outcome, reason, visits, bytes FROM tallies WHERE run = ? AND visits > 0"
        " ORDER BY visits DESC",
        (run,),
    )
    return [Count(*row) for row in rows]


def is_whole(connection: Connection, run: Run) -> bool:
    """Whether everything that was found has been visited, with a final outcome: no limit left anything."""
    if run.exit_code == 0:
        return not run.note  # what waited behind a limit is not kept
    (left,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM waiting WHERE run = :run) OR EXISTS ("
        "SELECT 1 FROM pending p JOIN known k USING (visit) WHERE p.run = :run AND k.state = :open)"
        " OR NOT EXISTS (SELECT 1 FROM tallies WHERE run = :run)",
        {"run": run.run, "open": OPEN},
    ).fetchone()
    return not left


def unfinished(connection: Connection, run: int) -> dict[str, int]:
    """Visits of a run without a final outcome, by reason."""
    rows = connection.execute(
        "SELECT p.reason, count(*) FROM known k JOIN pending p USING (visit)"
        " WHERE k.run = ? AND k.state = ? GROUP BY 1",
        (run, OPEN),
    )
    return dict(rows.fetchall())
