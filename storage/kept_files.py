"""Files beside pages, named by their content: each lies whole under its name, or not at all.

They are written before the transaction that lists them, so that a kill leaves no listed file missing.
"""

import asyncio
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from storage.connection import Connection, LedgerLost
from storage.durable import TEMPORARY
from storage.words import KeptFile, Visit

FOLDER = "files"
_ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/avif": ".avif",
    "image/svg+xml": ".svg",
    "application/pdf": ".pdf",
    "application/json": ".json",
    "application/xml": ".xml",
    "application/zip": ".zip",
    "application/gzip": ".gz",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "text/xml": ".xml",
}
_PATH = re.compile(rf"{FOLDER}/([0-9a-f]{{2}})/(\1[0-9a-f]{{62}}(?:\.[a-z]{{2,4}})?)")
_OURS = re.compile(rf"[0-9a-f]{{64}}(?:\.[a-z]{{2,4}})?(?:\.[0-9a-f]+{re.escape(TEMPORARY)})?")
_FOLDERS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def path_of(sha256: bytes, media_type: str) -> str:
    """Where a file of this content lies, relative to the workspace: nothing in it comes from outside."""
    name = sha256.hex()
    return f"{FOLDER}/{name[:2]}/{name}{_ENDINGS.get(media_type, '')}"


async def keep_files(workspace: Path, visits: Sequence[Visit]) -> list[Visit]:
    """Writes the files of visits, off the event loop; the visits without the bodies of their files."""
    if not any(visit.page.files for visit in visits):
        return list(visits)
    return await asyncio.to_thread(lambda: [_kept(workspace, visit) for visit in visits])


def _kept(workspace: Path, visit: Visit) -> Visit:
    files = tuple(write_file(workspace, file) for file in visit.page.files)
    return replace(visit, page=replace(visit.page, files=files)) if files else visit


def write_file(workspace: Path, file: KeptFile) -> KeptFile:
    """The file as it may be listed: its bytes and its name are on the disk when this returns."""
    if file.spool:
        return _moved(workspace, file)
    sha256 = hashlib.sha256(file.body).digest()
    try:
        with _folder_of(workspace, path_of(sha256, file.media_type)) as (folder, name):
            if not _is_there(folder, name, len(file.body)):
                _write(folder, name, file.body)
            os.fsync(folder)
    except OSError as error:
        raise LedgerLost(f"{workspace / FOLDER}: {error.strerror or error}") from error
    return file._replace(body=b"", sha256=sha256, size=len(file.body))


def _moved(workspace: Path, file: KeptFile) -> KeptFile:
    """One whose bytes lie on the disk already gets its name; of two with the same bytes one is enough."""
    try:
        with _folder_of(workspace, path_of(file.sha256, file.media_type)) as (folder, name):
            os.rename(workspace / file.spool, name, dst_dir_fd=folder)
            os.fsync(folder)
    except OSError as error:
        raise LedgerLost(f"{workspace / FOLDER}: {error.strerror or error}") from error
    return file._replace(spool="")


def _write(folder: int, name: str, body: bytes) -> None:
    temporary = f"{name}.{secrets.token_hex(4)}{TEMPORARY}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, 0o644, dir_fd=folder)
    try:
        with open(descriptor, "wb", closefd=True) as out:  # noqa: PTH123 - of a descriptor
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise


def _is_there(folder: int, name: str, size: int) -> bool:
    """A name is given to whole files only; what is no file of that size gives way."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == size


@contextmanager
def _folder_of(workspace: Path, path: str, *, makes: bool = True) -> Iterator[tuple[int, str]]:
    """The open folder of a file, and its name there; no link below the root of the files is followed."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise FileNotFoundError(f"{path} is no name of a kept file")
    root = os.open(workspace / FOLDER, _FOLDERS)
    try:
        if makes:
            with suppress(FileExistsError):
                os.mkdir(found[1], 0o755, dir_fd=root)
            os.fsync(root)  # also of a folder that a killed process made
        inner = os.open(found[1], _FOLDERS | os.O_NOFOLLOW, dir_fd=root)
    finally:
        os.close(root)
    try:
        yield inner, found[2]
    finally:
        os.close(inner)


def read_file(workspace: Path, path: str) -> bytes | None:
    """The bytes of a kept file; None when it is not there."""
    try:
        with _folder_of(workspace, path, makes=False) as (folder, name):
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            with open(descriptor, "rb", closefd=True) as file:  # noqa: PTH123 - of a descriptor
                return file.read()
    except OSError:
        return None


def tidy_files(connection: Connection, workspace: Path) -> int:
    """Unlinks what no visit lists: what a killed writer left, or was forgotten; how many files."""
    gone = 0
    for folder in sorted((workspace / FOLDER).glob("[0-9a-f][0-9a-f]")):
        if folder.is_symlink() or not folder.is_dir():
            continue
        listed = _listed(connection, folder.name)
        for path in folder.iterdir():
            if path.name not in listed and _OURS.fullmatch(path.name):
                path.unlink()
                gone += 1
    return gone


def _listed(connection: Connection, prefix: str) -> set[str]:
    first = bytes.fromhex(prefix)
    rows = connection.execute(
        "SELECT path FROM kept_files WHERE sha256 BETWEEN ? AND ?", (first, first + b"\xff" * 32)
    )
    return {str(path).rpartition("/")[2] for (path,) in rows}
