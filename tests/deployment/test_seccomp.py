"""The scraper's filter of system calls, applied by the kernel: Chromium starts with its sandbox under it."""

import ctypes
import ctypes.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import browser

PROFILE = Path(__file__).parents[2] / "deployment" / "seccomp-chromium.json"
# Newer than some of the libraries that translate names into numbers; engines pass over what they do not know.
NEW = {"cachestat", "fchmodat2", "futex_requeue", "futex_wait", "futex_wake", "map_shadow_stack", "mseal"}
PAGE = "data:text/html,<body><script>document.body.textContent = 'rendered ' + 6 * 7</script>"

# Lays the filter on itself, becomes somebody without rights, and then the program.
UNDER_THE_FILTER = """
import ctypes, json, os, sys

class Compared(ctypes.Structure):
    _fields_ = [("at", ctypes.c_uint), ("how", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]

library = ctypes.CDLL("libseccomp.so.2")
library.seccomp_init.restype = ctypes.c_void_p
profile, without = json.load(open(sys.argv[1])), set(sys.argv[2].split(","))
filter = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(0x00050000 | profile["defaultErrnoRet"])))
for rule in profile["syscalls"]:
    compared = [Compared(one["index"], 4, one["value"], 0) for one in rule.get("args", ())]
    for name in set(rule["names"]) - without:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            array = (Compared * len(compared))(*compared)
            assert library.seccomp_rule_add_array(filter, 0x7FFF0000, number, len(compared), array) == 0, name
if os.geteuid() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
assert library.seccomp_load(filter) == 0
if sys.argv[3] != "call":
    os.execv(sys.argv[3], sys.argv[3:])
system = ctypes.CDLL(None, use_errno=True)
for name in sys.argv[4:]:
    print(name, getattr(system, name)(0, 0, 0, 0, 0), os.strerror(ctypes.get_errno()))
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        browser.find() is None or ctypes.util.find_library("seccomp") is None,
        reason="needs a Chromium, and libseccomp2, which is part of every Debian",
    ),
]


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the browser may use, whoever it is."""
    with tempfile.TemporaryDirectory(prefix="tandem-filter-") as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


def _run(home: Path, *command: str, without: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", UNDER_THE_FILTER, PROFILE, without, *command],
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _render(home: Path, without: str = "") -> subprocess.CompletedProcess[str]:
    profile = f"--user-data-dir={home}/profile"
    return _run(home, str(browser.find()), "--headless", profile, "--dump-dom", PAGE, without=without)


def test_chromium_renders_with_its_sandbox(home: Path) -> None:
    done = _render(home)
    assert "rendered 42" in done.stdout, done.stderr


@pytest.mark.parametrize("without", ["chroot", "clone,clone3,unshare"])
def test_without_the_calls_of_its_sandbox_it_does_not_start(home: Path, without: str) -> None:
    done = _render(home, without)
    assert "rendered 42" not in done.stdout
    assert "sandbox" in done.stderr or "sys_chroot" in done.stderr or done.returncode


def test_what_is_not_on_the_list_does_not_exist(home: Path) -> None:
    done = _run(home, "call", "ptrace", "mount")
    assert done.stdout == "ptrace -1 Function not implemented\nmount -1 Function not implemented\n", (
        done.stderr
    )


def test_every_name_is_a_system_call() -> None:
    library = ctypes.CDLL("libseccomp.so.2")
    names = {name for rule in json.loads(PROFILE.read_text())["syscalls"] for name in rule["names"]}
    assert {name for name in names if library.seccomp_syscall_resolve_name(name.encode()) == -1} <= NEW
