"""Processes as /proc shows them: who belongs together, what they take, and how they are ended."""

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")  # without one (macOS) nothing is seen and nothing is ended
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_GONE = (FileNotFoundError, ProcessLookupError, PermissionError)


class Process(NamedTuple):
    """One process for all time of one boot: a number given anew has another start."""

    pid: int
    started: int  # clock ticks since the machine was started


class Memory(NamedTuple):
    """What a process holds, in bytes."""

    own: int
    shared: int  # programs and libraries, which others may hold as well


def boot() -> str:
    """Tells one start of the machine from another."""
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    except _GONE:
        return ""


def find(pid: int) -> Process | None:
    """The process that has this number now."""
    stat = _stat(pid)
    return Process(pid, int(stat[19])) if stat and stat[0] not in "ZX" else None


def is_alive(process: Process) -> bool:
    return find(process.pid) == process


def children(pid: int) -> list[Process]:
    try:
        threads = list((_PROC / str(pid) / "task").iterdir())
        numbers = [int(word) for thread in threads for word in (thread / "children").read_text().split()]
    except _GONE:
        return []
    return [child for number in numbers if (child := find(number)) is not None]


def session_members(session: int, since: int) -> list[Process]:
    """All processes of the session whose leader began then, also when it is gone.

    Its number is not given anew as long as the session has members.
    """
    leader = find(session)
    if leader is not None and leader.started != since:
        return []
    try:
        numbers = [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]
    except _GONE:
        return []
    members = []
    for number in numbers:
        stat = _stat(number)
        if stat and stat[0] not in "ZX" and int(stat[3]) == session and int(stat[19]) >= since:
            members.append(Process(number, int(stat[19])))
    return members


def command_line(process: Process) -> str:
    """How it was started, words parted by blanks; empty when it is gone."""
    try:
        words = (_PROC / str(process.pid) / "cmdline").read_bytes()
    except _GONE:
        return ""
    return words.replace(b"\0", b" ").decode(errors="replace") if is_alive(process) else ""


def memory(process: Process) -> Memory:
    """Read from `statm`, which costs microseconds where exact shares cost milliseconds."""
    try:
        words = (_PROC / str(process.pid) / "statm").read_text().split()
    except _GONE:
        return Memory(0, 0)
    resident, shared = int(words[1]), int(words[2])
    return Memory((resident - shared) * _PAGE_BYTES, shared * _PAGE_BYTES)


def memory_of_all(processes: Iterable[Process]) -> int:
    """What each holds for itself, and the largest share once: close to the sum of proportional shares."""
    held = [memory(process) for process in processes]
    return sum(one.own for one in held) + max((one.shared for one in held), default=0)


def kill(process: Process) -> None:
    """Ends this very process, never one that was given its number meanwhile."""
    with suppress(*_GONE):
        handle = os.pidfd_open(process.pid)
        try:
            if is_alive(process):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        finally:
            os.close(handle)


def _stat(pid: int) -> list[str]:
    """The words after the name, which may hold anything; counted from 0 as of the state."""
    try:
        return (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except _GONE:
        return []
