"""Takes a body that is too large for memory into a file, which the commit of its visit moves to its place.

What a killed process leaves is named like the other remains in the folder, and unlinked with them.
"""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

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
    """One body on its way; blocks while it writes. Raises OSError where the disk does."""

    def __init__(self, workspace: Path) -> None:
        folder = workspace / FOLDER / _PLACE
        folder.mkdir(parents=True, exist_ok=True)
        self._name = f"{FOLDER}/{_PLACE}/{secrets.token_hex(32)}.{secrets.token_hex(4)}{TEMPORARY}"
        self._path = workspace / self._name
        self._digest = hashlib.sha256()
        self._size = 0
        self._file = open(os.open(self._path, _FLAGS, 0o644), "wb")  # noqa: PTH123, SIM115 - of a descriptor, for long

    def write(self, data: bytes) -> None:
        """Takes the next bytes."""
        self._file.write(data)
        self._digest.update(data)
        self._size += len(data)

    def finish(self) -> Spooled:
        """The body, on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return Spooled(self._name, self._digest.digest(), self._size)

    def read(self) -> bytes:
        """All of a body that is finished."""
        return self._path.read_bytes()

    def discard(self) -> None:
        """Nobody wants it."""
        self._file.close()
        with suppress(FileNotFoundError):
            self._path.unlink()
