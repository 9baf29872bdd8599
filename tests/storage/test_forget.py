"""What is forgotten is in no file of the workspace any more, and what others need of it stays."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgpack
import pytest

from storage.address import parse
from storage.columns import ContentRow
from storage.file_list import NewFile, add_file
from storage.forget import forget
from storage.forget_target import HostTarget, PageTarget, RunTarget, Target
from storage.forgotten_rows import REDACTED
from storage.frontier import SqliteFrontier
from storage.ledger import Ledger
from storage.merger import PARTS
from storage.readers import Reader
from storage.record_row import RecordRow
from storage.record_seal import seal_records
from storage.record_writer import RecordWriter
from storage.runs import Run, end_run
from storage.seal import seal_all
from storage.segment import iter_rows, write_segment
from storage.store import Store, open_store
from storage.tombstones import bury
from storage.words import Lease, Link, Outcome, Page, Visit
from storage.workspace import ledger_path

from .crawled import FRAME, begin

CANARY = "canary-5d1f0b"
PLAIN = "http://a.test/plain"
SECRET = f"http://a.test/{CANARY}"
OTHER = f"http://{CANARY}.test/page"


def _digest(text: str) -> bytes:
    return parse(f"http://digest.test/{text}").digest * 2


def _page(url: str, text: str) -> Page:
    body = f"<title>{url}</title>{text}".encode()
    links = FRAME.compress(msgpack.packb([[f"{url}/next", text, ""]]))
    return Page(
        body=FRAME.compress(body),
        body_bytes=len(body),
        digest=_digest(url + text),
        title=text,
        links=links,
        headers=(("ETag", text), ("X", url)),
    )


async def _visit(ledger: Ledger, run: Run, pages: dict[str, str | None]) -> dict[str, int]:
    """Visits pages with these texts; None is one that is unchanged since an earlier run."""
    frontier = SqliteFrontier(ledger, run.run, slots=100)
    await frontier.add([_link(url) for url in pages])
    visits: dict[str, int] = {}
    while len(visits) < len(pages):
        for lease in await frontier.claim(64, 60, 1):
            visits[lease.link.url] = lease.visit
            assert await frontier.commit([_outcome(lease, pages[lease.link.url])]) == []
    await frontier.close()
    return visits


def _link(url: str) -> Link:
    address = parse(url)
    return Link(address.fetch, address.digest, address.host)


def _outcome(lease: Lease, text: str | None) -> Visit:
    if text is None:
        assert lease.earlier is not None
        return Visit(lease, Outcome.UNCHANGED, "not_modified", 2_000.0, 304)
    return Visit(lease, Outcome.FETCHED, "ok", 1_000.0, 200, page=_page(lease.link.url, text))


async def _record(ledger: Ledger, workspace: Path, run: Run, url: str, visit: int) -> None:
    address = parse(url)
    row = RecordRow(
        address.host, url, visit, run.id, address.digest, "note", 0, 1, 1_000, json.dumps({"t": url}), "{}"
    )
    async with RecordWriter(ledger, workspace) as writer:
        await writer.put_many([row])


async def _content(ledger: Ledger, workspace: Path, urls: dict[str, str]) -> None:
    rows = [
        ContentRow(parse(url).host, url, _digest(url + text), 1, "article", text, "en", None, text, text)
        for url, text in urls.items()
    ]
    facts = write_segment(workspace / "content" / "c.parquet", "content", sorted(rows))
    new = NewFile("content/c.parquet", "content", facts.rows, facts.bytes, facts.raw_bytes, 0)
    await ledger.write(lambda c: add_file(c, new))


def _decoded(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and the values of a sealed one as they were."""
    yield path.read_bytes()
    if path.suffix == ".parquet":
        for batch in iter_rows(path, path.parent.name):
            yield repr(batch.to_pydict()).encode()


def _found_in(workspace: Path, text: str = CANARY) -> list[str]:
    files = [path for path in sorted(workspace.rglob("*")) if path.is_file()]
    return [path.name for path in files if any(text.encode() in data for data in _decoded(path))]


async def _planted(workspace: Path, pages: dict[str, str | None]) -> Run:
    async with Ledger(ledger_path(workspace)) as ledger:
        job = json.dumps({"seeds": [{"url": SECRET}, {"url": PLAIN}], "scope": {"include": ["*/x"]}})
        run = await begin(ledger, job_file=job)
        visits = await _visit(ledger, run, pages)
        await _content(ledger, workspace, {url: text for url, text in pages.items() if text is not None})
        for url, visit in visits.items():
            await _record(ledger, workspace, run, url, visit)
        await seal_all(ledger, workspace)
        await seal_records(ledger, workspace)
        await ledger.write(lambda c: end_run(c, run.run, 0, ""))
    return run


@pytest.mark.parametrize(
    ("target", "kept"),
    [(PageTarget(SECRET), [PLAIN]), (HostTarget(f"{CANARY}.test"), [PLAIN]), (RunTarget(1), [])],
    ids=["page", "host", "run"],
)
@pytest.mark.parametrize("is_sealed", [True, False])
async def test_no_byte_is_left(workspace: Path, target: Target, kept: list[str], is_sealed: bool) -> None:
    secret = OTHER if isinstance(target, HostTarget) else SECRET
    async with Ledger(ledger_path(workspace)) as ledger:
        job = json.dumps({"seeds": [secret], "name": "job"})
        run = await begin(ledger, job_file=job)
        visits = await _visit(ledger, run, {PLAIN: "plain", secret: f"the {CANARY}"})
        await _content(ledger, workspace, {PLAIN: "plain", secret: f"the {CANARY}"})
        for url, visit in visits.items():
            await _record(ledger, workspace, run, url, visit)
        if is_sealed:
            await seal_all(ledger, workspace)
    (workspace / "pages" / "set-aside").mkdir()
    (workspace / "pages" / "set-aside" / "torn").write_text(CANARY)
    assert "ledger.sqlite" in _found_in(workspace)
    forgotten = await forget(workspace, target)
    assert forgotten.is_complete
    assert secret in forgotten.urls
    assert _found_in(workspace) == []
    with open_store(workspace) as store:
        assert store.get(secret) is None or not kept
        assert [store.get(url) is not None for url in kept] == [True] * len(kept)
        assert _count(store, "pages") == _count(store, "records") == _count(store, "links") == len(kept)


def _count(store: Store, table: str) -> int:
    with store.query(f"SELECT count(*) AS n FROM {table}") as result:  # noqa: S608
        return next(iter(result)).to_pylist()[0]["n"]


async def test_a_body_moves_to_the_visit_that_still_needs_it(workspace: Path) -> None:
    pages = {f"http://a.test/{n}": f"text {n}" for n in range(200)}
    async with Ledger(ledger_path(workspace)) as ledger:
        first = await begin(ledger)
        visits = await _visit(ledger, first, dict(pages))
        for url in list(pages)[:3]:
            await _record(ledger, workspace, first, url, visits[url])
        for _ in range(2):
            await ledger.write(lambda c: c.execute("UPDATE runs SET state = 'ended', exit_code = 0"))
            later = await begin(ledger)
            await _visit(ledger, later, dict.fromkeys(pages))
        await seal_all(ledger, workspace)
    forgotten = await forget(workspace, RunTarget(first.run))
    assert (forgotten.visits, forgotten.urls) == (200, frozenset())
    with open_store(workspace) as store:
        runs = store.runs()
        assert [run.number for run in runs] == [2, 3]
        for run in runs:
            bodies = [store.body(page.visit) for page in store.pages(run)]
            assert len(bodies) == 200
            assert all(body and b"<title>http://a.test/" in body for body in bodies)
        with store.query("SELECT run, count(*) FROM pages WHERE octet_length(body) > 0 GROUP BY 1") as rows:
            counts = {tuple(row.values()) for batch in rows for row in batch.to_pylist()}
        assert counts == {(run.id, 200) for run in runs}
        assert (_count(store, "links"), _count(store, "records")) == (200, 3)


async def test_tombstones_hide_at_once_from_every_reader(workspace: Path) -> None:
    await _planted(workspace, {PLAIN: "plain", SECRET: "secret"})
    async with Ledger(ledger_path(workspace)) as ledger:
        await ledger.write(lambda c: bury(c, set(PageTarget(SECRET).visits(c, workspace))))
    with open_store(workspace) as store:
        assert store.get(SECRET) is None
        assert [page.url for page in store.pages(store.runs()[0])] == [PLAIN]
        counts = [_count(store, table) for table in ("pages", "links", "records", "content")]
        assert counts == [1, 1, 1, 1]


async def test_the_same_command_ends_what_a_kill_interrupted(workspace: Path) -> None:
    await _planted(workspace, {PLAIN: "plain", SECRET: CANARY})
    async with Ledger(ledger_path(workspace)) as ledger:
        await ledger.write(lambda c: bury(c, set(PageTarget(SECRET).visits(c, workspace))))
    assert (await forget(workspace, PageTarget(SECRET))).is_complete
    assert _found_in(workspace) == []
    with open_store(workspace) as store:
        assert json.loads(store.runs()[0].job_file)["seeds"] == [{"url": REDACTED}, {"url": PLAIN}]


async def test_files_that_someone_reads_wait_and_are_named(workspace: Path) -> None:
    await _planted(workspace, {PLAIN: "plain", SECRET: CANARY})
    with Reader(workspace) as reader:
        reader.saw(0)
        forgotten = await forget(workspace, PageTarget(SECRET), patience_seconds=0)
    assert forgotten.files_in_use == len(PARTS)
    assert len(forgotten.readers) == 1
    assert (await forget(workspace, PageTarget(SECRET))).is_complete
    assert _found_in(workspace) == []


async def test_what_a_killed_writer_left_beside_the_files_goes_too(workspace: Path) -> None:
    await _planted(workspace, {PLAIN: "plain", SECRET: CANARY})
    heads = workspace / "records" / "heads"
    heads.mkdir(exist_ok=True)
    (heads / "gone.heads").write_text(CANARY)
    (workspace / "records" / "unlisted.parquet").write_text(CANARY)
    (workspace / "links" / "begun.parquet.tmp").write_text(CANARY)
    await forget(workspace, PageTarget(SECRET))
    assert _found_in(workspace) == []
