"""Files that no list names: what a killed writer left, set aside under a name that says why."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from storage.durable import TEMPORARY, sync_folder

ASIDE = "set-aside"


class Why(StrEnum):
    """What is wrong with a file, or with the list."""

    UNFINISHED = "unfinished"  # the writer died before the rename
    UNLISTED = "unlisted"  # the writer died between the rename and the commit
    MISSING = "missing"  # listed, and not there


@dataclass(frozen=True, slots=True)
class Stray:
    """One difference between a folder and the list of its files."""

    path: Path
    why: Why


def find_strays(folder: Path, listed: Collection[str]) -> list[Stray]:
    """Every difference between the files in a folder and the names the ledger lists for it."""
    here = {path.name: path for path in folder.iterdir() if path.is_file()}
    found = [
        Stray(path, Why.UNFINISHED if name.endswith(TEMPORARY) else Why.UNLISTED)
        for name, path in sorted(here.items())
        if name not in listed
    ]
    return found + [Stray(folder / name, Why.MISSING) for name in sorted(set(listed) - set(here))]


def set_aside(stray: Stray) -> Path:
    """Move a stray file out of the way, never over another one; its rows are still in the ledger."""
    aside = stray.path.parent / ASIDE
    aside.mkdir(exist_ok=True)
    target = aside / f"{stray.path.name}.{stray.why}"
    number = 1
    while target.exists():
        number += 1
        target = aside / f"{stray.path.name}.{stray.why}.{number}"
    stray.path.rename(target)
    sync_folder(aside)
    sync_folder(stray.path.parent)
    return target
