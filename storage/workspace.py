"""The workspace folder: what lies where, and who holds it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.connection import LedgerLost, StorageError

FOLDERS = ("pages", "content", "records", "links", "files", "reports", "readers")


class WorkspaceHeld(StorageError):
    """Another process holds the workspace."""


class NoWorkspace(StorageError):
    """There is no workspace in this folder."""


def ledger_path(workspace: Path) -> Path:
    """Where the ledger lies."""
    return workspace / "ledger.sqlite"


def prepare(workspace: Path) -> None:
    """Makes the folders of a workspace."""
    try:
        for name in FOLDERS:
            (workspace / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerLost(f"{workspace}: {error.strerror or error}") from error


def require(workspace: Path) -> None:
    """Refuses a folder that no run has written."""
    if not ledger_path(workspace).is_file():
        raise NoWorkspace(f"no workspace in {workspace}: run a job first, or name another with --workspace")


@contextmanager
def hold(workspace: Path) -> Iterator[None]:
    """Holds the workspace against other processes; the kernel lets go when this one dies."""
    try:
        handle = os.open(workspace / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise LedgerLost(f"{workspace}: {error.strerror or error}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(handle, 100, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(handle)
        raise WorkspaceHeld(f"{workspace} is held by process {holder}") from None
    try:
        _sign(handle, workspace)
        yield
    finally:
        os.close(handle)


def _sign(handle: int, workspace: Path) -> None:
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        raise LedgerLost(f"{workspace}: {error.strerror or error}") from error
