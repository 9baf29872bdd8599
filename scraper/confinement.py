"""Binds a worker process: it dies with its parent, stays in its memory, and each page within its time."""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

NO_MEMORY = 86  # exit status of a worker that had not even the memory to take or to answer a chunk

_PR_SET_PDEATHSIG = 1
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3


def live_and_die_with(parent: int) -> None:
    """A stop of the whole process group is the parent's to answer: it drains, and its workers with it."""
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before it could be watched
        os._exit(0)


def limit_memory(beyond: int) -> None:
    """At most `beyond` bytes more than the process maps now; only Linux can tell and hold that."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # Not by pathlib, whose import would take a tenth of a worker's start.
        with open("/proc/self/statm") as statm:  # noqa: PTH123
            mapped = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (mapped + beyond, mapped + beyond))


def keep_freed_memory() -> None:
    """Else glibc gives every tree back to the system only to ask for it again, at the price of a parse."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_TRIM_THRESHOLD, 1 << 28)
        libc.mallopt(_M_MMAP_THRESHOLD, 1 << 25)
        libc.mallopt(_M_TOP_PAD, 4 << 20)


def return_freed_memory() -> None:
    """After an unusually big page: what it took must not stay with the worker for ever."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)


@contextmanager
def processor_seconds(limit: float) -> Iterator[None]:
    """The kernel ends the process with SIGPROF when this takes longer: no code of ours has to get a turn."""
    signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
