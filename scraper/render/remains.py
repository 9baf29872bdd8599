"""Notes of running browsers in a folder, so that a later start ends what a killed run left behind."""

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scraper.render import processes
from scraper.render.processes import Process

_NOBODY = Process(0, 0)
FOLDER_PREFIX = "tandem-browser-"
_PROFILE_PREFIX = "playwright_chromiumdev_profile-"
# What a process of ours says of itself: nothing else is ended, whatever a note claims.
_OURS = ("run-driver", "--user-data-dir=", "--type=")


@dataclass(frozen=True, slots=True)
class Note:
    """What one browser consists of."""

    owner: Process  # the run that started it
    roots: tuple[Process, ...]  # the driver, then the browser
    folders: tuple[str, ...]


def write(folder: Path, note: Note) -> Path:
    """Complete or absent."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{note.owner.pid}-{note.roots[0].pid}.json"
    content = {
        "boot": processes.boot(),
        "owner": note.owner,
        "roots": note.roots,
        "folders": note.folders,
    }
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(content))
    draft.replace(path)
    return path


def clear(folder: Path) -> int:
    """Ends every browser whose run is gone and removes its folders; how many processes that were."""
    ended = 0
    for path in folder.glob("*.json"):
        note = _read(path)
        if note is None:
            path.unlink(missing_ok=True)
        elif not processes.is_alive(note.owner):
            ended += end(note.roots)
            remove(note.folders)
            path.unlink(missing_ok=True)
    return ended


def belonging(roots: Sequence[Process]) -> list[Process]:
    """All that live: the driver, and the session that the browser leads, which outlives its leader."""
    drivers = [root for root in roots[:1] if processes.is_alive(root)]
    return drivers + [one for root in roots[1:] for one in processes.session_members(*root)]


def end(roots: Sequence[Process]) -> int:
    """How many processes had to be killed."""
    left = [one for one in belonging(roots) if _is_ours(one)]
    for process in left:
        processes.kill(process)
    return len(left)


def remove(folders: Sequence[str]) -> None:
    """Removes folders that a browser wrote to; a name that no browser gives is left alone."""
    for name in folders:
        path = Path(name)
        if path.name.startswith((FOLDER_PREFIX, _PROFILE_PREFIX)):
            shutil.rmtree(path, ignore_errors=True)


def new_folder() -> str:
    """A folder for what a browser writes beside its profile, which everyone may pass and only we may list."""
    return tempfile.mkdtemp(prefix=FOLDER_PREFIX)


def ourselves() -> Process:
    return processes.find(os.getpid()) or Process(os.getpid(), 0)


def _is_ours(process: Process) -> bool:
    line = processes.command_line(process)
    return any(mark in line for mark in _OURS)


def _read(path: Path) -> Note | None:
    """None when it is no note. Processes of another boot of the machine are nobody now."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        content = json.loads(path.read_text())
        folders = tuple(map(str, content["folders"]))
        if content["boot"] != processes.boot():
            return Note(_NOBODY, (), folders)
        roots = tuple(Process(*map(int, root)) for root in content["roots"])
        return Note(Process(*map(int, content["owner"])), roots, folders)
    return None
