"""What pages do to a browser: each has a named outcome within its time, and other pages go on."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from scraper.render import processes
from scraper.render.pool import BrowserPool
from scraper.render.proxy import CheckingProxy
from scraper.render.settings import MEGABYTE, PoolSettings
from scraper.render.words import Rendered, RenderRequest
from tests.scraper.render.site import Site, loopback_alone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

TABS = 4
PAGE_SECONDS = 8.0
SETTLE_SECONDS = 1.0
TEXT = "<p>words that a reader sees, and some more of them</p>"


class Hazard(NamedTuple):
    name: str
    body: str
    reason: str = "ok"
    detail: str = ""
    shows: str = "words that a reader sees"


def script(name: str, code: str, reason: str = "ok", detail: str = "", shows: str = "words") -> Hazard:
    return Hazard(name, f"{TEXT}<script>{code}</script>", reason, detail, shows)


HAZARDS = [
    script(
        "infinite scroll",
        "onscroll = () => { for (let i = 0; i < 50; i++) "
        "document.body.append('more ', document.createElement('p')) }; scrollTo(0, 1e6)",
    ),
    script(
        "dialogs",
        "for (let i = 0; i < 30; i++) { alert(i); confirm(i); prompt(i) }; document.title = 'passed'",
    ),
    script(
        "questions before it is left", "onbeforeunload = event => { event.preventDefault(); return 'stay' }"
    ),
    script(
        "windows",
        "for (let i = 0; i < 50; i++) open('/window' + i); "
        "const a = document.createElement('a'); a.href = '/window'; a.target = '_blank'; a.click()",
    ),
    script(
        "a file to keep",
        "const a = document.createElement('a'); a.href = '/file.zip'; a.download = 'file.zip'; a.click()",
    ),
    script("print", "for (let i = 0; i < 20; i++) print()"),
    script("ten thousand timers", "for (let i = 0; i < 10000; i++) setInterval(() => { self.x = i }, 10)"),
    script(
        "a hog of memory",
        "const kept = []; while (true) kept.push(new Uint8Array(1 << 22).fill(7))",
        "render_memory",
    ),
    script(
        "a hog of memory in small pieces",
        "const kept = []; while (true) kept.push(new Array(100000).fill({}).map(() => ({})))",
        "render_memory",
    ),
    script(
        "drawing in three dimensions",
        "const gl = document.createElement('canvas').getContext('webgl2'); "
        "document.body.append(gl ? 'it draws' : 'it does not draw')",
        shows="it does not draw",
    ),
    script(
        "a service worker",
        "navigator.serviceWorker?.register('/worker.js').then(() => {}, () => {})",
    ),
    script("the browser's own pages", "location = 'chrome://crash'"),
    script("a file of this machine", "location = 'file:///etc/passwd'"),
    script(
        "requests without an end",
        "setInterval(() => fetch('/data?' + Math.random()), 20)",
        detail="taken as it was",
    ),
    script(
        "changes without an end",
        "setInterval(() => document.body.append('more '), 20)",
        detail="still changed",
    ),
    script("an answer that never ends", "fetch('/endless')", detail="1 requests were under way"),
    script(
        "permissions",
        "navigator.geolocation.getCurrentPosition(() => {}, () => document.body.append('is refused'))",
        shows="is refused",
    ),
    script("a document without an end", "document.write('x'.repeat(3 << 20))", "render_too_large", shows=""),
    script(
        "elements without an end",
        "const all = document.createElement('div'); all.hidden = true; for (let i = 0; i < 1100000; i++)"
        " all.append(document.createElement('i')); document.body.append(all)",
        "render_too_large",
        shows="",
    ),
    Hazard(
        "a script that never comes",
        TEXT + "<script src='/endless'></script>",
        detail="its document was not there to the end",
    ),
    script("going back", "history.back(); setTimeout(() => history.go(-2), 30)"),
    script("closing itself", "close()"),
    script(
        "tampering with what reads it",
        "Object.defineProperty(Element.prototype, 'outerHTML', {get: () => 'x'.repeat(1e8)}); "
        "document.createTreeWalker = performance.now = MutationObserver = null; Array.prototype.map = null",
    ),
    script("taking itself away", "document.documentElement.remove()", shows=""),
    script("going round in circles", "location = '/round?' + Math.random()"),
    Hazard("nothing at all", "", shows="<html>"),
    Hazard("frames in frames", TEXT + "<iframe src='/frames'></iframe>" * 3),
]

HANGING = [
    script("dialogs without an end", "while (true) alert('again')"),
    script("an endless loop", "while (true);"),
    script("an endless loop a little later", "setTimeout(() => { while (true); }, 50)"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        site.serve(TEXT + "<iframe src='/frames?again'></iframe>", "/frames")
        site.serve(TEXT + "<script>location = '/round?' + Math.random()</script>", "/round")
        site.serve("", "/endless", is_endless=True)
        yield site


@pytest.fixture(scope="module")
def browsers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pool notes its browser."""
    return tmp_path_factory.mktemp("browsers")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(sandboxed_browser: Path, browsers: Path) -> AsyncIterator[BrowserPool]:
    settings = PoolSettings(
        str(sandboxed_browser),
        browsers,
        tabs=TABS,
        page_seconds=PAGE_SECONDS,
        settle_seconds=SETTLE_SECONDS,
        max_page_bytes=2 * MEGABYTE,
        page_memory_bytes=300 * MEGABYTE,
    )
    async with CheckingProxy(loopback_alone) as proxy, BrowserPool(settings, proxy) as pool:
        yield pool


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.name)
async def test_a_hazard_has_its_outcome(site: Site, pool: BrowserPool, hazard: Hazard) -> None:
    url = site.serve(hazard.body)
    started = time.monotonic()
    rendered, beside = await asyncio.gather(_shown(pool, site, url), _harmless(pool, site))
    assert time.monotonic() - started < 2 * PAGE_SECONDS + 5
    assert (rendered.reason, beside.reason) == (hazard.reason, "ok"), rendered.detail
    assert hazard.detail in rendered.detail
    if rendered.reason == "ok":
        assert hazard.shows in rendered.html
        assert rendered.url == url or hazard.name == "going round in circles"
    assert (await _harmless(pool, site)).reason == "ok"
    assert pool.status.ends == 0


async def test_pages_that_hang_are_given_up_and_others_go_on(site: Site, pool: BrowserPool) -> None:
    hanging = [asyncio.create_task(_shown(pool, site, site.serve(hazard.body))) for hazard in HANGING]
    while not all(task.done() for task in hanging):
        assert (await _harmless(pool, site)).reason == "ok"
    assert [(await task).reason for task in hanging] == ["render_timeout"] * len(HANGING)


async def test_nothing_of_all_this_is_left(site: Site, pool: BrowserPool, browsers: Path) -> None:
    for path in ("/window", "/worker.js"):
        assert not [asked for asked in site.asked if asked.startswith(path)]
    note = json.loads(next(browsers.iterdir()).read_text())  # noqa: ASYNC240 - a small file
    pages = [
        one
        for one in processes.session_members(*note["roots"][1])
        if "--type=renderer" in processes.command_line(one)
    ]
    assert len(pages) <= TABS + 1


async def _shown(pool: BrowserPool, site: Site, url: str) -> Rendered:
    return await pool.render(RenderRequest(url, site.host))


async def _harmless(pool: BrowserPool, site: Site) -> Rendered:
    return await pool.render(RenderRequest(site.serve(TEXT, "/harmless"), site.host))
