"""Kills a store in the middle of its life and looks whether everything it acknowledged is there, once."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.inject import kill_all_at, kill_points, run_with_kill
from benchmarks.store_life import body, data, url
from storage.file_list import listed
from storage.ledger import connect
from storage.merger import FILES_PER_MERGE, PARTS
from storage.segment import verify_segment
from storage.store import open_store
from storage.workspace import ledger_path

ROUNDS_PER_STORE = 25
SHORTEST_SECONDS, LONGEST_SECONDS = 0.3, 4.0


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong with a store; all zero is right."""

    acknowledged: int
    lost: int
    doubled: int
    altered: int
    unreadable: int  # listed files, and pages that are not where the ledger says

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.altered or self.unreadable)


@dataclass(frozen=True, slots=True)
class Store:
    """One store and the list of what it acknowledged."""

    folder: Path

    @property
    def workspace(self) -> Path:
        """Where its files lie."""
        return self.folder / "workspace"

    @property
    def acknowledged(self) -> Path:
        """Where the list lies, out of reach of the store."""
        return self.folder / "acknowledged"

    def command(self, cycles: int | None = None) -> list[str]:
        """What lives in it."""
        command = [sys.executable, "-m", "benchmarks.store_life", "--workspace", str(self.workspace)]
        command += ["--acknowledged", str(self.acknowledged)]
        return command if cycles is None else [*command, "--cycles", str(cycles)]


@contextmanager
def fresh_store() -> Iterator[Store]:
    """A store in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="tandem-store-kill-") as name:
        yield Store(Path(name))


def check(store: Store) -> Found:
    """Compares a store with what it acknowledged."""
    lines = store.acknowledged.read_text().splitlines() if store.acknowledged.exists() else []
    told = {(kind, int(number)) for kind, number in (line.split() for line in lines if line)}
    if not ledger_path(store.workspace).exists() or not told:
        return Found(0, len(told), 0, 0, 0)
    wanted = {("page", url(n)): body(n) for kind, n in told if kind == "page"}
    wanted |= {("record", url(n)): data(n).encode() for kind, n in told if kind == "record"}
    there = Counter[tuple[str, str]]()
    altered = 0
    for kind, address, value in _rows(store.workspace):
        there[kind, address] += 1
        altered += value != wanted.get((kind, address), value)
    return Found(
        acknowledged=len(told),
        lost=len(wanted.keys() - there.keys()),
        doubled=sum(count - 1 for count in there.values()),
        altered=altered,
        unreadable=_unreadable(store.workspace) + _misplaced(store.workspace, wanted),
    )


def _rows(workspace: Path) -> Iterator[tuple[str, str, bytes]]:
    with open_store(workspace) as store:
        for kind, query in (
            ("page", "SELECT url, body FROM pages"),
            ("record", "SELECT url, data::VARCHAR::BLOB FROM records"),
        ):
            with store.query(query) as rows:
                for batch in rows:
                    for address, value in zip(*(c.to_pylist() for c in batch.columns), strict=True):
                        yield kind, address, value


def _unreadable(workspace: Path) -> int:
    connection = connect(ledger_path(workspace), read_only=True)
    files = [file for part in PARTS for file in listed(connection, part)]
    connection.close()
    return sum(verify_segment(workspace / file.name, file.part) is not None for file in files)


def _misplaced(workspace: Path, wanted: dict[tuple[str, str], bytes]) -> int:
    with open_store(workspace) as store:
        return sum(store.get(address) != value for (kind, address), value in wanted.items() if kind == "page")


def random_kills(wanted: int, seed: int) -> bool:
    """Kills at random moments, round after round; says whether every store was right after every kill."""
    random = Random(seed)
    done, merged = 0, 0
    while done < wanted:
        with fresh_store() as store:
            for _ in range(min(ROUNDS_PER_STORE, wanted - done)):
                _kill_after(store.command(), random.uniform(SHORTEST_SECONDS, LONGEST_SECONDS))
                done += 1
                found = check(store)
                if not found.is_right:
                    print(f"round {done}: {found}", flush=True)
                    return False
            merged += _merges(store.workspace)
            print(f"{done} kills, {merged} merged files, {found}", flush=True)
    print(f"passed: {done} kills, seed {seed}")
    return True


def _kill_after(command: list[str], seconds: float) -> None:
    """Kills a store with everything it started, which may seal or merge at that moment."""
    process = subprocess.Popen(command, start_new_session=True)
    try:
        status = process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return
    sys.exit(f"the store ended with {status} by itself")


def _merges(workspace: Path) -> int:
    connection = connect(ledger_path(workspace), read_only=True)
    merged = sum(file.level > 0 for part in PARTS for file in listed(connection, part))
    connection.close()
    return merged


def injected_kills(points: int | None, part: int = 0, parts: int = 1) -> bool:
    """Kills one sealing with a merge, and merges alone, at the N-th call of each kind.

    Both are tried, since the N-th call of a merge comes after the N-th of the sealing before it. Of several
    parts, each takes its share of the same points.
    """
    per_life = None if points is None else points // 2
    is_right = True
    for cycles in (1, 0):
        with fresh_store() as made:
            subprocess.run([*made.command(FILES_PER_MERGE - cycles), "--no-merge"], check=True)
            chosen = kill_points(_copy(made, "probe").command(cycles), per_life)[part::parts]
            hit = 0
            for point in chosen:
                was_hit, was_right = _kill_at(made, cycles, point)
                hit, is_right = hit + was_hit, is_right and was_right
        print(f"{'passed' if is_right else 'FAILED'}: {hit} kills at {len(chosen)} points", flush=True)
    return is_right


def merge_kills() -> bool:
    """Kills merges of every part, with everything, right before and right after their rename."""
    is_right, hit = True, 0
    with fresh_store() as made:
        subprocess.run([*made.command(FILES_PER_MERGE), "--no-merge"], check=True)
        for part in PARTS:
            for after in (False, True):
                store = _copy(made, f"{part}-{after}")
                hit += kill_all_at(
                    [*store.command(), "--merge-part", part], "rename", f"/{part}/", after=after
                )
                is_right = (
                    _is_right_after_another_cycle(store, f"{part}, rename, after: {after}") and is_right
                )
    print(
        f"{'passed' if is_right else 'FAILED'}: {hit} kills at {2 * len(PARTS)} renames of merges", flush=True
    )
    return is_right and hit == 2 * len(PARTS)


def _is_right_after_another_cycle(store: Store, named: object) -> bool:
    first = check(store)
    subprocess.run(store.command(1), check=True)
    second = check(store)
    shutil.rmtree(store.folder)
    if first.is_right and second.is_right:
        return True
    print(f"{named}: {first}, after another cycle {second}", flush=True)
    return False


def _kill_at(made: Store, cycles: int, point: tuple[str, int]) -> tuple[bool, bool]:
    """Kills a copy of a store at one call; says whether it was hit, and whether all was right after it."""
    store = _copy(made, "{}-{}".format(*point))
    was_hit, _ = run_with_kill(store.command(cycles), *point)
    return was_hit, _is_right_after_another_cycle(store, point)


def _copy(store: Store, name: str) -> Store:
    copy = Store(store.folder / name)
    shutil.copytree(store.workspace, copy.workspace)
    shutil.copy(store.acknowledged, copy.acknowledged)
    return copy
