"""The slots of one endpoint as locked files, shared by all processes of this machine.

Who wants a slot holds a locked ticket in the same folder. The kernel frees whatever a dead process held.
"""

import fcntl
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from io import FileIO
from pathlib import Path

from tandem.inference.errors import LanesUnusable
from tandem.inference.words import Endpoint, Lane

AGEING_SECONDS = 20.0  # batch work that has waited for longer than a person goes first
_SILENT_SECONDS = 3.0  # a ticket whose process does not look any more holds nobody up
_DRAFT_SECONDS = 60.0
_MARKS = {Lane.INTERACTIVE: "i", Lane.BATCH: "b"}


@dataclass(frozen=True, slots=True)
class _Claim:
    """A ticket as its name tells it."""

    name: str
    lane: Lane
    since: int  # monotonic nanoseconds: one clock for all processes

    @property
    def rank(self) -> tuple[int, str]:
        """Who is lower goes first."""
        head_start = int(AGEING_SECONDS * 1e9) if self.lane is Lane.INTERACTIVE else 0
        return self.since - head_start, self.name


class Held:
    """One slot, until it is let go."""

    def __init__(self, file: FileIO) -> None:
        self._file = file

    def release(self) -> None:
        """Frees the slot; a second time does nothing."""
        self._file.close()


class Ticket:
    """One place in the queue."""

    def __init__(self, claim: _Claim, file: FileIO, path: Path) -> None:
        self.claim = claim
        self._file = file
        self._path = path

    def refresh(self) -> float:
        """Says that its owner still looks; gives the time of the file system."""
        os.utime(self._file.fileno())
        return os.fstat(self._file.fileno()).st_mtime

    def close(self) -> None:
        """Leaves the queue."""
        with suppress(FileNotFoundError):
            self._path.unlink()
        self._file.close()


class SlotFiles:
    """The slots and the queue of one endpoint."""

    def __init__(self, lanes: Path, endpoint: Endpoint) -> None:
        name = sha256(f"{endpoint.url.rstrip('/')} {endpoint.model}".encode()).hexdigest()[:16]
        self._folder = private_folder(private_folder(lanes) / name)
        self._queue = private_folder(self._folder / "queue")
        self._slots = endpoint.slots

    def join(self, lane: Lane, since: int) -> Ticket:
        """A place in the queue, which counts from then."""
        claim = _Claim(f"{_MARKS[lane]}-{since}-{os.getpid()}-{secrets.token_hex(4)}", lane, since)
        draft, path = self._queue / f".{claim.name}", self._queue / claim.name
        file = FileIO(os.fspath(draft), "x+")
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        draft.rename(path)  # locked before anyone can take it for a dead one's
        return Ticket(claim, file, path)

    def take(self, ticket: Ticket) -> Held | None:
        """A slot, when it is this ticket's turn and one is free for its lane."""
        now = ticket.refresh()
        with self._door() as is_mine:
            if not is_mine:
                return None
            ahead = [claim.lane for claim in self._living(now) if claim.rank < ticket.claim.rank]
            free = self._free()
            index = choose(ticket.claim.lane, ahead, sorted(free), self._slots)
            for other, file in free.items():
                if other != index:
                    file.close()
        return None if index is None else Held(free[index])

    @contextmanager
    def _door(self) -> Iterator[bool]:
        """One process looks at a time; it is open for some microseconds."""
        with FileIO(os.fspath(self._folder / "door"), "a+") as file:
            yield _locks(file)

    def _free(self) -> dict[int, FileIO]:
        """Every free slot, locked for now."""
        found = {}
        for index in range(self._slots):
            file = FileIO(os.fspath(self._folder / f"slot-{index}"), "a+")
            if _locks(file):
                found[index] = file
            else:
                file.close()
        return found

    def _living(self, now: float) -> Iterator[_Claim]:
        """Those who wait; what the dead left is removed."""
        for path in self._queue.iterdir():
            try:
                with FileIO(os.fspath(path), "r") as file:
                    silent = now - os.fstat(file.fileno()).st_mtime
                    is_draft = path.name.startswith(".")  # its owner may be about to lock it
                    is_dead = not (is_draft and silent < _DRAFT_SECONDS) and _locks(file)
                    if is_dead:
                        path.unlink()
            except FileNotFoundError:
                continue
            claim = None if is_dead or silent > _SILENT_SECONDS else _read(path.name)
            if claim is not None:
                yield claim


def choose(lane: Lane, ahead: list[Lane], free: list[int], slots: int) -> int | None:
    """Which free slot goes to the next of a lane, when those ahead have taken theirs.

    With two slots or more the first is never given to batch work.
    """
    reserved = 0 if slots > 1 else None
    shared = [index for index in free if index != reserved]
    has_reserved = len(shared) < len(free)
    people, work = ahead.count(Lane.INTERACTIVE), ahead.count(Lane.BATCH)
    if lane is Lane.BATCH:
        left = len(shared) - max(people - has_reserved, 0) - work
        return shared[-1] if left > 0 else None
    left = len(free) - people - min(work, len(shared))
    return free[0] if left > 0 else None


def private_folder(path: Path) -> Path:
    """The folder, ours alone; made where it is missing."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
    except OSError as error:
        raise LanesUnusable(f"{path}: {error.strerror}; name another folder in TANDEM_LANES") from error
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise LanesUnusable(f"{path} is open to others; name another folder in TANDEM_LANES")
    return path


def moment() -> int:
    """Now, by the clock of tickets."""
    return time.monotonic_ns()


def _locks(file: FileIO) -> bool:
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(name: str) -> _Claim | None:
    mark, _, rest = name.partition("-")
    since = rest.partition("-")[0]
    lane = next((lane for lane, known in _MARKS.items() if known == mark), None)
    return _Claim(name, lane, int(since)) if lane is not None and since.isdigit() else None
