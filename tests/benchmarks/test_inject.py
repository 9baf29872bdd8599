"""Kills at the N-th call: the points are found by thread, and a kill there strikes that very call."""

import sys
from pathlib import Path

import pytest

from benchmarks.inject import kill_all_at, kill_points, run_with_kill

pytestmark = pytest.mark.strace

WRITER = """
import os, sys
inside, outside = (os.open(p, os.O_CREAT | os.O_RDWR) for p in (sys.argv[2] + "/in", sys.argv[2] + ".out"))
for moment in range(3):
    os.pwrite(outside, b"x", moment)
    os.pwrite(inside, b"x", moment)
os.fsync(inside)
os.rename(sys.argv[2] + "/in", sys.argv[2] + "/renamed")
"""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    return [sys.executable, "-c", WRITER, "--workspace", str(workspace)]


def test_only_calls_on_the_workspace_are_points_to_kill_at(command: list[str]) -> None:
    assert kill_points(command, None) == [
        ("fsync", 1),
        ("pwrite64", 2),
        ("pwrite64", 4),
        ("pwrite64", 6),
        ("rename", 1),
    ]


def test_fewer_points_are_spread_evenly(command: list[str]) -> None:
    assert kill_points(command, 2) == [("fsync", 1), ("pwrite64", 4)]


def test_a_kill_strikes_before_its_call(command: list[str]) -> None:
    assert run_with_kill(command, "pwrite64", 4) == (True, False)
    assert (Path(command[-1]) / "in").read_bytes() == b"x"


def test_a_point_that_is_never_reached_kills_nothing(command: list[str]) -> None:
    assert run_with_kill(command, "pwrite64", 7) == (False, True)


@pytest.mark.parametrize(("after", "left"), [(False, ["in"]), (True, ["renamed"])])
def test_a_kill_of_all_strikes_before_or_after_its_call(
    command: list[str], after: bool, left: list[str]
) -> None:
    assert kill_all_at(command, "rename", "/workspace/", after=after)
    assert [path.name for path in Path(command[-1]).iterdir()] == left


def test_a_call_that_never_comes_kills_nothing(command: list[str]) -> None:
    assert not kill_all_at(command, "rename", "/elsewhere/", after=False)
