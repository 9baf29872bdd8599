"""Whatever ends a browser, its driver or the run itself: nothing of it is left, and pages go on."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from scraper.render import processes, remains
from scraper.render.pool import BrowserPool
from scraper.render.processes import Process
from scraper.render.remains import Note
from scraper.render.settings import PoolSettings
from scraper.render.words import RenderRequest
from tests.scraper.render.site import Site

pytestmark = pytest.mark.browser

HOME = Path(__file__).parents[3]
WORDS = "<p>words that a reader sees, and some more of them</p>"
BUSY = f"{WORDS}<script>setInterval(() => fetch('/data'), 20)</script>"
GONE_SECONDS = 10.0
RUN = """
import asyncio, sys
from pathlib import Path
from scraper.render.pool import BrowserPool
from scraper.render.settings import PoolSettings
from scraper.render.words import RenderRequest

async def run():
    executable, folder, url = sys.argv[1:]
    settings = PoolSettings(executable, Path(folder), settle_seconds=60, page_seconds=90)
    async with BrowserPool(settings) as pool:
        assert await pool.open() == ""
        print("open", flush=True)
        await asyncio.gather(*(pool.render(RenderRequest(url, "127.0.0.1")) for _ in range(4)))

asyncio.run(run())
"""


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        yield site


@pytest.fixture
def settings(sandboxed_browser: Path, tmp_path: Path) -> PoolSettings:
    return PoolSettings(str(sandboxed_browser), tmp_path / "browsers", settle_seconds=1)


def note_of(folder: Path) -> Note:
    content = json.loads(next(folder.glob("*.json")).read_text())
    roots = tuple(Process(*root) for root in content["roots"])
    return Note(Process(*content["owner"]), roots, tuple(content["folders"]))


def living(note: Note) -> list[Process]:
    return remains.belonging(note.roots)


def pages(note: Note) -> list[Process]:
    """The processes that show pages."""
    return [one for one in living(note) if "--type=renderer" in processes.command_line(one)]


async def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    assert await asyncio.to_thread(_holds_within, holds, seconds)


def _holds_within(holds: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def is_gone(note: Note) -> bool:
    return not living(note) and not any(map(os.path.exists, note.folders))


def started(settings: PoolSettings, url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RUN, settings.executable, str(settings.folder), url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HOME)


async def test_nothing_is_left_after_a_run(site: Site, settings: PoolSettings) -> None:
    async with BrowserPool(settings) as pool:
        rendered = await pool.render(RenderRequest(site.serve(WORDS), site.host))
        note = note_of(settings.folder)
        assert len(living(note)) > 2
    assert rendered.reason == "ok"
    assert is_gone(note)
    assert not any(settings.folder.iterdir())


@pytest.mark.parametrize("which", ["driver", "browser"])
async def test_a_page_is_shown_again_when_the_browser_ends(
    site: Site, settings: PoolSettings, which: str
) -> None:
    url = site.serve(BUSY)
    async with BrowserPool(settings) as pool:
        assert await pool.open() == ""
        note = note_of(settings.folder)
        showing = asyncio.create_task(pool.render(RenderRequest(url, site.host)))
        await until(lambda: bool(site.asked))
        victims = note.roots[:1] if which == "driver" else remains.belonging(note.roots)[1:3]
        for victim in victims:
            processes.kill(victim)
        rendered = await showing
        assert rendered.reason == "ok"
        assert "words that a reader sees" in rendered.html
        assert pool.status.starts == 2
        assert pool.status.ends == 1
        assert living(note) == []


async def test_the_end_of_a_tab_costs_one_page(site: Site, settings: PoolSettings) -> None:
    url = site.serve(BUSY)
    async with BrowserPool(settings) as pool:
        assert await pool.open() == ""
        showing = asyncio.create_task(pool.render(RenderRequest(url, site.host)))
        await until(lambda: "/data" in site.asked)
        for one in pages(note_of(settings.folder)):
            processes.kill(one)
        assert (await showing).reason == "render_crashed"
        for _ in range(2):
            after = await pool.render(RenderRequest(site.serve(WORDS), site.host))
            assert after.reason == "ok", after
            for one in pages(note_of(settings.folder)):  # of a tab that nobody uses: it costs none
                processes.kill(one)
                await until(lambda one=one: not processes.is_alive(one))  # type: ignore[misc]
        assert pool.status.starts == 1


async def test_a_browser_that_keeps_ending_is_given_up(site: Site, settings: PoolSettings) -> None:
    url = site.serve(WORDS)
    async with BrowserPool(settings) as pool:
        for _ in range(3):
            assert await pool.open() == ""
            note = note_of(settings.folder)
            remains.end(note.roots)
            await until(lambda note=note: not living(note))  # type: ignore[misc]
        assert await pool.open() == "browser_failed"
        rendered = await pool.render(RenderRequest(url, site.host))
        assert rendered.reason == "browser_failed"
        assert "3 times within a minute" in pool.status.trouble
    assert not any(settings.folder.iterdir())


async def test_a_browser_that_has_grown_is_renewed(
    site: Site, sandboxed_browser: Path, tmp_path: Path
) -> None:
    url = site.serve(WORDS)
    settings = PoolSettings(str(sandboxed_browser), tmp_path, memory_bytes=1 << 20, renew_seconds=0)
    async with BrowserPool(settings) as pool:
        assert await pool.open() == ""
        await until(lambda: pool.status.renewals > 0)
        assert (await pool.render(RenderRequest(url, site.host))).reason == "ok"
        assert pool.status.starts >= 2
        assert pool.status.ends == 0


@pytest.mark.parametrize("is_frozen", [False, True], ids=["the run alone", "and nothing can end itself"])
async def test_a_killed_run_leaves_nothing(site: Site, settings: PoolSettings, is_frozen: bool) -> None:
    run = await asyncio.to_thread(started, settings, site.serve(BUSY))
    assert run.stdout is not None
    with run.stdout:
        assert await asyncio.to_thread(run.stdout.readline) == "open\n"
    await until(lambda: len(site.asked) >= 40)
    note = note_of(settings.folder)
    if is_frozen:
        for one in living(note):
            os.kill(one.pid, signal.SIGSTOP)
    run.kill()
    await asyncio.to_thread(run.wait)
    if not is_frozen:
        await until(lambda: not living(note), GONE_SECONDS)
    async with BrowserPool(settings):
        await until(lambda: is_gone(note), GONE_SECONDS)
    assert not any(settings.folder.iterdir())


async def test_without_a_sandbox_there_is_no_browser(
    site: Site, sandboxed_browser: Path, tmp_path: Path
) -> None:
    wrapped = tmp_path / "browser"
    boxed = Path(__file__).with_name("boxed.py")
    wrapped.write_text(f'#!/bin/sh\nexec {sys.executable} {boxed} {sandboxed_browser} "$@"\n')
    wrapped.chmod(0o755)
    url = site.serve(WORDS)
    async with BrowserPool(PoolSettings(str(wrapped), tmp_path / "browsers")) as pool:
        assert await pool.open() == "no_sandbox"
        assert (await pool.render(RenderRequest(url, site.host))).reason == "no_sandbox"
        assert "sandbox: off" in pool.status.trouble
    assert site.asked == []
    assert not any((tmp_path / "browsers").iterdir())


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        found = processes.find(stranger.pid)
        assert found is not None
        keep = tmp_path / "tandem-browser-x"
        keep.mkdir()
        precious = tmp_path / "precious"
        precious.mkdir()
        gone = Process(1, 1)
        remains.write(tmp_path, Note(gone, (found, found), (str(keep), str(precious))))
        assert remains.clear(tmp_path) == 0
        assert processes.is_alive(found)
        stranger.kill()
    assert not keep.exists()
    assert precious.exists()
    assert list(tmp_path.glob("*.json")) == []


def test_a_session_of_others_with_the_same_number_is_left_alone() -> None:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        found = processes.find(stranger.pid)
        assert found is not None
        assert processes.session_members(*found) == [found]
        assert processes.session_members(found.pid, found.started - 1) == []
        stranger.kill()


def test_a_browser_whose_run_goes_on_is_left_alone(tmp_path: Path) -> None:
    note = Note(remains.ourselves(), (Process(1, 1),), ())
    path = remains.write(tmp_path, note)
    assert remains.clear(tmp_path) == 0
    assert path.exists()


def test_a_note_of_another_boot_says_nothing_about_processes(tmp_path: Path) -> None:
    left = tmp_path / "tandem-browser-left"
    left.mkdir()
    path = remains.write(tmp_path, Note(Process(1, 1), (remains.ourselves(),), (str(left),)))
    path.write_text(path.read_text().replace(processes.boot(), "another"))
    assert remains.clear(tmp_path) == 0
    assert not path.exists()
    assert not left.exists()


def test_what_is_no_note_is_removed(tmp_path: Path) -> None:
    (tmp_path / "1-2.json").write_text('{"boot": ')
    assert remains.clear(tmp_path) == 0
    assert not any(tmp_path.iterdir())


def test_a_number_given_anew_is_another_process() -> None:
    ourselves = remains.ourselves()
    assert processes.is_alive(ourselves)
    assert not processes.is_alive(ourselves._replace(started=ourselves.started + 1))
    processes.kill(ourselves._replace(started=ourselves.started + 1))
