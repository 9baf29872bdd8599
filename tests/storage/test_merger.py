"""Small files become larger ones; whoever reads meanwhile keeps what it saw."""

from itertools import islice
from pathlib import Path

import pytest

from storage.file_list import listed, sweep
from storage.ledger import Ledger, connect
from storage.merger import FILES_PER_MERGE, due_merge, merge_due
from storage.record_pack import pack
from storage.record_rows import pending_records, write_records
from storage.seal import seal_all
from storage.store import open_store
from storage.upkeep import Upkeep

from .crawled import begin, body, crawl
from .rows import record

PER_FILE = 30


async def _sealed_files(ledger: Ledger, workspace: Path, count: int, start: int = 0) -> range:
    run = await begin(ledger)
    for n in range(count):
        first = start + n * PER_FILE
        await crawl(ledger, run, range(first, first + PER_FILE))
        await seal_all(ledger, workspace)
    return range(start, start + count * PER_FILE)


async def test_eight_files_become_one_and_every_page_is_found_there(ledger: Ledger, workspace: Path) -> None:
    numbers = await _sealed_files(ledger, workspace, FILES_PER_MERGE)
    assert await merge_due(ledger, workspace) >= 1
    (merged,) = await ledger.read(lambda c: listed(c, "pages"))
    assert (merged.level, merged.rows) == (1, len(numbers))
    assert [f"pages/{path.name}" for path in (workspace / "pages").iterdir()] == [merged.name]
    with open_store(workspace) as store:
        assert [store.get(f"http://a.test/{n}") for n in numbers] == [body(n) for n in numbers]


async def test_seven_files_are_not_worth_a_merge(ledger: Ledger, workspace: Path) -> None:
    await _sealed_files(ledger, workspace, FILES_PER_MERGE - 1)
    assert await ledger.read(due_merge) is None


@pytest.mark.slow
async def test_files_of_one_level_are_merged_again(ledger: Ledger, workspace: Path) -> None:
    numbers = await _sealed_files(ledger, workspace, FILES_PER_MERGE)
    for round_ in range(1, FILES_PER_MERGE):
        await merge_due(ledger, workspace)
        await _sealed_files(ledger, workspace, FILES_PER_MERGE, start=round_ * len(numbers))
    await merge_due(ledger, workspace)
    levels = [file.level for file in await ledger.read(lambda c: listed(c, "pages"))]
    assert levels == [2]


async def test_a_reader_of_before_the_merge_reads_on(ledger: Ledger, workspace: Path) -> None:
    numbers = await _sealed_files(ledger, workspace, FILES_PER_MERGE)
    with open_store(workspace) as store:
        (run,) = store.runs()
        pages = store.pages(run)
        seen = [page.url for page in islice(pages, 3)]
        await merge_due(ledger, workspace)
        assert len(list((workspace / "pages").iterdir())) == FILES_PER_MERGE + 1
        seen += [page.url for page in pages]
        assert sorted(seen) == sorted(f"http://a.test/{n}" for n in numbers)
        assert await ledger.write(lambda c: sweep(c, workspace)) == 0
    assert len(list((workspace / "pages").iterdir())) == 1
    assert await ledger.read(lambda c: c.execute("SELECT DISTINCT merged_at FROM files").fetchall()) == [
        (None,)
    ]


async def test_a_query_keeps_its_files_until_its_rows_are_read(ledger: Ledger, workspace: Path) -> None:
    await _sealed_files(ledger, workspace, FILES_PER_MERGE)
    with open_store(workspace) as store:
        with store.query("SELECT url FROM pages") as result:
            await merge_due(ledger, workspace)
            assert len(list((workspace / "pages").iterdir())) == FILES_PER_MERGE + 1
            rows = sum(batch.num_rows for batch in result)
        assert rows == FILES_PER_MERGE * PER_FILE
        assert await ledger.write(lambda c: sweep(c, workspace)) == 0


async def test_an_open_store_that_does_nothing_keeps_nothing(ledger: Ledger, workspace: Path) -> None:
    await _sealed_files(ledger, workspace, FILES_PER_MERGE)
    with open_store(workspace) as store:
        assert store.get("http://a.test/3") == body(3)
        await merge_due(ledger, workspace)
        assert len(list((workspace / "pages").iterdir())) == 1
        assert store.get("http://a.test/3") == body(3)


async def test_a_page_that_moved_elsewhere_stays_there(ledger: Ledger, workspace: Path) -> None:
    await _sealed_files(ledger, workspace, FILES_PER_MERGE)
    await ledger.write(lambda c: c.execute("UPDATE known SET file = 999, row = 5 WHERE visit = 1"))
    await merge_due(ledger, workspace)
    places = await ledger.read(lambda c: c.execute("SELECT visit, file FROM known").fetchall())
    assert [visit for visit, file in places if file == 999] == [1]
    assert len({file for _, file in places}) == 2


async def test_at_the_end_of_a_run_the_ledger_is_small(ledger: Ledger, workspace: Path) -> None:
    run = await begin(ledger)
    for first in range(0, 5_000, 1_000):
        await crawl(ledger, run, range(first, first + 1_000))
    await Upkeep(ledger, workspace).finish()
    await ledger.__aexit__(None, None, None)
    connection = connect(ledger.path, read_only=True)
    assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
    connection.close()
    assert ledger.path.stat().st_size <= 150 * 5_000


async def test_records_are_sealed_with_the_run(ledger: Ledger, workspace: Path) -> None:
    await ledger.write(lambda c: write_records(c, pack([record(n) for n in range(5)])))
    await Upkeep(ledger, workspace).finish()
    assert await ledger.read(pending_records) == 0
    assert [file.rows for file in await ledger.read(lambda c: listed(c, "records"))] == [5]
