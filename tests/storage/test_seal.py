from pathlib import Path

import msgpack
import zstandard

from storage.address import parse
from storage.bodies import Bodies
from storage.frontier import SqliteFrontier
from storage.key import DEFAULT_RULES
from storage.ledger import Ledger, connect
from storage.runs import keep_rules, start_run
from storage.seal import seal, seal_all
from storage.segment import iter_rows
from storage.store import open_store
from storage.words import Link, Outcome, Page, Visit


def frame(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(data)


def body(n: int) -> bytes:
    return f"<html><title>{n}</title>{'text ' * n}".encode()


async def _crawl(ledger: Ledger, pages: int, *, final: bool = True) -> list[int]:
    """A run of some pages, its last one without a final outcome when asked; the visits by number."""
    await ledger.write(lambda c: keep_rules(c, DEFAULT_RULES.version, DEFAULT_RULES.as_json()))
    run = await ledger.write(lambda c: start_run(c, "job", "{}", DEFAULT_RULES.version))
    frontier = SqliteFrontier(ledger, run.run, slots=pages)
    await frontier.add([_link(n) for n in range(pages)])
    leases = await frontier.claim(pages, 60, 1)
    links = frame(msgpack.packb([["http://a.test/1", "one", ""], ["http://b.test/", "", "nofollow"]]))
    visits = [
        Visit(
            lease,
            Outcome.FETCHED,
            "ok",
            1_700_000_000.0 + n,
            200,
            page=Page(
                body=frame(body(n)),
                body_bytes=len(body(n)),
                digest=bytes([n]) * 32,
                title=f"page {n}",
                links=links,
            ),
            final=final or n < pages - 1,
        )
        for n, lease in enumerate(leases)
    ]
    assert await frontier.commit(visits) == []
    await frontier.close()
    return [lease.visit for lease in leases]


def _link(n: int) -> Link:
    address = parse(f"http://a.test/{n}")
    return Link(address.fetch, address.digest, address.host)


async def test_sealed_bodies_are_found_by_visit_and_nothing_is_pending(
    ledger: Ledger, workspace: Path
) -> None:
    visits = await _crawl(ledger, 20)
    assert await seal_all(ledger, workspace) == 20
    connection = connect(ledger.path, read_only=True)
    assert connection.execute("SELECT count(*) FROM pending").fetchone() == (0,)
    with Bodies(workspace) as bodies:
        assert [bodies.read(connection, visit) for visit in visits] == [body(n) for n in range(20)]
    connection.close()


async def test_a_page_is_the_same_before_and_after_sealing(ledger: Ledger, workspace: Path) -> None:
    await _crawl(ledger, 5)
    with open_store(workspace) as store:
        before = store.get_page("http://a.test/3?utm_source=x#top")
        assert before is not None
        assert (before.title, before.body) == ("page 3", body(3))
        await seal(ledger, workspace)
        assert store.get_page("http://a.test/3") == before
        assert store.get("http://a.test/nowhere") is None


async def test_files_are_sorted_by_host_and_url_and_hold_every_link(ledger: Ledger, workspace: Path) -> None:
    await _crawl(ledger, 12)
    await seal(ledger, workspace)
    (pages,) = (workspace / "pages").iterdir()
    (links,) = (workspace / "links").iterdir()
    urls = [url for batch in iter_rows(pages, "pages", ["url"]) for url in batch.column(0).to_pylist()]
    assert urls == sorted(urls)
    assert len(urls) == 12
    rows = [row for batch in iter_rows(links, "links") for row in batch.to_pylist()]
    assert len(rows) == 24
    assert {row["rel"] for row in rows} == {"", "nofollow"}


async def test_a_visit_that_may_be_tried_again_stays_in_the_ledger(ledger: Ledger, workspace: Path) -> None:
    visits = await _crawl(ledger, 3, final=False)
    assert await seal_all(ledger, workspace) == 2
    rows = await ledger.read(lambda c: c.execute("SELECT visit FROM pending").fetchall())
    assert rows == [(visits[-1],)]


async def test_a_size_limit_makes_several_files(ledger: Ledger, workspace: Path) -> None:
    await _crawl(ledger, 20)
    assert await seal(ledger, workspace, most_bytes=200) < 20
    await seal_all(ledger, workspace)
    names = await ledger.read(lambda c: c.execute("SELECT name FROM files WHERE part = 'pages'").fetchall())
    assert sorted(f"{p.parent.name}/{p.name}" for p in (workspace / "pages").iterdir()) == sorted(
        n for (n,) in names
    )
    assert len(names) == 2
