import asyncio
import sqlite3
from pathlib import Path

import pytest

import storage
from storage.ledger import Connection, Ledger, LedgerLost, LedgerTooNew, connect
from storage.store import open_store
from storage.workspace import WorkspaceHeld, hold


def _insert(connection: Connection, name: str) -> None:
    connection.execute("INSERT INTO hosts (name) VALUES (?)", (name,))


def _names(connection: Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT name FROM hosts ORDER BY name")]


async def test_a_write_is_on_the_disk_when_it_returns(ledger: Ledger) -> None:
    await ledger.write(lambda c: _insert(c, "a.test"))
    other = connect(ledger.path, read_only=True)
    assert _names(other) == ["a.test"]
    other.close()


async def test_work_that_fails_leaves_the_rest_of_its_group_alone(ledger: Ledger) -> None:
    def fails(connection: Connection) -> None:
        _insert(connection, "half")
        raise ValueError("no")

    good, bad, also_good = await asyncio.gather(
        ledger.write(lambda c: _insert(c, "a.test")),
        ledger.write(fails),
        ledger.write(lambda c: _insert(c, "b.test")),
        return_exceptions=True,
    )
    assert (good, also_good) == (None, None)
    assert isinstance(bad, ValueError)
    assert await ledger.read(_names) == ["a.test", "b.test"]


async def test_a_broken_rule_of_the_schema_is_an_error_of_its_caller_only(ledger: Ledger) -> None:
    await ledger.write(lambda c: _insert(c, "a.test"))
    with pytest.raises(sqlite3.IntegrityError):
        await ledger.write(lambda c: _insert(c, "a.test"))
    await ledger.write(lambda c: _insert(c, "b.test"))


async def test_a_full_disk_ends_the_ledger_and_what_was_acknowledged_stays(ledger: Ledger) -> None:
    await ledger.write(lambda c: _insert(c, "kept"))
    await ledger.read(lambda c: c.execute("PRAGMA max_page_count = 1"))
    with pytest.raises(LedgerLost, match="full"):
        await ledger.write(lambda c: [_insert(c, f"{n}" * 2000) for n in range(100)])
    with pytest.raises(LedgerLost):
        await ledger.write(lambda c: _insert(c, "later"))
    again = connect(ledger.path, read_only=True)
    assert _names(again) == ["kept"]
    again.close()


async def test_a_ledger_of_a_newer_version_is_left_alone(workspace: Path) -> None:
    path = workspace / "ledger.sqlite"
    connection = connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(LedgerTooNew, match="upgrade"):
        async with Ledger(path):
            pass


async def test_a_place_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(LedgerLost, match=r"missing/ledger\.sqlite"):
        async with Ledger(tmp_path / "missing" / "ledger.sqlite"):
            pass


@pytest.mark.parametrize("version", [0, 1])
def test_readers_bring_an_older_ledger_to_this_version(workspace: Path, version: int) -> None:
    """Version 0: a disk was full, or a process died, between the file and its first table."""
    steps = sorted(Path(storage.__file__).parent.joinpath("schema").glob("*.sql"))[:version]
    connection = connect(workspace / "ledger.sqlite")
    for step in steps:
        connection.executescript(step.read_text())
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    with open_store(workspace) as store:
        assert store.runs() == []


def test_readers_leave_an_older_ledger_to_whoever_writes_it(workspace: Path) -> None:
    connect(workspace / "ledger.sqlite").close()
    with hold(workspace), pytest.raises(WorkspaceHeld):
        open_store(workspace)
