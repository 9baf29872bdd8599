"""Kills by strace at the N-th call that changes a file of the workspace."""

import os
import re
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SYSCALLS = ("pwrite64", "write", "fdatasync", "fsync", "rename", "unlink", "ftruncate")
LONGEST_RUN_SECONDS = 120
LOOK_SECONDS = 0.005
_NEVER_RETURNED = re.compile(r"= \?$", re.MULTILINE)
_CALL = re.compile(r"^(\d+) +(\w+)\(")


def kill_points(command: list[str], points: int | None) -> list[tuple[str, int]]:
    """Runs the command once and gives each call and N at which one of its threads touched the workspace.

    strace counts the calls of every thread for itself, so N is an index inside a thread.
    """
    workspace = command[command.index("--workspace") + 1]
    with tempfile.NamedTemporaryFile(mode="r") as log:
        line = ["strace", "-f", "-qq", "-y", "-s", "0", "-o", log.name, "-e", f"trace={','.join(SYSCALLS)}"]
        subprocess.run([*line, "-e", "signal=none", *command], check=True, capture_output=True)
        found = sorted(set(_touching(log.read().splitlines(), workspace)))
    if not points or points >= len(found):
        return found
    return [found[index * len(found) // points] for index in range(points)]


def _touching(lines: list[str], workspace: str) -> Iterator[tuple[str, int]]:
    inside = re.compile(re.escape(workspace) + '[/>"]')
    counts: Counter[tuple[str, str]] = Counter()
    for line in lines:
        if call := _CALL.match(line):
            thread, syscall = call.groups()
            counts[thread, syscall] += 1
            if inside.search(line):
                yield syscall, counts[thread, syscall]


def kill_all_at(command: list[str], syscall: str, path: str, *, after: bool) -> bool:
    """Kills the command, with all it started, at its first such call on a path; says whether it came to that.

    The one that calls dies before the call, or stands still after it, until the rest is dead, too.
    """
    with tempfile.NamedTemporaryFile(mode="r") as log:
        line = ["strace", "-f", "-qq", "-y", "-o", log.name, "-e", f"trace={syscall}", "-e", "signal=none"]
        how = "STOP" if after else "KILL"
        process = subprocess.Popen(
            [*line, "-e", f"inject={syscall}:signal={how}:when=1", *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wanted = re.compile(rf"\b{syscall}\(.*{re.escape(path)}")
        try:
            while not (is_hit := wanted.search(Path(log.name).read_text()) is not None):
                with suppress(subprocess.TimeoutExpired):
                    process.wait(LOOK_SECONDS)
                    return wanted.search(Path(log.name).read_text()) is not None
        finally:
            _kill_rest(process)
        return is_hit


def run_with_kill(command: list[str], syscall: str, number: int) -> tuple[bool, bool]:
    """Runs the command with a kill at the N-th call; says whether it was hit and whether it ended well."""
    with tempfile.NamedTemporaryFile(mode="r") as log:
        line = ["strace", "-f", "-qq", "-o", log.name, "-e", f"trace={syscall}", "-e", "signal=none"]
        process = subprocess.Popen(
            [*line, "-e", f"inject={syscall}:signal=KILL:when={number}", *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            status = process.wait(LONGEST_RUN_SECONDS)
        finally:
            _kill_rest(process)
        return _NEVER_RETURNED.search(log.read()) is not None, status == 0


def _kill_rest(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:  # all of it ended already
        return
    process.wait()
