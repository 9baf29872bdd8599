"""Takes a body that is too large for memory into a file, which the commit of its visit moves to its place.

What a killed process leaves is named like the other remains in the folder, and unlinked with them.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from storage.connection import LedgerLost
from storage.durable import TEMPORARY
from storage.kept_files import FOLDER

_PLACE = "00"  # any of the folders that are tidied
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Spooled(NamedTuple):
    """A whole body in a file that nobody lists yet."""

    path: str  # relative to the workspace
    sha256: bytes
    size: int


class Spool:
    """One body on its way; blocks while it writes, and raises LedgerLost where the disk gives up."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._name = f"{FOLDER}/{_PLACE}/{secrets.token_hex(32)}.{secrets.token_hex(4)}{TEMPORARY}"
        self._path = workspace / self._name
        self._digest = hashlib.sha256()
        self._size = 0
        with self._told():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = open(os.open(self._path, _FLAGS, 0o644), "wb")  # noqa: PTH123, SIM115 - of a descriptor, for long

    def write(self, data: bytes) -> None:
        """Takes the next bytes."""
        with self._told():
            self._file.write(data)
        self._digest.update(data)
        self._size += len(data)

    def finish(self) -> Spooled:
        """The body, on the disk."""
        with self._told():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        return Spooled(self._name, self._digest.digest(), self._size)

    def read(self, size: int = -1) -> bytes:
        """The first bytes of a body that is finished, or all of it."""
        with self._path.open("rb") as file:
            return file.read(size)

    def discard(self) -> None:
        """Nobody wants it."""
        with suppress(OSError):  # of bytes that wait to be written
            self._file.close()
        with suppress(FileNotFoundError):
            self._path.unlink()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise LedgerLost(f"{self._workspace / FOLDER}: {error.strerror or error}") from error
