"""Processes that put records are killed at any moment; what they said is durable is there, once."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.ledger import Ledger
from storage.record_seal import seal_records
from storage.segment import iter_rows, verify_segment
from storage.store import Store
from storage.tidy import tidy
from storage.workspace import ledger_path

from .record_victim import BATCH

HOME = Path(__file__).parents[2]
ROUNDS = 12


def killed_after(workspace: Path, start: int, seconds: float) -> int:
    """Runs a victim from a number on, kills it and all it started; the number up to which it was told."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.record_victim", str(workspace), str(start)],
        cwd=HOME,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()  # from here on it is at work
    time.sleep(seconds)
    process.kill()
    told = [first, *process.stdout.read().splitlines(keepends=True)]
    process.wait()
    process.stdout.close()
    return max(int(line) for line in told if line.endswith("\n"))


def stored_numbers(workspace: Path) -> list[int]:
    with Store(workspace) as store, store.query("SELECT visit FROM records ORDER BY visit") as result:
        return [visit for batch in result for visit in batch.column(0).to_pylist()]


@pytest.mark.slow
async def test_what_is_durable_survives_every_kill_once(tmp_path: Path) -> None:
    dice = random.Random(20)
    told = 0
    for _ in range(ROUNDS):
        # begins before what was told: a program that dies puts its last records again
        told = max(told, killed_after(tmp_path, max(told - 2 * BATCH, 0), dice.uniform(0, 0.9)))
        numbers = stored_numbers(tmp_path)
        assert numbers == list(range(len(numbers)))
        assert len(numbers) >= told
    async with Ledger(ledger_path(tmp_path)) as ledger:
        await ledger.write(lambda c: tidy(c, tmp_path))
        await seal_records(ledger, tmp_path)
    # a commit that nobody was told of may show itself only when the next writer recovers the log
    final = stored_numbers(tmp_path)
    assert final == list(range(len(final)))
    assert len(final) >= len(numbers)
    files = sorted((tmp_path / "records").glob("*.parquet"))
    assert len(files) > 1
    assert [verify_segment(path, "records") for path in files] == [None] * len(files)
    sealed = sorted(
        v for path in files for b in iter_rows(path, "records", ["visit"]) for v in b[0].to_pylist()
    )
    assert sealed == final
