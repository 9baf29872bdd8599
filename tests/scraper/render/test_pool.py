"""A pool of tabs with a real Chromium, on pages that mean no harm."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scraper.message import Response
from scraper.render.pool import BrowserPool
from scraper.render.proxy import CheckingProxy
from scraper.render.settings import PoolSettings
from scraper.render.words import RenderRequest
from tests.scraper.render.site import Site, loopback_alone

pytestmark = pytest.mark.browser


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        yield site


@pytest.fixture
async def pool(sandboxed_browser: Path, tmp_path: Path) -> AsyncIterator[BrowserPool]:
    settings = PoolSettings(str(sandboxed_browser), tmp_path / "browsers")
    async with CheckingProxy(loopback_alone) as proxy, BrowserPool(settings, proxy) as pool:
        yield pool


async def test_what_scripts_write_is_there(site: Site, pool: BrowserPool) -> None:
    url = site.serve("<p id=app></p><script>app.textContent = 'written by a ' + 'script'</script>")
    rendered = await pool.render(RenderRequest(url, site.host))
    assert rendered.reason == "ok"
    assert "written by a script" in rendered.html
    assert rendered.url == url
    assert rendered.requests == 1


async def test_a_known_document_is_not_asked_for_again(site: Site, pool: BrowserPool) -> None:
    url = site.serve("never seen")
    body = "<p>wörter</p><script>document.querySelector('p').append(' and more')</script>".encode()
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"))
    known = Response("ok", 200, headers, body=body)
    rendered = await pool.render(RenderRequest(url, site.host, known))
    assert rendered.reason == "ok"
    assert "wörter and more" in rendered.html
    assert site.asked == []


async def test_more_pages_than_tabs_are_all_shown(site: Site, pool: BrowserPool) -> None:
    urls = [site.serve(f"<script>document.write('page number {n}')</script>") for n in range(12)]
    shown = await asyncio.gather(*(pool.render(RenderRequest(url, site.host)) for url in urls))
    assert [f"page number {n}" in one.html for n, one in enumerate(shown)] == [True] * 12
    assert pool.status.rendered == 12
    assert pool.status.starts == 1


async def test_no_browser_is_started_for_nothing(tmp_path: Path) -> None:
    async with BrowserPool(PoolSettings("/no/such/browser", tmp_path)) as pool:
        assert pool.status.starts == 0
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240 - a folder of the test


async def test_a_missing_browser_is_named(site: Site, tmp_path: Path) -> None:
    async with BrowserPool(PoolSettings("/no/such/browser", tmp_path)) as pool:
        assert await pool.open() == "no_browser"
        rendered = await pool.render(RenderRequest(site.serve("x"), site.host))
    assert rendered.reason == "no_browser"
    assert "/no/such/browser" in rendered.detail
