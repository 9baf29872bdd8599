"""Who needs which files: said by locks that die with their process."""

import signal
import subprocess
import sys
from pathlib import Path

from storage.readers import Reader, living, oldest_version

HOLDER = """
import sys, pathlib
from storage.readers import Reader
reader = Reader(pathlib.Path(sys.argv[1]))
reader.saw(7)
print("locked", flush=True)
sys.stdin.read()
"""


def test_nobody_reads_a_workspace_without_readers(workspace: Path) -> None:
    assert oldest_version(workspace) is None


def test_a_reader_needs_every_file_until_it_says_what_it_saw(workspace: Path) -> None:
    with Reader(workspace) as reader:
        assert oldest_version(workspace) == 0
        reader.saw(12)
        assert oldest_version(workspace) == 12
    assert oldest_version(workspace) is None
    assert list((workspace / "readers").iterdir()) == []


def test_the_oldest_of_several_readers_counts(workspace: Path) -> None:
    with Reader(workspace) as one, Reader(workspace) as other:
        one.saw(40)
        other.saw(5)
        assert oldest_version(workspace) == 5
        other.rest()
        assert oldest_version(workspace) == 40


def test_a_resting_reader_needs_files_only_while_it_is_busy(workspace: Path) -> None:
    with Reader(workspace) as reader:
        reader.rest()
        assert oldest_version(workspace) is None
        with reader.busy():
            with reader.busy():
                assert oldest_version(workspace) == 0
            assert oldest_version(workspace) == 0
        assert oldest_version(workspace) is None


def test_the_lock_of_a_killed_process_is_free_and_its_file_goes(workspace: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(workspace)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"locked\n"
        assert (oldest_version(workspace), living(workspace)) == (7, [process.pid])
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert oldest_version(workspace) is None
    assert not list((workspace / "readers").iterdir())
