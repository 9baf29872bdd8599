"""A store that is killed while it seals, renames, merges and unlinks has all that it acknowledged, once."""

import subprocess

import pytest

from benchmarks.store_kill import check, fresh_store, injected_kills, merge_kills, random_kills
from storage.ledger import connect
from storage.workspace import ledger_path


@pytest.mark.slow
def test_kills_at_random_moments_lose_nothing() -> None:
    assert random_kills(wanted=8, seed=1)


@pytest.mark.slow
@pytest.mark.strace
@pytest.mark.parametrize("part", range(2))
def test_kills_at_single_writes_lose_nothing(part: int) -> None:
    assert injected_kills(points=4, part=part, parts=2)


@pytest.mark.slow
@pytest.mark.strace
def test_kills_at_the_rename_of_a_merge_lose_nothing() -> None:
    assert merge_kills()


@pytest.mark.slow
def test_losses_are_noticed() -> None:
    with fresh_store() as store:
        subprocess.run(store.command(2), check=True)
        assert check(store).is_right
        first, second = sorted((store.workspace / "pages").glob("*.parquet"))
        connection = connect(ledger_path(store.workspace))
        connection.execute(
            "INSERT INTO files (file, name, part, rows, bytes, raw_bytes, level, sealed_at)"
            " SELECT 99, 'pages/again.parquet', part, rows, bytes, raw_bytes, level, sealed_at"
            " FROM files WHERE name = ?",
            (f"pages/{second.name}",),
        )
        (store.workspace / "pages" / "again.parquet").write_bytes(second.read_bytes())
        assert check(store).doubled == 60
        connection.execute("DELETE FROM files WHERE file = 99 OR name = ?", (f"pages/{first.name}",))
        connection.close()
        found = check(store)
        assert (found.lost, found.doubled) == (60, 0)
        assert found.unreadable >= 60
