"""What a browser made of a page is committed with it, sealed beside it and read instead of its body."""

from pathlib import Path

import pyarrow.parquet as pq

from storage.bodies import Bodies
from storage.columns import PAGES, PLAIN_PAGES
from storage.file_list import listed
from storage.ledger import Ledger
from storage.ledger_bodies import LedgerBodies
from storage.merger import Merge, merge_files
from storage.rendering_rows import RenderCount, render_counts
from storage.runs import abandon_run, continue_run, end_run
from storage.seal import seal_all
from storage.segment import iter_rows, verify_segment

from .crawled import begin, crawl
from .rendered import SHELL, Shown, sha256, visit_pages


async def doms(ledger: Ledger, workspace: Path, visits: dict[int, int]) -> dict[int, bytes | None]:
    with Bodies(workspace) as bodies:
        return {n: await ledger.read(lambda c, v=v: bodies.dom(c, v)) for n, v in visits.items()}  # type: ignore[misc]


async def test_the_document_is_found_while_it_waits_when_it_is_sealed_and_when_it_is_merged(
    ledger: Ledger, workspace: Path
) -> None:
    run = await begin(ledger)
    first = await visit_pages(ledger, run, {1: Shown("<p>one"), 2: Shown(), 3: Shown("", "timeout")})
    expected = {1: b"<p>one", 2: None, 3: None}
    assert await doms(ledger, workspace, first) == expected
    await seal_all(ledger, workspace)
    assert await doms(ledger, workspace, first) == expected
    assert await ledger.read(lambda c: c.execute("SELECT * FROM pending_renderings").fetchall()) == []
    second = await visit_pages(ledger, run, {4: Shown()})
    await seal_all(ledger, workspace)
    files = await ledger.read(lambda c: listed(c, "pages"))
    assert [file.has_renderings for file in files] == [True, False]
    await merge_files(ledger, workspace, Merge("pages", tuple(files)))
    (merged,) = await ledger.read(lambda c: listed(c, "pages"))
    assert merged.has_renderings
    assert verify_segment(workspace / merged.name, "pages") is None
    assert await doms(ledger, workspace, first | second) == expected | {4: None}
    async with LedgerBodies(ledger, workspace) as bodies:
        copy = await bodies.copy(first[1])
        assert copy is not None
        assert (copy.body, copy.dom) == (SHELL, b"<p>one")
        copy = await bodies.copy(second[4])
        assert copy is not None
        assert (copy.body, copy.dom) == (SHELL, b"")


async def test_what_a_rendering_cost_is_sealed_beside_the_page(ledger: Ledger, workspace: Path) -> None:
    run = await begin(ledger)
    await visit_pages(ledger, run, {1: Shown("<p>one"), 2: Shown("", "timeout"), 3: Shown()})
    await seal_all(ledger, workspace)
    (file,) = await ledger.read(lambda c: listed(c, "pages"))
    rows = {row["url"][-1]: row for b in iter_rows(workspace / file.name, "pages") for row in b.to_pylist()}
    names = ("why", "outcome", "milliseconds", "requests", "blocked", "refused", "wire_bytes", "url")
    facts = {n: tuple(row[f"render_{name}"] for name in names) for n, row in rows.items()}
    assert facts["1"] == ("always", "ok", 120, 9, 4, 1, 4_000, "http://a.test/end")
    assert facts["2"] == ("always", "timeout", 120, 9, 4, 1, 4_000, "http://a.test/end")
    assert facts["3"] == (None,) * 8
    assert [rows[n]["rendered"] for n in "123"] == [True, False, False]
    assert [rows[n]["dom"] for n in "123"] == [b"<p>one", b"", b""]
    assert [rows[n]["dom_digest"] for n in "123"] == [sha256(b"<p>one"), None, None]
    assert {rows[n]["digest"] for n in "123"} == {sha256(SHELL)}


async def test_files_of_pages_that_no_browser_was_asked_for_look_as_they_always_did(
    ledger: Ledger, workspace: Path
) -> None:
    run = await begin(ledger)
    await crawl(ledger, run, range(5))
    await seal_all(ledger, workspace)
    (file,) = await ledger.read(lambda c: listed(c, "pages"))
    assert not file.has_renderings
    assert pq.read_schema(workspace / file.name).equals(PLAIN_PAGES.schema)
    assert set(PAGES.schema.names) > set(PLAIN_PAGES.schema.names)
    (batch,) = iter_rows(workspace / file.name, "pages")
    assert batch.schema.equals(PAGES.schema)
    assert batch.column("dom").to_pylist() == [b""] * 5
    assert batch.column("dom_digest").null_count == 5


async def test_an_unchanged_page_keeps_the_newest_document_until_it_is_rendered_again(
    ledger: Ledger, workspace: Path
) -> None:
    shown = [Shown("<p>one"), Shown(is_unchanged=True), Shown("<p>two", is_unchanged=True)]
    shown += [Shown(is_unchanged=True), Shown("", "crashed", is_unchanged=True, reads_before=True)]
    shown += [Shown("", "crashed", is_unchanged=True)]
    visits = {}
    for number, one in enumerate(shown, start=1):
        run = await begin(ledger)
        visits[number] = (await visit_pages(ledger, run, {1: one}))[1]
        await ledger.write(lambda c, run=run: end_run(c, run.run, 0, ""))  # type: ignore[misc]
    expected = {1: b"<p>one", 2: b"<p>one", 3: b"<p>two", 4: b"<p>two", 5: b"<p>two", 6: None}
    assert await doms(ledger, workspace, visits) == expected
    await seal_all(ledger, workspace)
    assert await doms(ledger, workspace, visits) == expected
    async with LedgerBodies(ledger, workspace) as bodies:
        for latest in (1, 2, 3, 4, 5):
            copy = await bodies.copy(visits[1], visits[latest])
            assert copy is not None
            assert (copy.body, copy.dom) == (SHELL, expected[latest])


async def test_a_visit_that_is_made_again_leaves_nothing_of_its_first_try(
    ledger: Ledger, workspace: Path
) -> None:
    run = await begin(ledger)
    visits = await visit_pages(ledger, run, {1: Shown("<p>cut", is_final=False), 2: Shown("<p>two")})
    assert await ledger.read(lambda c: render_counts(c, run.run)) == [RenderCount("always", "ok", 2, 240)]
    await ledger.write(lambda c: end_run(c, run.run, 6, ""))
    assert await ledger.write(lambda c: continue_run(c, run, "{}")) == 1
    assert await ledger.read(lambda c: render_counts(c, run.run)) == [RenderCount("always", "ok", 1, 120)]
    assert await doms(ledger, workspace, visits) == {1: None, 2: b"<p>two"}
    await visit_pages(ledger, run, {1: Shown()})
    await ledger.write(lambda c: abandon_run(c, run.run))
    await seal_all(ledger, workspace)
    assert await doms(ledger, workspace, visits) == {1: None, 2: b"<p>two"}
