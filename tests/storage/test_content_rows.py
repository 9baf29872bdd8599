from pathlib import Path

import pytest
import zstandard

from storage.content_pack import Texts, serialized
from storage.content_rows import Kept, fingerprints, keep_contents, newest_engine
from storage.forget import forget
from storage.forget_target import PageTarget
from storage.ledger import Ledger, connect
from storage.seal import seal_all
from storage.segment import iter_rows
from storage.store import Store
from storage.words import ReadContent
from storage.workspace import ledger_path

from .crawled import begin, crawl, digest

FRAME = zstandard.ZstdCompressor()
ENGINE = 3


def kept(n: int, text: str, engine: int = ENGINE, duplicate_of: bytes | None = None) -> Kept:
    texts = Texts(title=f"title {n}", language="en", text=text, markdown=f"# {text}", author="Ann")
    packed = FRAME.compress(serialized(texts))
    read = ReadContent(engine, "article", text.encode(), packed, duplicate_of)
    return Kept("a.test", f"http://a.test/{n}", digest(n), read)


def shown(workspace: Path) -> list[tuple[object, ...]]:
    with (
        Store(workspace) as store,
        store.query(
            "SELECT url, title, language, page_type, text, markdown, duplicate_of FROM pages ORDER BY url"
        ) as answer,
    ):
        return [row for batch in answer for row in zip(*batch.to_pydict().values(), strict=True)]


async def test_a_page_shows_its_content_before_and_after_it_is_sealed(
    workspace: Path, ledger: Ledger
) -> None:
    await crawl(ledger, await begin(ledger), [1, 2])
    await ledger.write(lambda c: keep_contents(c, [kept(1, "one"), kept(2, "two", duplicate_of=digest(1))]))
    before = shown(workspace)
    assert before == [
        ("http://a.test/1", "title 1", "en", "article", "one", "# one", None),
        ("http://a.test/2", "title 2", "en", "article", "two", "# two", digest(1).hex()),
    ]
    assert await seal_all(ledger, workspace) == 4
    assert len(list((workspace / "content").glob("*.parquet"))) == 1
    assert shown(workspace) == before
    assert await seal_all(ledger, workspace) == 0


async def test_a_body_is_kept_once_per_engine_and_the_newest_counts(workspace: Path, ledger: Ledger) -> None:
    await crawl(ledger, await begin(ledger), [1])
    await ledger.write(lambda c: keep_contents(c, [kept(1, "first"), kept(1, "again")]))
    assert [row[4] for row in shown(workspace)] == ["first"]
    await seal_all(ledger, workspace)
    await ledger.write(lambda c: keep_contents(c, [kept(1, "newer", ENGINE + 1), kept(1, "first")]))
    assert [row[4] for row in shown(workspace)] == ["newer"]
    assert await ledger.read(lambda c: newest_engine(c, digest(1))) == ENGINE + 1
    assert await ledger.read(lambda c: newest_engine(c, digest(2))) == 0


async def test_the_fingerprints_of_a_run_are_those_of_its_first_texts(ledger: Ledger) -> None:
    run, other = await begin(ledger), await begin(ledger, "other")
    await crawl(ledger, run, [1, 2, 3, 4])
    await crawl(ledger, other, [9])
    rows = [kept(1, "one"), kept(2, "two", duplicate_of=digest(1)), kept(3, ""), kept(9, "nine")]
    await ledger.write(lambda c: keep_contents(c, [*rows, kept(4, "four", ENGINE - 1)]))
    assert await ledger.read(lambda c: fingerprints(c, run.run, ENGINE)) == [(digest(1), b"one")]


@pytest.mark.parametrize("text", ["half \ud800 a character", "\x00", "ä" * 100_000])
async def test_any_text_is_kept(workspace: Path, ledger: Ledger, text: str) -> None:
    await crawl(ledger, await begin(ledger), [1])
    await ledger.write(lambda c: keep_contents(c, [kept(1, text.encode("utf-8", "replace").decode())]))
    await seal_all(ledger, workspace)
    assert shown(workspace)[0][4] == text.encode("utf-8", "replace").decode()


async def test_a_body_finds_what_was_read_in_it_wherever_that_lies(workspace: Path, ledger: Ledger) -> None:
    await crawl(ledger, await begin(ledger), [1, 2])
    with Store(workspace) as store:
        assert store.content(digest(1)) is None
        await ledger.write(lambda c: keep_contents(c, [kept(1, "one"), kept(2, "two")]))
        assert _text(store, 1) == "one"
        await seal_all(ledger, workspace)
        assert [_text(store, n) for n in (1, 2, 3)] == ["one", "two", None]
        await ledger.write(lambda c: keep_contents(c, [kept(1, "newer", ENGINE + 1)]))
        assert [_text(store, 1), _text(store, 1, ENGINE)] == ["newer", "one"]
        await seal_all(ledger, workspace)
        found = [_text(store, 1), _text(store, 1, ENGINE), _text(store, 1, ENGINE + 2), _text(store, 2)]
        assert found == ["newer", "one", None, "two"]


def _text(store: Store, n: int, engine: int | None = None) -> str | None:
    found = store.content(digest(n), engine)
    return None if found is None else found.text


async def test_the_same_bytes_under_another_url_are_a_duplicate(workspace: Path, ledger: Ledger) -> None:
    run = await begin(ledger)
    await crawl(ledger, run, [1, 2])
    await crawl(ledger, run, [1], host="b.test")
    found = {row[0]: row[6] for row in shown(workspace)}
    assert found == {
        "http://a.test/1": None,
        "http://a.test/2": None,
        "http://b.test/1": digest(1).hex(),
    }


@pytest.mark.parametrize("is_sealed", [True, False])
async def test_a_forgotten_page_leaves_nothing_of_what_was_read_in_it(
    workspace: Path, is_sealed: bool
) -> None:
    async with Ledger(ledger_path(workspace)) as ledger:
        await crawl(ledger, await begin(ledger, job_file='{"seeds": []}'), [1, 2])
        await ledger.write(lambda c: keep_contents(c, [kept(1, "canary"), kept(2, "plain")]))
        if is_sealed:
            await seal_all(ledger, workspace)
    assert (await forget(workspace, PageTarget("http://a.test/1"))).is_complete
    [content] = (workspace / "content").glob("*.parquet")
    rows = [row for batch in iter_rows(content, "content") for row in batch.to_pylist()]
    assert [row["text"] for row in rows] == ["plain"]
    with connect(ledger_path(workspace), read_only=True) as connection:
        assert connection.execute("SELECT digest FROM contents").fetchall() == [(digest(2),)]
    async with Ledger(ledger_path(workspace)) as ledger:  # and it may be read again
        await crawl(ledger, await begin(ledger, "again"), [1])
        await ledger.write(lambda c: keep_contents(c, [kept(1, "again")]))
    assert sorted(str(row[4]) for row in shown(workspace)) == ["again", "plain"]
