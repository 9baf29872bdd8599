"""The ledger of calls to models: what was asked once is not asked again, whoever dies in between.

A file of its own beside the ledger of runs, because analysis works beside whoever holds the workspace.
It holds no truth: without it everything is asked anew. Answers quote pages, so it forgets with them.
"""

import math
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from storage.call_schema import SCHEMA
from storage.connection import Connection, LedgerLost, SqliteError, connect

NAME = "analysis.sqlite"
_TOLD = "told {}"
_STATE = "SELECT state, owner, until FROM calls WHERE key = ?"
LEASE_SECONDS = 60.0  # without a word from its owner; the owner says one every third of it


@dataclass(frozen=True, slots=True)
class CallName:
    """What tells a call from others, and what it is for."""

    key: str
    run: str
    purpose: str
    tier: str
    model: str


@dataclass(frozen=True, slots=True)
class CallEnd:
    """How a call ended; `is_final` when asking the same again would be no use."""

    kind: str
    reason: str
    answer: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class Spent:
    """What calls cost, over all processes that made them."""

    calls: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0


class CallLedger:
    """One process's way to the calls of a workspace; every change is on the disk when it returns."""

    def __init__(self, workspace: Path, lease_seconds: float = LEASE_SECONDS) -> None:
        self.lease_seconds = lease_seconds
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._path = workspace / NAME
        self._lock = threading.Lock()  # one transaction at a time
        self._connection = connect(self._path)
        with self._errors():
            self._connection.executescript(SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives the file back."""
        self._connection.close()

    def found(self, key: str) -> CallEnd | None:
        """How the call ended, when that is final."""
        query = (
            "SELECT kind, reason, answer, tokens_in, tokens_out, seconds FROM calls"
            " WHERE key = ? AND state = 'ended'"
        )
        with self._errors():
            row = self._connection.execute(query, (key,)).fetchone()
        return CallEnd(*row) if row is not None else None

    def lease(self, name: CallName) -> bool:
        """Whether the call is ours to make; not while another process makes it, or when it has ended."""
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT state, owner, until FROM calls WHERE key = ?", (name.key,)
            ).fetchone()
            if row is not None and (row[0] == "ended" or (row[0] == "leased" and _is_alive(*row[1:]))):
                return False
            connection.execute(
                "INSERT INTO calls (key, run, purpose, tier, model, state, owner, until)"
                " VALUES (?, ?, ?, ?, ?, 'leased', ?, ?) ON CONFLICT (key) DO UPDATE SET"
                " run = excluded.run, state = 'leased', owner = excluded.owner, until = excluded.until",
                (name.key, name.run, name.purpose, name.tier, name.model, self._owner, self._until()),
            )
        return True

    def extend(self, key: str) -> None:
        """The call still goes on."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE calls SET until = ? WHERE key = ? AND owner = ?", (self._until(), key, self._owner)
            )

    def end(self, key: str, end: CallEnd, pages: Iterable[tuple[str, str]] = ()) -> None:
        """Keeps how the call ended, and every try; `pages` are the URL and host of what it may quote."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE calls SET state = ?, kind = ?, reason = ?, answer = ?, tokens_in = ?, tokens_out = ?,"
                " seconds = ? WHERE key = ?",
                ("ended" if end.is_final else "failed", *_told(end), key),
            )
            connection.execute(
                "INSERT INTO tries (key, at, kind, reason, tokens_in, tokens_out, seconds)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, time.time(), end.kind, end.reason, end.tokens_in, end.tokens_out, end.seconds),
            )
            connection.executemany(
                "INSERT OR IGNORE INTO call_pages (key, url, host) VALUES (?, ?, ?)",
                ((key, url, host) for url, host in pages),
            )

    def drop(self, key: str) -> None:
        """A call that was given up before anything came of it."""
        with self._transaction() as connection:
            connection.execute(
                "DELETE FROM calls WHERE key = ? AND state = 'leased' AND owner = ?", (key, self._owner)
            )

    def spent(self, keys: Sequence[str]) -> Spent:
        """What these calls cost; one is failed when its last try was not answered."""
        query = (
            "SELECT count(*), total(kind <> 'answered'), total(tokens_in), total(tokens_out), total(seconds)"
            " FROM tries WHERE key = ?"
        )
        total = [0.0] * 5
        with self._errors():
            for key in dict.fromkeys(keys):
                row = self._connection.execute(query, (key,)).fetchone()
                total = [before + more for before, more in zip(total, row, strict=True)]
        return Spent(int(total[0]), int(total[1]), int(total[2]), int(total[3]), total[4])

    def planned(self, plan: str) -> list[str]:
        """The batches of a plan as far as they were written down, in order."""
        query = "SELECT items FROM plans WHERE plan = ? ORDER BY number"
        with self._errors():
            return [row[0] for row in self._connection.execute(query, (plan,))]

    def plan(self, plan: str, number: int, items: str) -> None:
        """Writes down one batch of a plan, before it is asked about."""
        with self._transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO plans VALUES (?, ?, ?)", (plan, number, items))

    def remembered(self, name: str) -> str:
        """A word that was kept; empty when none was."""
        with self._errors():
            row = self._connection.execute("SELECT value FROM words WHERE name = ?", (name,)).fetchone()
        return row[0] if row is not None else ""

    def remember(self, name: str, value: str, *, once: bool = False) -> None:
        """Keeps a word; `once` leaves one that is there already."""
        verb = "IGNORE" if once else "REPLACE"
        with self._transaction() as connection:
            connection.execute(f"INSERT OR {verb} INTO words VALUES (?, ?)", (name, value))  # noqa: S608 - one of two

    def tell(self, run: str, line: str) -> None:
        """Says what this process does for a run, for whoever looks; it counts while the process lives."""
        self.remember(_TOLD.format(run), f"{self._owner}\n{line}" if line else "")

    def _until(self) -> float:
        return time.time() + self.lease_seconds

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._lock, self._errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except SqliteError as error:
            raise LedgerLost(f"{self._path}: {error}") from error


def told_of(workspace: Path, run: str) -> str:
    """What a living process says that it does for a run; empty when none does anything."""
    path = workspace / NAME
    if not path.is_file():
        return ""
    try:
        connection = connect(path, read_only=True)
        try:
            query = "SELECT value FROM words WHERE name = ?"
            row = connection.execute(query, (_TOLD.format(run),)).fetchone()
        finally:
            connection.close()
    except SqliteError as error:
        raise LedgerLost(f"{path}: {error}") from error
    owner, _, line = row[0].partition("\n") if row is not None else ("", "", "")
    return line if line and _is_alive(owner, math.inf) else ""


def _told(end: CallEnd) -> tuple[object, ...]:
    return (end.kind, end.reason, end.answer, end.tokens_in, end.tokens_out, end.seconds)


def _is_alive(owner: str, until: float) -> bool:
    """Whether a lease still counts: a dead process of this machine holds nothing."""
    host, pid, _ = owner.rsplit(":", 2)
    if host == socket.gethostname() and not _is_running(int(pid)):
        return False
    return until > time.time()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
