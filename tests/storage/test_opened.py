"""What a Python program sees of a store."""

import subprocess
import sys
from pathlib import Path

import pytest

import storage
from storage.ledger import StorageError
from storage.workspace import NoWorkspace, WorkspaceHeld, hold

from .rows import record


async def test_a_new_workspace_takes_records_and_gives_them_back(tmp_path: Path) -> None:
    async with storage.open(tmp_path / "new") as store:
        put = await store.put_many([record(1), record(2)])
        await store.flush()
        assert put.stored == 2
        assert store.sql("SELECT url FROM records ORDER BY url LIMIT 1") == [{"url": record(1).url}]
    with storage.open(tmp_path / "new") as store:
        assert store.sql("SELECT count(*) AS n FROM records") == [{"n": 2}]
        assert store.get("http://a.example/none") is None
        assert store.get_page("http://a.example/none") is None


async def test_reading_needs_no_with_and_may_go_on_after_closing(tmp_path: Path) -> None:
    async with storage.open(tmp_path) as store:
        await store.put_many([record(1)])
    again = storage.open(str(tmp_path))
    assert again.sql("SELECT ordinal FROM records") == [{"ordinal": 0}]
    again.close()
    assert again.sql("SELECT ordinal FROM records") == [{"ordinal": 0}]
    again.close()


async def test_who_only_reads_may_not_write(tmp_path: Path) -> None:
    with storage.open(tmp_path) as store, pytest.raises(StorageError, match="async with"):
        await store.put_many([record(1)])


async def test_a_workspace_is_written_by_one(tmp_path: Path) -> None:
    async with storage.open(tmp_path) as store:
        await store.put_many([record(1)])
        with pytest.raises(WorkspaceHeld):
            async with storage.open(tmp_path):
                pass
        assert store.sql("SELECT 1 AS n") == [{"n": 1}]
    with hold(tmp_path):
        pass


def test_there_is_nothing_to_read_where_nothing_was_written(tmp_path: Path) -> None:
    with pytest.raises(NoWorkspace), storage.open(tmp_path) as store:
        store.get("http://a.example/")


def test_importing_the_room_loads_nothing_heavy() -> None:
    code = "import sys, storage; print({'pyarrow', 'sqlite3', 'asyncio'} & sys.modules.keys())"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "set()\n"
