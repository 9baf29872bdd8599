"""Records from put_many to sealed files, found by URL and by SQL all the way."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from storage.address import parse
from storage.file_list import listed
from storage.heads_path import heads_path
from storage.ledger import Ledger
from storage.merger import Merge, merge_files
from storage.record_pack import pack
from storage.record_row import Decision, RecordRow
from storage.record_rows import write_records
from storage.record_seal import seal_records
from storage.record_writer import RecordWriter
from storage.runs import start_run
from storage.segment import verify_segment
from storage.store import Store

from .rows import record as bare_record

FIELDS = '{"title": {"type": "text"}, "tags": {"type": "text", "many": true}}'
JOB = f'{{"select": [{{"record": "product", "fields": {FIELDS}}}]}}'


def record(n: int, **changes: object) -> RecordRow:
    row = bare_record(n)._replace(**changes)  # type: ignore[arg-type]
    return row._replace(key=parse(row.url).digest)


@pytest.fixture
def store(workspace: Path, ledger: Ledger) -> Iterator[Store]:
    with Store(workspace) as store:
        yield store


def files(workspace: Path) -> list[Path]:
    return sorted((workspace / "records").glob("*.parquet"))


def shown(store: Store, query: str) -> list[dict[str, object]]:
    with store.query(query) as result:
        return [row for batch in result for row in batch.to_pylist()]


async def put_sealed(ledger: Ledger, workspace: Path, rows: Sequence[RecordRow]) -> None:
    async with RecordWriter(ledger, workspace) as writer:
        await writer.put_many(rows)
        await writer.flush()


async def test_a_record_is_found_before_and_after_it_is_sealed(
    ledger: Ledger, workspace: Path, store: Store
) -> None:
    rows = [record(n) for n in range(200)]
    async with RecordWriter(ledger, workspace) as writer:
        await writer.put_many(rows)
        assert [store.get_records(row.url) for row in rows] == [(row,) for row in rows]
        await writer.flush()
    assert [store.get_records(row.url) for row in rows] == [(row,) for row in rows]
    assert store.get_records("http://a.example/none") == ()
    assert [verify_segment(path, "records") for path in files(workspace)] == [None]
    assert shown(store, "SELECT count(*) AS n, count(DISTINCT url) AS u FROM records") == [
        {"n": 200, "u": 200}
    ]


async def test_enough_records_are_sealed_in_the_background(ledger: Ledger, workspace: Path) -> None:
    async with RecordWriter(ledger, workspace, seal_rows=100) as writer:
        for start in range(0, 300, 50):
            await writer.put_many([record(n) for n in range(start, start + 50)])
    names = await ledger.read(lambda c: c.execute("SELECT name FROM files WHERE part = 'records'").fetchall())
    assert sorted(name for (name,) in names) == [f"records/{path.name}" for path in files(workspace)] != []


async def test_a_failed_sealing_is_told_and_loses_nothing(
    ledger: Ledger, workspace: Path, store: Store
) -> None:
    (workspace / "records").rmdir()
    (workspace / "records").write_text("in the way")
    async with RecordWriter(ledger, workspace) as writer:
        await writer.put_many([record(1)])
        with pytest.raises(Exception, match="the records stay in the ledger"):
            await writer.flush()
    assert store.get_records(record(1).url) == (record(1),)


async def test_all_records_of_a_page_are_found_in_their_order(
    ledger: Ledger, workspace: Path, store: Store
) -> None:
    rows = [record(1, ordinal=n) for n in range(40)] + [record(1, record="offer")]
    await put_sealed(ledger, workspace, rows)
    assert store.get_records(record(1).url) == (rows[-1], *rows[:-1])


async def test_the_newest_run_is_found_unless_another_is_named(
    ledger: Ledger, workspace: Path, store: Store
) -> None:
    first = await ledger.write(lambda c: start_run(c, "books", "{}", "r"))
    newer = await ledger.write(lambda c: start_run(c, "books", "{}", "r"))
    old, new = record(1, run=first.id), record(1, run=newer.id, visit=2)
    await put_sealed(ledger, workspace, [old])
    await put_sealed(ledger, workspace, [new])
    assert store.get_records(old.url) == (new,)
    assert store.get_records(old.url, first) == (old,)


async def test_other_spellings_of_a_url_find_its_records(
    ledger: Ledger, workspace: Path, store: Store
) -> None:
    await put_sealed(ledger, workspace, [record(1)])
    assert store.get_records("HTTP://A.example:80/000001?utm_source=x#part") == (record(1),)


async def test_a_key_that_only_begins_alike_is_another_page(
    ledger: Ledger, workspace: Path, store: Store
) -> None:
    wanted = parse("http://a.example/x")
    stranger = record(1)._replace(key=wanted.digest[:8] + bytes(8))
    async with RecordWriter(ledger, workspace) as writer:
        await writer.put_many([stranger])
        assert store.get_records(wanted.fetch) == ()
        await writer.flush()
    assert store.get_records(wanted.fetch) == ()


@pytest.mark.parametrize("sealed", [(False, False), (True, False), (True, True)])
async def test_only_the_current_decision_is_shown(
    ledger: Ledger, workspace: Path, store: Store, sealed: tuple[bool, bool]
) -> None:
    await ledger.write(lambda c: start_run(c, "books", JOB, "r"))
    rounds = [[record(1, ordinal=n) for n in range(3)], [record(1, decision=2, data='{"title": "better"}')]]
    async with RecordWriter(ledger, workspace) as writer:
        for rows, is_sealed in zip(rounds, sealed, strict=True):
            await writer.put_many(rows)
            if is_sealed:
                await writer.flush()
    assert store.get_records(record(1).url) == tuple(rounds[1])
    assert shown(store, "SELECT decision, ordinal FROM records") == [{"decision": 2, "ordinal": 0}]
    assert shown(store, "SELECT title FROM product") == [{"title": "better"}]


async def test_a_decision_that_found_nothing_hides_what_was_there(
    ledger: Ledger, workspace: Path, store: Store
) -> None:
    await put_sealed(ledger, workspace, [record(1), record(2)])
    async with RecordWriter(ledger, workspace) as writer:
        await writer.put_many([], [Decision(1, "product", 2)])
    assert store.get_records(record(1).url) == ()
    assert shown(store, "SELECT url FROM records") == [{"url": record(2).url}]


async def test_replaced_rows_that_were_never_sealed_reach_no_file(
    ledger: Ledger, workspace: Path, store: Store
) -> None:
    await put_sealed(ledger, workspace, [record(1), record(1, decision=2)])
    [file] = await ledger.read(lambda c: listed(c, "records"))
    assert file.rows == 1
    left = await ledger.read(lambda c: c.execute("SELECT count(*) FROM superseded").fetchone())
    assert left == (0,)


async def test_a_record_type_is_a_view_with_the_fields_of_its_job(
    ledger: Ledger, workspace: Path, store: Store
) -> None:
    await ledger.write(lambda c: start_run(c, "books", JOB, "r"))
    async with RecordWriter(ledger, workspace) as writer:
        await writer.put_many([record(1, data='{"title": "one", "tags": ["a", "b"]}')])
    assert shown(store, "SELECT title, tags[2] AS t FROM product") == [{"title": "one", "t": "b"}]


@pytest.mark.parametrize("harm", ["lost", "torn", "empty", "older"])
async def test_heads_are_made_again(ledger: Ledger, workspace: Path, harm: str) -> None:
    rows = [record(n) for n in range(100)]
    await put_sealed(ledger, workspace, rows)
    [path] = [heads_path(file) for file in files(workspace)]
    whole = path.read_bytes()
    if harm == "lost":
        path.unlink()
    else:
        harmed = {"torn": whole[:-1] + b"x", "empty": b"", "older": b"heads-1\n" + whole[8:]}
        path.write_bytes(harmed[harm])
    with Store(workspace) as store:
        assert [store.get_records(row.url) for row in rows] == [(row,) for row in rows]
    assert path.read_bytes() == whole


async def test_an_open_reader_follows_a_merge(ledger: Ledger, workspace: Path, store: Store) -> None:
    await put_sealed(ledger, workspace, [record(1)])
    await put_sealed(ledger, workspace, [record(2)])
    assert store.get_records(record(1).url) == (record(1),)
    old = await ledger.read(lambda c: listed(c, "records"))
    await merge_files(ledger, workspace, Merge("records", tuple(old)))
    for file in old:
        (workspace / file.name).unlink()
    assert store.get_records(record(2).url) == (record(2),)
    assert store.get_records(record(1).url) == (record(1),)


async def test_a_merge_leaves_replaced_rows_behind(ledger: Ledger, workspace: Path, store: Store) -> None:
    better = record(1, decision=2, data='{"title": "better"}')
    for rows in ([record(1), record(2)], [better, record(3)]):
        await put_sealed(ledger, workspace, rows)
    await merge_files(
        ledger, workspace, Merge("records", tuple(await ledger.read(lambda c: listed(c, "records"))))
    )
    [merged] = await ledger.read(lambda c: listed(c, "records"))
    assert merged.rows == 3
    assert await ledger.read(lambda c: c.execute("SELECT count(*) FROM superseded").fetchone()) == (0,)
    assert store.get_records(record(1).url) == (better,)


async def test_a_merge_of_nothing_but_replaced_rows_leaves_no_file(
    ledger: Ledger, workspace: Path, store: Store
) -> None:
    for rows in ([record(1)], [record(2)]):
        await put_sealed(ledger, workspace, rows)
    await ledger.write(
        lambda c: write_records(c, pack([], [Decision(1, "product", 2), Decision(2, "product", 2)]))
    )
    await merge_files(
        ledger, workspace, Merge("records", tuple(await ledger.read(lambda c: listed(c, "records"))))
    )
    assert await ledger.read(lambda c: listed(c, "records")) == []
    assert await ledger.read(lambda c: c.execute("SELECT count(*) FROM superseded").fetchone()) == (0,)
    assert len(files(workspace)) == 2  # until they are swept
    assert shown(store, "SELECT count(*) AS n FROM records") == [{"n": 0}]


async def test_many_files_hold_many_records(ledger: Ledger, workspace: Path, store: Store) -> None:
    rows = [record(n, host=hashlib.md5(b"%d" % n).hexdigest()[:4]) for n in range(60)]  # noqa: S324
    async with RecordWriter(ledger, workspace) as writer:
        for start in range(0, 60, 20):
            await writer.put_many(rows[start : start + 20])
            await seal_records(ledger, workspace)
    assert len(files(workspace)) == 3
    assert [store.get_records(row.url) for row in rows] == [(row,) for row in rows]
