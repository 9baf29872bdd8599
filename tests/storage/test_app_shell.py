"""Pages of an application share one body; nothing of what their documents say is mixed up."""

from pathlib import Path

import pytest

from storage.content_rows import fingerprints
from storage.ledger import Ledger
from storage.page_change import Change
from storage.runs import Run, end_run
from storage.seal import seal_all
from storage.store import Store

from .crawled import begin
from .rendered import ENGINE, SHELL, Shown, sha256, visit_pages

ONE, TWO = "<main>the red kettle boils</main>", "<main>the blue lamp shines</main>"
SEALED = pytest.mark.parametrize("is_sealed", [False, True], ids=["waiting", "sealed"])


async def visited(ledger: Ledger, workspace: Path, pages: dict[int, Shown], *, is_sealed: bool) -> Run:
    run = await begin(ledger)
    await visit_pages(ledger, run, pages)
    if is_sealed:
        await seal_all(ledger, workspace)
    await ledger.write(lambda c: end_run(c, run.run, 0, ""))
    return run


@SEALED
async def test_each_page_has_the_content_of_its_own_document(
    ledger: Ledger, workspace: Path, is_sealed: bool
) -> None:
    pages = {1: Shown(ONE, text="red kettle"), 2: Shown(TWO, text="blue lamp"), 3: Shown(text="loading")}
    await visited(ledger, workspace, pages, is_sealed=is_sealed)
    with Store(workspace) as store:
        rows = _rows(store, "SELECT url, digest, dom, text, title, duplicate_of FROM pages ORDER BY url")
        assert [row["text"] for row in rows] == ["red kettle", "blue lamp", "loading"]
        assert [row["title"] for row in rows] == ["Red Kettle", "Blue Lamp", "Loading"]
        assert [row["dom"] for row in rows] == [ONE, TWO, None]
        assert {row["digest"] for row in rows} == {sha256(SHELL).hex()}
        assert [row["duplicate_of"] for row in rows] == [None, None, None]
        for number, dom in ((1, ONE), (2, TWO)):
            page = store.get_page(f"http://a.test/{number}")
            assert page is not None
            assert (page.dom, page.body, page.dom_digest) == (dom.encode(), SHELL, sha256(dom.encode()))
            content = store.content(page.dom_digest)
            assert content is not None
            assert content.text == pages[number].text
        (content,) = [store.content(sha256(SHELL))]
        assert content is not None
        assert content.text == "loading"


@SEALED
async def test_the_same_document_under_two_addresses_is_one_text_said_twice(
    ledger: Ledger, workspace: Path, is_sealed: bool
) -> None:
    pages = {1: Shown(ONE, body=b"first shell"), 2: Shown(ONE, body=b"other shell")}
    await visited(ledger, workspace, pages, is_sealed=is_sealed)
    with Store(workspace) as store:
        rows = _rows(store, "SELECT duplicate_of FROM pages ORDER BY url")
    assert [row["duplicate_of"] for row in rows] == [None, sha256(ONE.encode()).hex()]


async def test_a_page_whose_document_says_something_else_has_changed_though_its_body_has_not(
    ledger: Ledger, workspace: Path
) -> None:
    first = {1: Shown(ONE, text="red kettle"), 2: Shown(TWO, text="blue lamp"), 3: Shown(ONE, text="x")}
    await visited(ledger, workspace, first, is_sealed=True)
    again = {
        1: Shown(ONE + " ", text="green kettle", is_unchanged=True),
        2: Shown(TWO + " ", text="blue lamp", is_unchanged=True),
        3: Shown(is_unchanged=True),
    }
    run = await visited(ledger, workspace, again, is_sealed=False)
    with Store(workspace) as store:
        changes = store.changes(run)
        assert changes is not None
        assert {change: n for change, n in changes.counts.items() if n} == {
            Change.CHANGED: 1,
            Change.TOUCHED: 1,
            Change.UNCHANGED: 1,
        }
        assert list(store.changed_urls(run, Change.CHANGED)) == ["http://a.test/1"]
        rows = _rows(store, f"SELECT dom, text FROM pages WHERE run = '{run.id}' ORDER BY url")  # noqa: S608
        assert [row["dom"] for row in rows] == [ONE + " ", TWO + " ", ONE]
        assert [row["text"] for row in rows][:2] == ["green kettle", "blue lamp"]


async def test_the_texts_of_a_continued_run_are_known_by_their_documents(ledger: Ledger) -> None:
    run = await begin(ledger)
    await visit_pages(ledger, run, {1: Shown(ONE, text="red kettle"), 2: Shown(TWO, text="blue lamp")})
    known = await ledger.read(lambda c: fingerprints(c, run.run, ENGINE))
    assert {digest for digest, _ in known} == {sha256(ONE.encode()), sha256(TWO.encode())}


def _rows(store: Store, query: str) -> list[dict[str, object]]:
    with store.query(query) as result:
        return [row for batch in result for row in batch.to_pylist()]
