"""Says which files a living process may still read, by locked files that die with it.

A reader locks a file of its own, and only then copies the list of files. What stands in the lock file is the
version of that list; nothing at all while it is not known yet, which means that every file is needed.
Writers look at the locks after their change is durable: whoever comes later reads the changed list.
"""

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

FOLDER = "readers"
_ALL, _RESTS, _WIDTH = b"", b"-", 20
_NO_PLACE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT}


class Reader:
    """One reader's lock; from its making on it needs every file, until it says otherwise."""

    def __init__(self, workspace: Path) -> None:
        self._depth = 0
        self._lock = _locked(workspace / FOLDER)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Needs nothing any more."""
        if self._lock is not None and not self._lock.closed:
            with suppress(FileNotFoundError):  # the workspace itself may be gone
                Path(str(self._lock.name)).unlink()
            self._lock.close()

    def saw(self, version: int) -> None:
        """Needs the files of this version of the list, and nothing that left it before."""
        self._say(b"%d" % version)

    def rest(self) -> None:
        """Needs nothing until it is busy again."""
        self._say(_RESTS)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Needs every file inside, nothing after; for look-ups that end before anything else begins."""
        if self._depth == 0:
            self._say(_ALL)
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                self.rest()

    def _say(self, what: bytes) -> None:
        if self._lock is None:
            return
        # padded to one width: a write of one piece is never seen half done
        os.pwrite(self._lock.fileno(), what.ljust(_WIDTH), 0)


def _locked(folder: Path) -> FileIO | None:
    """A new locked file; None where none can be made, on a full disk or a read-only one."""
    try:
        folder.mkdir(exist_ok=True)
        while True:
            path = folder / f"{os.getpid()}-{secrets.token_hex(4)}"
            file = FileIO(os.fspath(path), "x+")
            os.pwrite(file.fileno(), _ALL.ljust(_WIDTH), 0)  # later words need no new place on the disk
            if _holds(file, path):
                return file
            file.close()
    except OSError as error:
        if error.errno in _NO_PLACE:
            return None
        raise


def _holds(file: FileIO, path: Path) -> bool:
    """Locks a file; False when someone took it for a dead one's meanwhile."""
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        return path.stat().st_ino == os.fstat(file.fileno()).st_ino
    except (BlockingIOError, FileNotFoundError):
        return False


def oldest_version(workspace: Path) -> int | None:
    """The oldest list that a living reader reads; 0 while one has not said, None when none reads."""
    oldest = None
    for path in (workspace / FOLDER).iterdir():
        version = _version(path)
        if version is not None and (oldest is None or version < oldest):
            oldest = version
    return oldest


def living(workspace: Path) -> list[int]:
    """The processes that need files now."""
    return sorted(
        {
            int(path.name.partition("-")[0])
            for path in (workspace / FOLDER).iterdir()
            if _version(path) is not None
        }
    )


def _version(path: Path) -> int | None:
    """What a lock file says; one that nobody holds is removed."""
    try:
        with FileIO(os.fspath(path), "r") as file:
            if not _is_held(file):
                path.unlink()  # while it is locked here: whoever just made it sees that it is gone
                return None
            said = os.pread(file.fileno(), _WIDTH, 0).strip()
    except FileNotFoundError:
        return None
    if said == _RESTS:
        return None
    return int(said or 0)


def _is_held(file: FileIO) -> bool:
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
