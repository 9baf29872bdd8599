"""The measurement of a process tree: nothing that a command started escapes it."""

import json
import subprocess
import sys
from typing import Any

BURN = "import time\nwhile time.process_time() < 0.4: pass"
ORPHAN = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BURN!r}]); print('started')"


def _measure(*command: str) -> dict[str, Any]:
    line = [sys.executable, "-m", "benchmarks.measure", "-", *command]
    done = subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def test_a_process_that_outlives_its_parent_is_counted() -> None:
    measured = _measure(sys.executable, "-c", ORPHAN)
    assert measured["cpu_seconds"] >= 0.4
    assert measured["output"] == "started\n"


def test_memory_is_the_peak_of_the_tree() -> None:
    held = (
        "import time; held = bytearray(60_000_000); held[::4096] = b'x' * len(held[::4096]); time.sleep(0.5)"
    )
    assert _measure(sys.executable, "-c", held)["peak_pss_mb"] > 57


def test_the_exit_status_is_the_commands() -> None:
    assert _measure(sys.executable, "-c", "raise SystemExit(6)")["status"] == 6


def test_a_command_that_writes_much_is_not_held_up() -> None:
    assert len(_measure(sys.executable, "-c", "print('x' * 1_000_000)")["output"]) == 4000
