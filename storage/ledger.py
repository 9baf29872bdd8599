"""The ledger: one SQLite file, one writer thread, many operations to a commit."""

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from storage.connection import BUSY_MILLISECONDS, Connection, LedgerLost, StorageError, connect
from storage.upgrade import back_up

__all__ = ["Connection", "Ledger", "LedgerLost", "LedgerTooNew", "StorageError", "connect"]
__all__ += ["give_back_pages", "is_current", "log_bytes", "migrate", "opened", "truncate_log"]

T = TypeVar("T")

OPERATIONS_PER_COMMIT = 64  # bounds how long the first operation of a group waits for its commit
LONGEST_LOG_BYTES = 64 << 20  # the write-ahead log is cut when it is longer
COMMITS_BETWEEN_CUTS = 32  # while a reader is in the way


class LedgerTooNew(StorageError):
    """The ledger was written by a newer version of Tandem."""


@dataclass(slots=True)
class _Operation(Generic[T]):
    work: Callable[[Connection], T]
    done: "asyncio.Future[T]"
    durable: bool  # resolve after the commit, or as soon as the work has run
    result: T | None = None
    error: Exception | None = None


def migrate(connection: Connection) -> None:
    """Brings the schema to this version, one numbered file after the other, each in its transaction."""
    for number, script in _missing(connection):
        body = script.read_text(encoding="utf-8")
        connection.executescript(f"BEGIN IMMEDIATE;\n{body}\nPRAGMA user_version = {number};\nCOMMIT;")


def is_current(connection: Connection) -> bool:
    """Whether the schema is of this version: not in an older workspace, nor where a run died at its start."""
    return not _missing(connection)


def _missing(connection: Connection) -> list[tuple[int, Traversable]]:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    steps = sorted(resources.files("storage").joinpath("schema").iterdir(), key=lambda step: step.name)
    scripts = [step for step in steps if step.name.endswith(".sql")]
    if version > len(scripts):
        raise LedgerTooNew(
            f"ledger version {version} is newer than this Tandem's {len(scripts)}: upgrade Tandem"
        )
    return list(enumerate(scripts[version:], start=version + 1))


def opened(path: Path) -> Connection:
    """The writer's connection to a ledger of this version."""
    connection = connect(path)
    try:
        missing = _missing(connection)
        if missing and missing[0][0] > 1:
            back_up(connection, path, missing[0][0] - 1, missing[-1][0])
        migrate(connection)
    except sqlite3.Error as error:
        connection.close()
        raise LedgerLost(f"{path}: {error}") from error
    except StorageError:
        connection.close()
        raise
    return connection


def log_bytes(path: Path) -> int:
    """How long the write-ahead log is."""
    try:
        return path.with_name(path.name + "-wal").stat().st_size
    except FileNotFoundError:
        return 0


def truncate_log(connection: Connection, patience_milliseconds: int = 0) -> bool:
    """Brings the whole log into the ledger and empties it; False while a reader is in the way."""
    connection.execute(f"PRAGMA busy_timeout = {patience_milliseconds}")
    try:
        return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise
        return False
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")


def give_back_pages(connection: Connection, most: int) -> int:
    """Shortens the ledger by free pages, inside a transaction of the writer; how many are still free."""
    free = int(connection.execute("PRAGMA freelist_count").fetchone()[0])
    # sqlite3 steps a statement without columns only once, and one step gives back one page
    for _ in range(min(free, most)):
        connection.execute("PRAGMA incremental_vacuum(1)")
    return int(connection.execute("PRAGMA freelist_count").fetchone()[0])


class Ledger:
    """Accepts work from the event loop and runs it on the writer thread, grouped into durable commits."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._queue: deque[_Operation[Any]] = deque()
        self._wake = threading.Condition()
        self._closing = False
        self._lost: LedgerLost | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection: Connection | None = None
        self._commits_to_next_cut = 0

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._connection = await asyncio.to_thread(opened, self.path)
        self._thread = threading.Thread(target=self._write_forever, name="ledger", daemon=True)
        self._thread.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread is not None:
            await asyncio.shield(asyncio.to_thread(self._thread.join))
        if self._connection is not None:
            with suppress(sqlite3.Error):  # a lost disk cannot take the last checkpoint; the WAL stands
                self._connection.close()

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Runs the work in the next commit and returns when that commit is on the disk."""
        return await self._submit(work, durable=True)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Runs the work on the writer's connection, seeing what the coming commit holds."""
        return await self._submit(work, durable=False)

    async def _submit(self, work: Callable[[Connection], T], *, durable: bool) -> T:
        if self._lost is not None:
            raise self._lost
        if self._loop is None or self._closing:
            raise StorageError("the ledger is not open")
        done: asyncio.Future[T] = self._loop.create_future()
        with self._wake:
            self._queue.append(_Operation(work, done, durable))
            self._wake.notify()
        return await done

    def _write_forever(self) -> None:
        while True:
            with self._wake:
                while not self._queue and not self._closing:
                    self._wake.wait()
                if not self._queue:
                    return
                count = min(len(self._queue), OPERATIONS_PER_COMMIT)
                group = [self._queue.popleft() for _ in range(count)]
            self._commit(group)

    def _commit(self, group: Sequence[_Operation[Any]]) -> None:
        if self._lost is not None:
            self._resolve(group, self._lost)
            return
        connection = self._connection
        assert connection is not None  # noqa: S101 - opened before the thread starts
        try:
            connection.execute("BEGIN IMMEDIATE")
            for operation in group:
                self._run(connection, operation)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._lost = LedgerLost(f"{self.path}: {error}")
            self._lost.__cause__ = error
            with suppress(sqlite3.Error):  # SQLite may have rolled back by itself already
                connection.execute("ROLLBACK")
            self._resolve(group, self._lost)
            return
        self._resolve([operation for operation in group if operation.durable or operation.error], None)
        self._cut_log(connection)

    def _cut_log(self, connection: Connection) -> None:
        """A log that has grown long is emptied, or later when someone reads from it at this moment."""
        self._commits_to_next_cut -= 1
        if self._commits_to_next_cut > 0 or log_bytes(self.path) <= LONGEST_LOG_BYTES:
            return
        self._commits_to_next_cut = COMMITS_BETWEEN_CUTS
        try:
            truncate_log(connection)
        except sqlite3.Error as error:  # what was committed stands in the log
            self._lost = LedgerLost(f"{self.path}: {error}")
            self._lost.__cause__ = error

    def _run(self, connection: Connection, operation: _Operation[Any]) -> None:
        connection.execute("SAVEPOINT work")
        try:
            operation.result = operation.work(connection)
        except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
            if not isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)):
                raise
            operation.error = error
        except Exception as error:  # noqa: BLE001 - handed to the one who asked, the group goes on
            operation.error = error
        if operation.error is not None:
            connection.execute("ROLLBACK TO work")
        connection.execute("RELEASE work")
        if not operation.durable and operation.error is None:
            self._resolve([operation], None)

    def _resolve(self, group: Sequence[_Operation[Any]], lost: LedgerLost | None) -> None:
        def settle() -> None:
            for operation in group:
                if operation.done.done():
                    continue
                if lost is not None or operation.error is not None:
                    operation.done.set_exception(lost or operation.error or StorageError("unknown"))
                else:
                    operation.done.set_result(operation.result)

        if group and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(settle)
