"""Searching a workspace: what is committed is found, what is forgotten is not."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage.file_list import listed
from storage.forget import forget
from storage.forget_target import PageTarget
from storage.ledger import Ledger
from storage.merger import Merge, merge_files
from storage.seal import seal_all
from storage.search import Found, Scope, Search, forget_in_search
from storage.search_file import search_path
from storage.store import Store
from storage.workspace import ledger_path, prepare
from tandem.__main__ import enter
from tandem.retrieval import by_words, with_search
from tests.storage.crawled import begin
from tests.tandem.searched import page, say, workspace_of
from tests.tandem.small_site import SmallSite

PAGES = {
    "/jacket": page("Red jacket", "The red wool jacket costs 40 euros.", "It is made in Portugal."),
    "/hat": page("Blue hat", "The blue hat costs 12 euros.", "No wool is in it."),
    "/tokyo": page("東京の物価", "東京都の物価は高い。京都ではない。"),
    "/copy": page("Red jacket", "The red wool jacket costs 40 euros.", "It is made in Portugal."),
}
"""The last one is a copy of the first."""


ANYWHERE = Scope()
HIDE_ALL = "INSERT INTO forgotten SELECT visit, digest FROM known"


def _search(workspace: Path, words: str, scope: Scope = ANYWHERE, most: int = 10) -> list[Found]:
    read: list[int] = []
    return list(
        with_search(workspace, read.append, lambda _, search: by_words(search, words, scope, most)).found
    )


def _urls(found: list[Found]) -> list[list[str]]:
    return [[place.url.removeprefix("http://a.test") for place in one.places] for one in found]


def _read(workspace: Path) -> int:
    """How many pages were new to the index."""
    read: list[int] = []
    with_search(workspace, read.append, lambda _store, _search: None)
    return sum(read)


async def test_a_page_is_found_by_its_words_and_named_with_its_copies(tmp_path: Path) -> None:
    found = _search(await workspace_of(tmp_path, PAGES), "wool jacket")
    assert _urls(found) == [["/copy", "/jacket"]]
    assert found[0].chunk.title == "Red jacket"


async def test_words_in_the_title_weigh_more(tmp_path: Path) -> None:
    pages = {
        "/a": page("News", "The heron, the heron and once more the heron were seen today."),
        "/b": page("The heron", "A bird that stands in shallow water and waits."),
    }
    assert _urls(_search(await workspace_of(tmp_path, pages), "heron")) == [["/b"], ["/a"]]


async def test_japanese_is_found_inside_of_its_sentences(tmp_path: Path) -> None:
    assert _urls(_search(await workspace_of(tmp_path, PAGES), "京都 物価")) == [["/tokyo"]]


async def test_words_that_no_page_has_together_find_pages_with_some(tmp_path: Path) -> None:
    workspace = await workspace_of(tmp_path, PAGES)
    found = with_search(workspace, lambda _: None, lambda _, s: by_words(s, "hat portugal", Scope(), 9))
    assert not found.has_all_words
    assert sorted(map(len, _urls(list(found.found)))) == [1, 2]


async def test_words_in_other_forms_follow_those_that_were_written(tmp_path: Path) -> None:
    pages = {
        "/plural": page("One", "All jackets, jackets and jackets are red."),
        "/single": page("Two", "In this rather long sentence stands one jacket among many other things."),
    }
    assert _urls(_search(await workspace_of(tmp_path, pages), "jacket")) == [["/single"], ["/plural"]]


async def test_a_page_that_is_found_by_its_title_is_shown_from_its_beginning(tmp_path: Path) -> None:
    text = [f"Sentence number {n} tells something about herons. " * 3 for n in range(30)]
    found = _search(await workspace_of(tmp_path, {"/": page("Bestiary", *text, "End.")}), "bestiary")
    assert [one.chunk.start for one in found] == [0]


async def test_a_page_is_found_once_it_is_committed(tmp_path: Path) -> None:
    prepare(tmp_path)
    async with Ledger(ledger_path(tmp_path)) as ledger:
        run = await begin(ledger)
        for number in range(5):
            await say(ledger, run, {f"/{number}": page(f"Page {number}", f"It says number{number}.")})
            assert _urls(_search(tmp_path, f"number{number}")) == [[f"/{number}"]]


async def test_pages_that_are_sealed_or_merged_are_not_read_again(tmp_path: Path) -> None:
    prepare(tmp_path)
    async with Ledger(ledger_path(tmp_path)) as ledger:
        run = await begin(ledger)
        for number in range(3):
            await say(ledger, run, {f"/{number}": page(f"Page {number}", "The same words.")})
            assert _read(tmp_path) == 1
            await seal_all(ledger, tmp_path)
            assert _read(tmp_path) == 0
        files = await ledger.read(lambda c: listed(c, "pages"))
        await merge_files(ledger, tmp_path, Merge("pages", tuple(files)))
        assert _read(tmp_path) == 0
    assert len(_search(tmp_path, "words")) == 3


async def test_what_was_sealed_before_anyone_searched_is_found(tmp_path: Path) -> None:
    await workspace_of(tmp_path, PAGES)
    async with Ledger(ledger_path(tmp_path)) as ledger:
        await seal_all(ledger, tmp_path)
    assert _read(tmp_path) == 4
    assert len(_search(tmp_path, "euros")) == 2


async def test_a_search_keeps_to_a_run_or_a_host(tmp_path: Path) -> None:
    await workspace_of(tmp_path, PAGES, jobs=("one", "two"))
    with Store(tmp_path) as store:
        first, second = store.runs()
    assert _search(tmp_path, "wool", Scope(run=first.id))[0].places[0].run == first.id
    assert len(_search(tmp_path, "wool", Scope(run=second.id, host="a.test"))) == 2
    assert _search(tmp_path, "wool", Scope(host="b.test")) == []


async def test_only_the_newest_version_of_a_page_is_found(tmp_path: Path) -> None:
    await workspace_of(tmp_path, {"/": page("Prices", "The jacket costs 40 euros.")}, jobs=("one",))
    await workspace_of(tmp_path, {"/": page("Prices", "The jacket costs 45 euros.")}, jobs=("two",))
    assert [one.chunk.words[-9:] for one in _search(tmp_path, "jacket")] == ["45 euros."]
    with Store(tmp_path) as store:
        old = _search(tmp_path, "jacket", Scope(run=store.runs()[0].id))
    assert [one.chunk.words[-9:] for one in old] == ["40 euros."]


async def test_offsets_lead_to_the_words_in_the_stored_text(tmp_path: Path) -> None:
    from tandem.page_text import text_by_engine

    text = [f"Sentence number {n} tells something about herons. " * 3 for n in range(60)]
    workspace = await workspace_of(tmp_path, {"/": page("Herons", *text)})
    found = _search(workspace, "herons", most=1)[0]
    with Store(workspace) as store:
        stored = store.get_page("http://a.test/")
        assert stored is not None
        whole = text_by_engine(store, stored, stored.body, found.chunk.engine)
    assert whole is not None
    assert whole[found.chunk.start : found.chunk.stop] == found.chunk.words
    assert len(found.chunk.words) <= 1_000 < len(whole)


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"SQLite format 3\0" + b"\xff" * 5_000])
async def test_a_torn_index_is_made_again(tmp_path: Path, content: bytes) -> None:
    workspace = await workspace_of(tmp_path, PAGES)
    _read(workspace)
    search_path(workspace).write_bytes(content)
    assert len(_search(workspace, "euros")) == 2


async def test_an_index_that_is_torn_inside_is_made_again(tmp_path: Path) -> None:
    workspace = await workspace_of(tmp_path, PAGES)
    _read(workspace)
    data = bytearray(search_path(workspace).read_bytes())
    data[8_192:] = os.urandom(len(data) - 8_192)
    search_path(workspace).write_bytes(data)
    assert len(_search(workspace, "euros")) == 2


async def test_an_index_of_another_version_is_made_again(tmp_path: Path) -> None:
    workspace = await workspace_of(tmp_path, PAGES)
    with Search(workspace) as search:
        search.index.connection.execute("PRAGMA user_version = 999")
    assert len(_search(workspace, "euros")) == 2


async def test_what_is_hidden_is_not_shown_though_it_is_still_in_the_index(tmp_path: Path) -> None:
    workspace = await workspace_of(tmp_path, PAGES)
    _read(workspace)
    async with Ledger(ledger_path(workspace)) as ledger:
        await ledger.write(lambda c: c.execute(HIDE_ALL).fetchall())
    assert _search(workspace, "wool") == []


async def test_a_forgotten_page_leaves_no_byte_in_the_index(tmp_path: Path) -> None:
    workspace = await workspace_of(tmp_path, PAGES | {"/secret": page("Zanzibar", "Xylophone lessons.")})
    assert _urls(_search(workspace, "xylophone")) == [["/secret"]]
    await forget(workspace, PageTarget("http://a.test/secret"))
    assert _search(workspace, "xylophone") == []
    forget_in_search(workspace)
    left = b"".join(path.read_bytes() for path in workspace.glob("search.sqlite*")).lower()
    assert b"jacket" in left
    assert not [word for word in (b"xylophone", b"zanzibar", b"lessons", b"secret") if word in left]
    assert len(_search(workspace, "euros")) == 2


async def test_a_newer_reading_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    workspace = await workspace_of(tmp_path, PAGES)
    assert _search(workspace, "portugal")[0].chunk.engine.startswith("plain-")
    assert await asyncio.to_thread(enter, ["select", "--all", "--workspace", str(workspace)]) == 0
    found = _search(workspace, "portugal")
    assert [one.chunk.engine.partition("-")[0] for one in found] == ["content"]
    with Search(workspace) as search:
        rows = search.index.connection.execute("SELECT count(*) FROM texts WHERE title = 'Red jacket'")
        assert rows.fetchall() == [(1,)], "nothing of the old text is left"


async def test_the_command_that_forgets_leaves_no_byte_in_the_index(tmp_path: Path) -> None:
    workspace = await workspace_of(tmp_path, PAGES | {"/secret": page("Zanzibar", "Xylophone lessons.")})
    _read(workspace)
    arguments = ["forget", "http://a.test/secret", "--workspace", str(workspace)]
    assert await asyncio.to_thread(enter, arguments) == 0
    left = b"".join(path.read_bytes() for path in workspace.glob("search.sqlite*")).lower()
    assert b"jacket" in left
    assert b"xylophone" not in left


async def test_pages_are_found_while_a_crawl_goes_on(tmp_path: Path) -> None:
    options = (
        "--set",
        "crawl.allow_private_hosts=[127.0.0.1]",
        "--set",
        "progress.broker=off",
        "--no-analysis",
    )
    with SmallSite(pages=12, hanging=frozenset({"/11"})) as site:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tandem", "run", site.url, "--workspace", str(tmp_path), *options),
            *("--set", "crawl.delay=0", "--set", "crawl.sitemaps=false"),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await asyncio.to_thread(site.wait_until_asked, 14)
        async with asyncio.timeout(30):
            # another process cannot set an event
            while not ledger_path(tmp_path).exists() or len(_search(tmp_path, "number", most=99)) < 11:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert process.returncode is None, "one page never comes, so the crawl goes on"
        process.kill()
        await process.wait()


async def test_a_reader_in_the_way_keeps_no_forgotten_byte(tmp_path: Path) -> None:
    workspace = await workspace_of(tmp_path, PAGES | {"/secret": page("Zanzibar", "Xylophone lessons.")})
    _read(workspace)
    await forget(workspace, PageTarget("http://a.test/secret"))
    with Search(workspace) as reader:
        rows = reader.index.connection.execute("SELECT words FROM chunks")
        assert rows.fetchone()
        forget_in_search(workspace)
        left = b"".join(path.read_bytes() for path in workspace.glob("search.sqlite*")).lower()
        assert b"xylophone" not in left
        rows.close()
    assert len(_search(workspace, "euros")) == 2
    assert _search(workspace, "xylophone") == []


def test_an_unchanged_page_is_found_in_every_run(tmp_path: Path) -> None:
    changes = ("crawl.allow_private_hosts=[127.0.0.1]", "progress.broker=off", "crawl.delay=0")
    options = [word for change in changes for word in ("--set", change)]
    with SmallSite(pages=3) as site:
        for _ in range(2):
            assert enter(["run", site.url, "--workspace", str(tmp_path), "--no-analysis", *options]) == 0
    with Store(tmp_path) as store:
        runs = [run.id for run in store.runs()]
    assert len(runs) == 2
    for run in runs:
        assert len(_search(tmp_path, "number", Scope(run=run))) == 3
    with Search(tmp_path) as search:
        assert search.index.connection.execute("SELECT count(*) FROM texts").fetchone() == (4,)


async def test_two_who_search_at_once_make_one_index(tmp_path: Path) -> None:
    pages = {f"/{n}": page(f"Page {n}", f"It says number{n} and heron.") for n in range(300)}
    workspace = await workspace_of(tmp_path, pages)
    command = [sys.executable, "-m", "tandem", "search", "heron", "--limit", "999", "--json"]
    processes = [
        await asyncio.create_subprocess_exec(
            *command, "--workspace", str(workspace), stdout=asyncio.subprocess.PIPE
        )
        for _ in range(3)
    ]
    for process in processes:
        out, _ = await process.communicate()
        assert process.returncode == 0
        assert len(json.loads(out)["pages"]) == 300
    with Search(workspace) as search:
        assert search.index.connection.execute("SELECT count(*) FROM chunks").fetchone() == (300,)


_VICTIM = """
import sys
from pathlib import Path
from tandem.retrieval import with_search

def told(number):
    print(number, flush=True)
    sys.stdin.readline()

with_search(Path(sys.argv[1]), told, lambda *_: None)
"""


@pytest.mark.parametrize("batches", [0, 1, 2])
async def test_a_kill_while_indexing_loses_nothing(tmp_path: Path, batches: int) -> None:
    pages = {f"/{n}": page(f"Page {n}", f"It says number{n} and heron.") for n in range(200)}
    workspace = await workspace_of(tmp_path, pages)
    victim = subprocess.Popen(  # noqa: ASYNC220 - nothing else goes on here
        [sys.executable, "-c", _VICTIM, str(workspace)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert victim.stdin is not None
    assert victim.stdout is not None
    for _ in range(batches):
        assert victim.stdout.readline()
        victim.stdin.write("\n")
        victim.stdin.flush()
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    assert len(_search(workspace, "heron", most=1_000)) == 200
    assert _urls(_search(workspace, "number199")) == [["/199"]]


async def test_a_torn_index_is_no_obstacle_to_forgetting(tmp_path: Path) -> None:
    workspace = await workspace_of(tmp_path, PAGES)
    _read(workspace)
    search_path(workspace).write_bytes(b"not a database " * 999)
    forget_in_search(workspace)
    assert len(_search(workspace, "euros")) == 2
