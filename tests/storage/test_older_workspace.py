"""A workspace that was written before pages were rendered reads as it did, and takes rendered pages in."""

from pathlib import Path

import storage
from storage.columns import PLAIN_PAGES, PageRow
from storage.file_list import listed
from storage.key import DEFAULT_RULES
from storage.ledger import Ledger, connect
from storage.merger import Merge, merge_files
from storage.runs import newest_run
from storage.seal import seal_all
from storage.segment import verify_segment, write_segment
from storage.store import Store
from storage.workspace import ledger_path

from .crawled import link
from .rendered import FRAME, SHELL, Shown, sha256, visit_pages

VERSION = 10
SEALED, WAITING, RENDERED = 1, 2, 3
_PENDING = (
    "INSERT INTO pending (visit, run, url, key, host, kind, depth, links_left, outcome, reason, final,"
    " status, fetched_at, location, headers, content_type, charset, title, language, canonical, digest,"
    " body_bytes, wire_bytes, truncated, rendered, body_of, body, links, request)"
    " VALUES (?, 1, ?, ?, 'a.test', 0, 0, 0, 'fetched', 'ok', 1, 200, 1.7e9, '', '[]', 'text/html', 'utf-8',"
    " 'old', 'en', '', ?, ?, 0, 0, 0, NULL, ?, x'', '[]')"
)


def body(number: int) -> bytes:
    return f"<title>old</title><p>page {number}".encode()


def older_workspace(workspace: Path) -> None:
    """One page in a sealed file, one that waits."""
    steps = sorted(Path(storage.__file__).parent.joinpath("schema").glob("*.sql"))[:VERSION]
    connection = connect(ledger_path(workspace))
    for step in steps:
        connection.executescript(step.read_text())
    connection.execute(f"PRAGMA user_version = {VERSION}")
    rules = (DEFAULT_RULES.version, DEFAULT_RULES.as_json())
    connection.execute("INSERT INTO key_rules (version, list) VALUES (?, ?)", rules)
    connection.execute(
        "INSERT INTO runs (id, job, number, state, started_at, rules, job_file)"
        " VALUES ('job-1-old', 'job', 1, 'running', 1.7e9, ?, '{}')",
        rules[:1],
    )
    known = "INSERT INTO known (visit, run, key, state, links_left, digest, file, row)"
    known += " VALUES (?, 1, ?, 1, 0, ?, ?, ?)"
    for number in (SEALED, WAITING):
        place = (1, 0) if number == SEALED else (None, None)
        connection.execute(known, (number, link(number).key, sha256(body(number))[:16], *place))
    digest, size = sha256(body(WAITING)), len(body(WAITING))
    row = (WAITING, link(WAITING).url, link(WAITING).key, digest, size, FRAME.compress(body(WAITING)))
    connection.execute(_PENDING, row)
    _seal(workspace)
    connection.execute(
        "INSERT INTO files (name, part, rows, bytes, raw_bytes, level, sealed_at)"
        " VALUES ('pages/old.parquet', 'pages', 1, 1, 1, 0, 1.7e9)"
    )
    connection.close()


def _seal(workspace: Path) -> None:
    one, held = link(SEALED), body(SEALED)
    named = ("a.test", one.url, SEALED, "job-1-old", one.key, "fetched", "ok", 1_700_000_000_000_000)
    row = PageRow(*named, status=200, content_type="text/html", digest=sha256(held), body_bytes=len(held))
    write_segment(workspace / "pages" / "old.parquet", PLAIN_PAGES, [row._replace(body=FRAME.compress(held))])


def pages(workspace: Path) -> list[tuple[object, ...]]:
    with Store(workspace) as store:
        query = "SELECT decode(body), rendered, dom, dom_digest, digest FROM pages ORDER BY visit"
        with store.query(query) as result:
            found = [tuple(row.values()) for batch in result for row in batch.to_pylist()]
        facts = [(one.digest, one.dom_digest) for run in store.runs() for one in store.pages(run)]
        assert {digest.hex() for digest, _ in facts} == {row[4] for row in found}
        for number in (SEALED, WAITING):
            page = store.get_page(link(number).url)
            assert page is not None
            assert (page.body, page.dom, page.dom_digest) == (body(number), None, b"")
        for run in store.runs():
            with store.snapshot([run]) as snapshot:
                assert [one.dom for one in snapshot.rows(run) if one.visit != RENDERED] == [b"", b""]
    return found


async def test_it_is_read_migrated_and_merged_with_rendered_pages(workspace: Path) -> None:
    older_workspace(workspace)
    old = [(body(n).decode(), False, None, None, sha256(body(n)).hex()) for n in (SEALED, WAITING)]
    assert pages(workspace) == old
    new = (SHELL.decode(), True, "<p>new", sha256(b"<p>new").hex(), sha256(SHELL).hex())
    async with Ledger(ledger_path(workspace)) as ledger:
        run = await ledger.read(lambda c: newest_run(c, "job"))
        assert run is not None
        await visit_pages(ledger, run, {RENDERED: Shown("<p>new")})
        assert pages(workspace) == [*old, new]
        await seal_all(ledger, workspace)
        assert pages(workspace) == [*old, new]
        files = await ledger.read(lambda c: listed(c, "pages"))
        assert [file.has_renderings for file in files] == [False, True]
        await merge_files(ledger, workspace, Merge("pages", tuple(files)))
        assert pages(workspace) == [*old, new]
        (merged,) = await ledger.read(lambda c: listed(c, "pages"))
    assert verify_segment(workspace / merged.name, "pages") is None
