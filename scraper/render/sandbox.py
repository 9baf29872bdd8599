"""Tells whether Chromium's sandbox works here: the browser is started once with it, to show one word."""

import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

_WORD: Final = "tandem"
_PROBE: Final = ("--headless", "--disable-gpu", "--no-first-run", "--dump-dom", f"data:text/html,{_WORD}")
_SYSTEM: Final = Path("/proc/sys")
# The switch of a kernel, the value that forbids, and what allows it again.
_SWITCHES: Final = (
    ("kernel/unprivileged_userns_clone", "0", "sudo sysctl -w kernel.unprivileged_userns_clone=1"),
    ("user/max_user_namespaces", "0", "sudo sysctl -w user.max_user_namespaces=15000"),
    (
        "kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
)
_NOT_ROOT: Final = "run tandem as an ordinary user, as in: sudo -u USER tandem run JOB.yaml"
_CONTAINER: Final = (
    "let the container make user namespaces, as in:"
    " docker run --security-opt seccomp=deployment/seccomp-chromium.json …"
)
_HELPER: Final = "sudo apt-get install chromium-sandbox"


class Lack(StrEnum):
    """Why the sandbox does not work."""

    ROOT = "root"
    NAMESPACES = "user_namespaces"
    START = "start"  # the browser does not even start
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Whether it works, and otherwise what is missing and what mends that."""

    lack: Lack | None = None
    missing: str = ""
    remedy: str = ""

    @property
    def works(self) -> bool:
        return self.lack is None

    @property
    def is_browser_broken(self) -> bool:
        """Whether it is the browser itself that does not work, with a sandbox or without."""
        return self.lack in (Lack.START, Lack.TIME)


def try_sandbox(executable: str, seconds: float = 30.0, system: Path = _SYSTEM) -> Sandbox:
    """Starts the browser once; blocks for as long as that takes, some tenths of a second."""
    with tempfile.TemporaryDirectory(prefix="tandem-sandbox-", ignore_cleanup_errors=True) as profile:
        command = [executable, f"--user-data-dir={profile}", *_PROBE]
        try:
            status, shown, said = _run(command, seconds)
        except OSError as error:
            return Sandbox(Lack.START, f"it cannot be started: {error.strerror}", _start_remedy(executable))
    if status is None:
        missing = f"it did not show an empty page within {seconds:.0f} s"
        return Sandbox(Lack.TIME, missing, _start_remedy(executable))
    if status == 0 and _WORD in shown:
        return Sandbox()
    return _explained(said, status, executable, system)


def _explained(said: str, status: int, executable: str, system: Path) -> Sandbox:
    if "root without --no-sandbox" in said:
        return Sandbox(Lack.ROOT, "it does not work for root", _NOT_ROOT)
    if "No usable sandbox" in said or "namespace" in said.lower():
        missing = "this user may not make user namespaces"
        return Sandbox(Lack.NAMESPACES, missing, _namespace_remedy(system))
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    last = lines[-1][:200] if lines else f"it ended with {status}"
    return Sandbox(Lack.START, f"it does not start: {last}", _start_remedy(executable))


def _namespace_remedy(system: Path) -> str:
    for name, forbids, remedy in _SWITCHES:
        with suppress(OSError):
            if (system / name).read_text().strip() == forbids:
                return remedy
    return _CONTAINER if _is_filtered() else _HELPER


def _is_filtered() -> bool:
    """Whether some system calls are forbidden to this process, as container engines do."""
    with suppress(OSError):
        return "Seccomp:\t2" in Path("/proc/self/status").read_text()
    return False


def _start_remedy(executable: str) -> str:
    return f"see what it says: {executable} --headless --dump-dom about:blank"


def _run(command: list[str], seconds: float) -> tuple[int | None, str, str]:
    """Status, output and errors; no status when it took too long, and was ended."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            shown, said = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            return None, "", ""
    return process.returncode, shown, said
