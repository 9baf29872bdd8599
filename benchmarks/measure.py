"""Runs one command on one core and measures its process tree: python -m benchmarks.measure CORE COMMAND…

The last line of stdout is JSON. CPU time comes from the kernel's accounts of ended processes; this one takes
in orphans, so none escapes. Memory is the highest sum of proportional set sizes seen.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile

PR_SET_CHILD_SUBREAPER = 36
SAMPLE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Measured:
    """What one command took, with everything it started."""

    status: int
    cpu_seconds: float
    wall_seconds: float
    peak_pss_mb: float
    output: str


def descendants(pid: int) -> list[int]:
    """Gives the processes below this one, itself left off."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return []
    return [one for child in children for one in (child, *descendants(child))]


def pss_kb(pid: int) -> int:
    """Gives the memory of a process, with a share of what it shares."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):  # it ended meanwhile
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _reap(pid: int) -> tuple[int | None, bool]:
    """Collects what has ended: the status of `pid` when it was among them, and whether nothing is left."""
    status = None
    try:
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            if ended[0] == pid:
                status = os.waitstatus_to_exitcode(ended[1])
    except ChildProcessError:
        return status, True
    return status, False


def measure(command: list[str], core: int | None) -> Measured:
    """Runs a command to its end, and until all that it started has ended."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    pinned = ["taskset", "--cpu-list", str(core), *command] if core is not None else command
    started = time.monotonic()
    output = TemporaryFile()  # noqa: SIM115 - a pipe that nobody reads would fill up, this is read at the end
    process = subprocess.Popen(pinned, stdout=output)
    status, wall, peak = None, 0.0, 0
    while True:
        peak = max(peak, sum(map(pss_kb, descendants(os.getpid()))))
        ended, is_over = _reap(process.pid)
        if ended is not None:
            status, wall = ended, time.monotonic() - started
        if is_over:
            break
        time.sleep(SAMPLE_SECONDS)
    process.returncode = status  # it was collected here
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    with output:
        output.seek(0)
        text = output.read().decode()
    return Measured(status or 0, usage.ru_utime + usage.ru_stime, wall, peak / 1024, text[-4000:])


def main() -> None:
    """Measures the command of the command line; core `-` pins nothing."""
    core = None if sys.argv[1] == "-" else int(sys.argv[1])
    print(json.dumps(asdict(measure(sys.argv[2:], core))))


if __name__ == "__main__":
    main()
