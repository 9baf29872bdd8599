"""Workspaces of older versions, which are brought to this one."""

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

import storage
from storage.ledger import Ledger, LedgerLost, connect
from storage.upgrade import FOLDER, KEPT

STEPS = sorted(Path(storage.__file__).parent.joinpath("schema").glob("*.sql"))


def _older(workspace: Path, version: int, rows: int = 1) -> Path:
    """A ledger as that version left it, with something in it."""
    path = workspace / "ledger.sqlite"
    connection = connect(path)
    for step in STEPS[:version]:
        connection.executescript(step.read_text())
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO hosts (name) VALUES (?)", [(f"host{n}",) for n in range(rows)])
    connection.execute("COMMIT")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    return path


def _copies(workspace: Path) -> list[Path]:
    return sorted((workspace / FOLDER).glob("*")) if (workspace / FOLDER).exists() else []


def _said(copy: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(copy)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (rows,) = connection.execute("SELECT count(*) FROM hosts").fetchone()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return version, rows


@pytest.mark.parametrize("version", [1, 6, len(STEPS) - 1])
async def test_the_ledger_as_it_was_is_kept(
    tmp_path: Path, version: int, caplog: pytest.LogCaptureFixture
) -> None:
    path = _older(tmp_path, version, rows=50)
    with caplog.at_level(logging.WARNING):
        async with Ledger(path) as ledger:
            assert await ledger.read(lambda c: c.execute("SELECT count(*) FROM hosts").fetchone()) == (50,)
    [copy] = _copies(tmp_path)
    assert _said(copy) == (version, 50)
    assert f"from version {version} to {len(STEPS)}" in caplog.text
    assert str(copy) in caplog.text


async def test_a_ledger_of_this_version_and_a_new_one_are_not_copied(tmp_path: Path) -> None:
    for _ in range(2):
        async with Ledger(tmp_path / "ledger.sqlite"):
            pass
    assert _copies(tmp_path) == []


async def test_without_a_copy_nothing_is_changed(tmp_path: Path) -> None:
    path = _older(tmp_path, 3)
    (tmp_path / FOLDER).write_text("a file where the folder should be")
    with pytest.raises(LedgerLost, match="no copy could be made before the upgrade from version 3"):
        async with Ledger(path):
            pass
    assert _said(path)[0] == 3


async def test_only_the_newest_copies_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    for age in range(KEPT + 2):
        old = folder / f"ledger-v1-{age}.sqlite"
        old.write_bytes(b"")
        os.utime(old, (1_000_000 - age, 1_000_000 - age))
    (folder / "ledger-v1-x.sqlite.tmp").write_bytes(b"of a process that died")
    async with Ledger(_older(tmp_path, 2)):
        pass
    names = {path.name for path in _copies(tmp_path)}
    assert len(names) == KEPT
    assert {"ledger-v1-0.sqlite", "ledger-v1-1.sqlite"} < names
    assert any(name.startswith("ledger-v2-") for name in names)


def test_an_upgrade_that_is_killed_leaves_the_old_ledger_or_the_new_one(tmp_path: Path) -> None:
    opening = (
        "import sys; from pathlib import Path; from storage.ledger import opened; opened(Path(sys.argv[1]))"
    )
    for number, seconds in enumerate((0.0, 0.05, 0.1, 0.15, 0.2, 0.3)):
        workspace = tmp_path / str(number)
        workspace.mkdir()
        path = _older(workspace, 4, rows=20_000)
        with subprocess.Popen([sys.executable, "-c", opening, str(path)]) as process:
            time.sleep(seconds)  # any moment will do
            process.send_signal(signal.SIGKILL)
        version, rows = _said(path)
        assert rows == 20_000
        whole = [copy for copy in _copies(workspace) if copy.suffix == ".sqlite"]
        assert version == 4 or whole, "it was changed before there was a copy"
        assert all(_said(copy) == (4, 20_000) for copy in whole)
