"""Files beside pages lie whole where the ledger says, once each, and nothing else lies there."""

import asyncio
import os
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from storage.forget import forget
from storage.forget_target import PageTarget, RunTarget
from storage.kept_files import FOLDER, path_of, read_file, write_file
from storage.ledger import Ledger, LedgerLost
from storage.runs import continue_run, end_run
from storage.seal import seal_all
from storage.store import Store
from storage.tidy import tidy
from storage.words import KeptFile
from storage.workspace import ledger_path

from .crawled import begin
from .files_victim import PICTURES
from .rendered import Shown, visit_pages

HOME = Path(__file__).parents[2]
PICTURE = KeptFile("viewport", "image/png", b"\x89PNG and so on")


_LISTED = "SELECT path, sha256 FROM page_files JOIN kept_files USING (sha256)"


def lying(workspace: Path) -> dict[str, bytes]:
    """Every file that lies there, by its path in the workspace."""
    paths = (path for path in (workspace / FOLDER).rglob("*") if path.is_file())
    return {str(path.relative_to(workspace)): path.read_bytes() for path in paths}


def listed(store: Store) -> list[dict[str, object]]:
    with store.query(
        "SELECT url, kind, media_type, bytes, name, path, digest FROM files ORDER BY ALL"
    ) as rows:
        return [row for batch in rows for row in batch.to_pylist()]


async def test_a_file_is_found_by_its_page_and_the_same_content_lies_there_once(
    ledger: Ledger, workspace: Path
) -> None:
    run = await begin(ledger)
    download = KeptFile("download", "application/pdf", b"%PDF-1.7 a price list", "../../prices 2026.pdf")
    pages = {1: Shown("<p>1", files=(PICTURE, download)), 2: Shown("<p>2", files=(PICTURE,)), 3: Shown()}
    visits = await visit_pages(ledger, run, pages)
    await seal_all(ledger, workspace)
    names = {path_of(sha256(file.body).digest(), file.media_type): file.body for file in (PICTURE, download)}
    assert lying(workspace) == names
    assert all(name.startswith("files/") and ".." not in name for name in names)
    with Store(workspace) as store:
        rows = listed(store)
        assert [(row["url"], row["kind"], row["name"]) for row in rows] == [
            ("http://a.test/1", "download", "../../prices 2026.pdf"),
            ("http://a.test/1", "viewport", None),
            ("http://a.test/2", "viewport", None),
        ]
        assert {row["path"] for row in rows} == set(names)
        assert [store.file(file) for file in store.files(visits[1])] == [PICTURE.body, download.body]
        assert store.files(visits[3]) == []


async def test_an_unchanged_page_keeps_its_files(ledger: Ledger, workspace: Path) -> None:
    for shown in (Shown("<p>1", files=(PICTURE,)), Shown(is_unchanged=True)):
        run = await begin(ledger)
        (visit,) = (await visit_pages(ledger, run, {1: shown})).values()
        await ledger.write(lambda c, run=run: end_run(c, run.run, 0, ""))  # type: ignore[misc]
    with Store(workspace) as store:
        assert [store.file(file) for file in store.files(visit)] == [PICTURE.body]
        assert len(listed(store)) == 2


async def test_large_files_do_not_hold_up_the_loop(ledger: Ledger, workspace: Path) -> None:
    run = await begin(ledger)
    large = KeptFile("download", "application/zip", os.urandom(1 << 20) * 64)
    turns, is_over = 0, False

    async def turn() -> None:
        nonlocal turns
        while not is_over:
            turns += 1
            await asyncio.sleep(0.001)

    task = asyncio.create_task(turn())
    await visit_pages(ledger, run, {1: Shown(files=(large,))})
    is_over = True
    await task
    assert turns > 10


@pytest.mark.parametrize("place", ["folder", "file"])
def test_no_link_is_followed(workspace: Path, tmp_path: Path, place: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    path = workspace / path_of(sha256(PICTURE.body).digest(), PICTURE.media_type)
    if place == "folder":
        path.parent.symlink_to(outside)
        with pytest.raises(LedgerLost, match="files"):
            write_file(workspace, PICTURE)
    else:
        path.parent.mkdir()
        path.symlink_to(outside / "taken")
        write_file(workspace, PICTURE)
        assert not path.is_symlink()
        assert path.read_bytes() == PICTURE.body
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize(
    "path", ["files/../ledger.sqlite", "/etc/passwd", "files/ab/../../lock", "files/ab/x"]
)
def test_only_names_made_of_digests_are_read(workspace: Path, path: str) -> None:
    assert read_file(workspace, path) is None


async def test_what_no_page_lists_is_removed_and_what_is_not_ours_stays(workspace: Path) -> None:
    async with Ledger(ledger_path(workspace)) as ledger:
        run = await begin(ledger)
        await visit_pages(ledger, run, {1: Shown("<p>1", files=(PICTURE,))})
        kept = lying(workspace)
        write_file(workspace, PICTURE._replace(body=b"committed by nobody"))
        torn = workspace / f"{next(iter(kept))}.0a1b2c3d.tmp"
        torn.write_bytes(b"half")
        own = torn.with_name("notes.txt")
        own.write_bytes(b"of somebody else")
        await ledger.write(lambda c: tidy(c, workspace))
    own.unlink()
    assert lying(workspace) == kept


async def test_files_of_a_visit_that_is_made_again_are_nobodys(workspace: Path) -> None:
    async with Ledger(ledger_path(workspace)) as ledger:
        run = await begin(ledger)
        await visit_pages(ledger, run, {1: Shown("<p>1", files=(PICTURE,), is_final=False)})
        await ledger.write(lambda c: end_run(c, run.run, 6, ""))
        await ledger.write(lambda c: continue_run(c, run, "{}"))
        await ledger.write(lambda c: tidy(c, workspace))
    assert lying(workspace) == {}


async def test_forgetting_removes_what_nobody_else_lists(workspace: Path) -> None:
    own = KeptFile("download", "text/csv", b"a,b\n1,2\n")
    async with Ledger(ledger_path(workspace)) as ledger:
        run = await begin(ledger)
        pages = {1: Shown("<p>1", files=(PICTURE, own)), 2: Shown("<p>2", files=(PICTURE,))}
        await visit_pages(ledger, run, pages)
    await forget(workspace, PageTarget("http://a.test/1"))
    assert list(lying(workspace).values()) == [PICTURE.body]
    with Store(workspace) as store:
        assert [row["url"] for row in listed(store)] == ["http://a.test/2"]
    await forget(workspace, RunTarget(1))
    assert lying(workspace) == {}


def killed_at(workspace: Path, step: int) -> tuple[bool, int]:
    """Runs a victim; whether it was killed, and of how many pages it was told that they are durable."""
    command = [sys.executable, "-m", "tests.storage.files_victim", str(workspace), str(step)]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode != 0, len(done.stdout.splitlines())


async def test_no_kill_leaves_a_listed_file_missing_or_another_behind(tmp_path: Path) -> None:
    step, was_killed, left = 0, True, 0
    while was_killed:
        step += 1
        workspace = tmp_path / str(step)
        was_killed, told = killed_at(workspace, step)
        async with Ledger(ledger_path(workspace)) as ledger:
            rows = await ledger.read(lambda c: c.execute(_LISTED).fetchall())
            assert len(rows) >= told
            for path, digest in rows:
                body = read_file(workspace, path)
                assert body is not None
                assert sha256(body).digest() == digest
            left += len(lying(workspace)) > len(set(rows))
            await ledger.write(lambda c, workspace=workspace: tidy(c, workspace))  # type: ignore[misc]
        assert lying(workspace).keys() == {path for path, _ in rows}
    assert len(rows) == len(PICTURES)
    assert len(lying(workspace)) == 2
    assert step > 10
    assert left > 2  # some were killed between a file and its row
