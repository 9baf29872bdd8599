import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import landlock
from storage.sandbox import Confinement, Network, Writing, describe_sandbox

ROOT = Path(__file__).parents[2]
needs_landlock = pytest.mark.skipif(landlock.version() == 0, reason="this kernel has no Landlock")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")

CONFINED = """
import os, socket, sys
from pathlib import Path
from storage.sandbox import confine, limit
folder, use_landlock = Path(sys.argv[1]), sys.argv[2] == "landlock"
held = confine([folder / "listed"], [], use_landlock)
try:
    {attempt}
    print("done")
except (OSError, MemoryError) as error:
    print(type(error).__name__)
"""


def attempt(code: str, folder: Path, mode: str = "landlock") -> str:
    done = subprocess.run(
        [sys.executable, "-c", CONFINED.format(attempt=code), str(folder), mode],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=20,
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that anybody may read, with one file that is listed and one that is not."""
    with tempfile.TemporaryDirectory() as name:  # those of pytest are closed to other users
        path = Path(name)
        path.chmod(0o755)
        for file in ("listed", "foreign"):
            (path / file).write_text(file)
            (path / file).chmod(0o644)
        yield path


WRITES = [
    "(folder / 'listed').open('w')",
    "(folder / 'listed').open('a')",
    "(folder / 'listed').open('r+')",
    "os.truncate(folder / 'listed', 0)",
    "(folder / 'listed').unlink()",
    "(folder / 'listed').rename(folder / 'moved')",
    "(folder / 'new').write_text('x')",
    "(folder / 'new').mkdir()",
    "(folder / 'new').symlink_to('listed')",
    "os.link(folder / 'listed', folder / 'new')",
    "os.mkfifo(folder / 'new')",
]


@needs_landlock
@pytest.mark.parametrize("code", WRITES)
def test_landlock_denies_every_write(folder: Path, code: str) -> None:
    assert attempt(code, folder) in {"PermissionError", "OSError"}
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "listed": "listed",
        "foreign": "foreign",
    }


@needs_landlock
@pytest.mark.parametrize(
    ("code", "end"),
    [
        ("print((folder / 'listed').read_text())", "listed\ndone"),
        ("(folder / 'foreign').read_text()", "PermissionError"),
        ("list(folder.iterdir())", "PermissionError"),
        ("Path('/etc/passwd').read_text()", "PermissionError"),
        ("Path('/proc/self/environ').read_text()", "PermissionError"),
    ],
)
def test_landlock_leaves_only_the_listed_files_to_read(folder: Path, code: str, end: str) -> None:
    assert attempt(code, folder) == end


@needs_landlock
def test_what_a_confined_process_starts_is_confined_too(folder: Path) -> None:
    assert attempt("os.execv('/bin/sh', ['sh', '-c', 'echo x > ' + str(folder / 'new')])", folder) == (
        "PermissionError"
    )


@needs_root
@pytest.mark.parametrize("code", WRITES)
def test_without_landlock_root_becomes_nobody_who_may_not_write(folder: Path, code: str) -> None:
    assert attempt(code, folder, "uid") == "PermissionError"
    assert sorted(path.name for path in folder.iterdir()) == ["foreign", "listed"]


@needs_root
def test_nobody_keeps_reading_the_listed_files(folder: Path) -> None:
    assert attempt("print(held.writing, os.getuid())", folder, "uid") == "other_user 65534\ndone"
    assert attempt("print((folder / 'listed').read_text())", folder, "uid") == "listed\ndone"


@needs_root
def test_a_folder_that_everybody_may_write_is_told(folder: Path) -> None:
    folder.chmod(0o777)
    assert attempt("print(held.writing)", folder, "uid") == "engine\ndone"


@needs_root
def test_files_that_nobody_may_not_read_are_told_and_not_lost(folder: Path) -> None:
    (folder / "listed").chmod(0o600)
    assert attempt("print(held.writing, (folder / 'listed').read_text())", folder, "uid") == (
        "engine listed\ndone"
    )


@pytest.mark.parametrize("mode", ["landlock", "uid"])
@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM"])
def test_no_network_is_left(folder: Path, kind: str, mode: str) -> None:
    if describe_sandbox().network == Network.ENGINE:
        pytest.skip("this machine allows no namespace and its kernel denies no TCP")
    if describe_sandbox().network == Network.LANDLOCK and kind == "SOCK_DGRAM":
        pytest.skip("without a namespace only TCP is denied")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"socket.socket(socket.AF_INET, socket.{kind}).connect(('127.0.0.1', {port}))"
        assert attempt(code, folder, mode) in {"PermissionError", "OSError"}


@needs_linux
@pytest.mark.parametrize(
    ("code", "end"),
    [
        ("x = bytearray(50 << 20)", "done"),
        ("x = bytearray(200 << 20)", "MemoryError"),
    ],
)
def test_memory_ends_at_its_limit(code: str, end: str) -> None:
    program = (
        f"from storage.sandbox import limit\nlimit(100 << 20, 10)\ntry:\n    {code}\n    print('done')\n"
    )
    program += "except MemoryError: print('MemoryError')"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == end


@needs_linux
def test_processor_time_ends_at_its_limit() -> None:
    program = "from storage.sandbox import limit\nlimit(100 << 20, 0.2)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", program], check=False, cwd=ROOT, timeout=20)
    assert done.returncode in {-9, -24}


def test_a_process_with_threads_refuses_to_be_confined(folder: Path) -> None:
    program = (
        "import threading\nfrom storage.sandbox import confine\n"
        "threading.Thread(target=threading.Event().wait, daemon=True).start()\nconfine([], [])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert "several threads" in done.stderr


@needs_landlock
def test_the_description_says_what_holds_here() -> None:
    found = describe_sandbox()
    assert found.writing == Writing.LANDLOCK
    assert found.memory


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Confinement(Writing.LANDLOCK, Network.NAMESPACE, True), True),
        (Confinement(Writing.OTHER_USER, Network.LANDLOCK, True), True),
        (Confinement(Writing.ENGINE, Network.NAMESPACE, True), False),
        (Confinement(Writing.LANDLOCK, Network.ENGINE, True), False),
        (Confinement(Writing.LANDLOCK, Network.NAMESPACE, False), False),
    ],
)
def test_only_a_kernel_that_holds_everything_counts(found: Confinement, expected: bool) -> None:
    assert found.is_kernel_held is expected
