"""A reader that stays for long sees one moment, and the ledger's log does not grow for it."""

from itertools import islice
from pathlib import Path

from storage.ledger import COMMITS_BETWEEN_CUTS, LONGEST_LOG_BYTES, Ledger, connect, log_bytes, truncate_log
from storage.merger import merge_due
from storage.seal import seal_all
from storage.store import open_store

from .crawled import begin, crawl

PAGES, BATCH = 20_000, 250


async def test_pages_are_read_for_the_length_of_a_crawl(ledger: Ledger, workspace: Path) -> None:
    run = await begin(ledger)
    await crawl(ledger, run, range(PAGES, PAGES + 100))
    await seal_all(ledger, workspace)
    await crawl(ledger, run, range(PAGES + 100, PAGES + 200))
    longest = 0
    with open_store(workspace) as store:
        pages = store.pages(store.runs()[0])
        seen = [page.url for page in islice(pages, 10)]
        for first in range(0, PAGES, BATCH):
            await crawl(ledger, run, range(first, first + BATCH))
            longest = max(longest, log_bytes(ledger.path))
            if (first + BATCH) % 2_000 == 0:
                await seal_all(ledger, workspace)
        assert await merge_due(ledger, workspace) > 0
        seen += [page.url for page in pages]
        assert longest < LONGEST_LOG_BYTES
        assert sorted(seen) == sorted(f"http://a.test/{n}" for n in range(PAGES, PAGES + 200))
        assert sum(1 for _ in store.pages(store.runs()[0])) == PAGES + 200


async def test_a_log_that_someone_reads_is_cut_when_he_is_done(ledger: Ledger, workspace: Path) -> None:
    await begin(ledger)
    reader = connect(ledger.path, read_only=True)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM known").fetchall()
    for _ in range(80):
        await ledger.write(lambda c: c.execute("UPDATE runs SET note = hex(randomblob(500000))"))
    assert log_bytes(ledger.path) > LONGEST_LOG_BYTES
    reader.execute("COMMIT")
    for _ in range(COMMITS_BETWEEN_CUTS):
        await ledger.write(lambda c: c.execute("UPDATE runs SET note = note || '.'"))
    assert log_bytes(ledger.path) < LONGEST_LOG_BYTES
    reader.close()


async def test_a_log_can_be_emptied(ledger: Ledger) -> None:
    await begin(ledger)
    other = connect(ledger.path)
    assert truncate_log(other, patience_milliseconds=5_000)
    assert log_bytes(ledger.path) == 0
    other.close()
