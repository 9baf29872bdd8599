"""Takes from a process what no query needs: writing, other files, the network, more memory, more time."""

import ctypes
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from storage import landlock

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_NOBODY = 65534


class Writing(StrEnum):
    """What keeps a query from writing."""

    LANDLOCK = "landlock"  # the kernel refuses, root or not
    OTHER_USER = "other_user"  # it runs as nobody, who may not write here
    ENGINE = "engine"  # only the query engine refuses


class Network(StrEnum):
    """What keeps a query from the network."""

    NAMESPACE = "namespace"  # it has a network of its own, with nothing in it
    LANDLOCK = "landlock"  # the kernel refuses TCP
    ENGINE = "engine"  # only the query engine refuses


@dataclass(frozen=True, slots=True)
class Confinement:
    """What holds a query on this machine."""

    writing: Writing
    network: Network
    memory: bool  # whether the kernel bounds its memory

    @property
    def is_kernel_held(self) -> bool:
        """Whether nothing rests on the query engine alone."""
        return self.memory and self.writing != Writing.ENGINE and self.network != Network.ENGINE


def confine(files: Sequence[Path], libraries: Sequence[Path], use_landlock: bool = True) -> Confinement:
    """Give up everything but reading; only while there is one thread: others would keep their rights."""
    if _threads() != 1:
        raise RuntimeError("a process with several threads cannot be confined")
    if use_landlock and landlock.version():
        landlock.allow_only_reading([*files, *(path for path in libraries if path.exists())])
        writing = Writing.LANDLOCK
    else:
        writing = Writing.OTHER_USER if _become_nobody(files) else Writing.ENGINE
    return Confinement(writing, _network(writing), sys.platform == "linux")


def _network(writing: Writing) -> Network:
    if _leave_network():
        return Network.NAMESPACE
    held = writing == Writing.LANDLOCK and landlock.denies_tcp()
    return Network.LANDLOCK if held else Network.ENGINE


def limit(memory_bytes: int, processor_seconds: float) -> None:
    """At most so much memory beyond what is mapped now and so much processor time; no file may grow."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    seconds = int(processor_seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    if sys.platform == "linux":
        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (mapped + memory_bytes, mapped + memory_bytes))


def _threads() -> int:
    folder = Path("/proc/self/task")
    return len(list(folder.iterdir())) if folder.exists() else 1


def _leave_network() -> bool:
    """Into an empty network, directly where that is allowed, else by way of a user namespace of its own."""
    if sys.platform != "linux":
        return False
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    return bool(unshare(_NEW_NET) == 0 or unshare(_NEW_USER | _NEW_NET) == 0)


def _become_nobody(files: Sequence[Path]) -> bool:
    if os.geteuid() != 0:
        return False
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.seteuid(_NOBODY)
    suits = all(_may(path, os.R_OK) and not _may(path, os.W_OK) for path in files)
    suits = suits and not any(_may(folder, os.W_OK) for folder in {path.parent for path in files})
    os.seteuid(0)
    if suits:
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    return suits


def _may(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=True)


def describe_sandbox() -> Confinement:
    """What would hold a query here, found out by a process that confines itself and ends."""
    command = [sys.executable, "-P", "-m", __name__]
    environment = {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    words = done.stdout.split()
    if len(words) != 3:
        return Confinement(Writing.ENGINE, Network.ENGINE, False)
    return Confinement(Writing(words[0]), Network(words[1]), words[2] == "True")


if __name__ == "__main__":
    held = confine([], [])
    sys.stdout.write(f"{held.writing} {held.network} {held.memory}\n")
