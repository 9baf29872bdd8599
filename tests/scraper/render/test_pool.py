"""A pool of tabs with a real Chromium, on pages that mean no harm."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from scraper.message import Response
from scraper.render.pool import BrowserPool
from scraper.render.proxy import CheckingProxy
from scraper.render.settings import PoolSettings
from scraper.render.words import Cookie, Rendered, RenderRequest, Shot
from tests.scraper.render.site import Site, loopback_alone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[Site]:
    async with Site() as site:
        yield site


@pytest.fixture
def site(server: Site) -> Site:
    """One host for all tests, so that its tabs are used again."""
    server.forget()
    return server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(
    sandboxed_browser: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BrowserPool]:
    folder = tmp_path_factory.mktemp("browsers")
    settings = PoolSettings(str(sandboxed_browser), folder, user_agent="Tandem/1 (test)", settle_seconds=3)
    async with CheckingProxy(loopback_alone) as proxy, BrowserPool(settings, proxy) as pool:
        yield pool


async def shown(pool: BrowserPool, site: Site, body: str, **wishes: Any) -> Rendered:
    return await pool.render(RenderRequest(site.serve(body), site.host, **wishes))


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
    assert pool.status.starts == 1
    assert pool.status.in_flight == 0


async def test_what_comes_late_is_waited_for(site: Site, pool: BrowserPool) -> None:
    site.serve('{"word": "fetched"}', "/data")
    code = "setTimeout(async () => app.textContent = (await (await fetch('/data')).json()).word, 300)"
    rendered = await shown(pool, site, f"<p id=app></p><script>{code}</script>")
    assert "fetched" in rendered.html
    assert rendered.detail == ""
    assert rendered.requests == 2


async def test_open_shadow_trees_are_read_where_their_readers_see_them(site: Site, pool: BrowserPool) -> None:
    body = """<x-card><b slot=name>Given</b> never seen</x-card><p>after it, some more words that are read</p>
    <script>
      customElements.define('x-card', class extends HTMLElement {
        connectedCallback() {
          this.attachShadow({mode: 'open'}).innerHTML =
            '<style>p { color: red }</style><p>In shadow: <slot name=name>nobody</slot></p><x-in></x-in>'
        }
      })
      customElements.define('x-in', class extends HTMLElement {
        connectedCallback() { this.attachShadow({mode: 'open'}).innerHTML = '<i>deeper</i>' }
      })
    </script>"""
    rendered = await shown(pool, site, body)
    assert (
        '<p>In shadow: <slot name="name"><b slot="name">Given</b></slot></p><x-in><i>deeper</i></x-in>'
        in (rendered.html)
    )
    assert "nobody" not in rendered.html.partition("<script>")[0]
    assert "never seen" not in rendered.html
    assert "after it" in rendered.html


async def test_what_is_not_needed_is_left_out(site: Site, pool: BrowserPool) -> None:
    body = """<p>words that a reader sees, and some more of them</p><img src=/a.png><img src=/b>
      <script src="http://stats.g.doubleclick.net/x.js"></script>
      <iframe src="http://ad.doubleclick.net/frame"></iframe>
      <style>@font-face { font-family: f; src: url(/f.woff2) } p { font-family: f }</style>"""
    rendered = await shown(pool, site, body)
    assert site.asked == ["/0.html"]
    assert rendered.blocked == 5
    assert rendered.requests == 1


async def test_pictures_are_loaded_where_one_is_asked_for(site: Site, pool: BrowserPool) -> None:
    rendered = await shown(pool, site, "<h1>A heading</h1><img src=/a.png>", shots=frozenset(Shot))
    assert [picture.shot for picture in rendered.pictures] == list(Shot)
    assert all(picture.body.startswith(b"\x89PNG") for picture in rendered.pictures)
    assert site.asked == ["/0.html", "/a.png"]


async def test_what_the_guard_refuses_is_counted_and_named(site: Site, pool: BrowserPool) -> None:
    body = (
        "<p>words that a reader sees, and some more of them</p><script src='http://10.1.2.3/x.js'></script>"
    )
    rendered = await shown(pool, site, body)
    assert (rendered.reason, rendered.refused) == ("ok", 1)
    for url in ("http://10.1.2.3/", "https://10.1.2.3/"):
        refused = await pool.render(RenderRequest(url, "10.1.2.3"))
        assert (refused.reason, refused.url) == ("egress", url)


async def test_a_page_that_only_leads_elsewhere_says_where(site: Site, pool: BrowserPool) -> None:
    other = site.serve("elsewhere", host="localhost")
    moved = await shown(pool, site, f"<script>location = '{other}'</script>")
    assert (moved.reason, moved.url) == ("redirected", other)
    body = f"<p>words that a reader sees, and some more of them</p><script>location = '{other}'</script>"
    stayed = await shown(pool, site, body)
    assert (stayed.reason, stayed.leads_to) == ("ok", other)
    assert "words that a reader sees" in stayed.html
    assert "/0.html" not in site.asked


async def test_a_redirect_to_another_host_is_not_followed(site: Site, pool: BrowserPool) -> None:
    other = site.serve("elsewhere", host="localhost")
    url = site.serve("", status=302, headers={"Location": other})
    moved = await pool.render(RenderRequest(url, site.host))
    assert (moved.reason, moved.url) == ("redirected", other)


async def test_a_page_of_its_own_host_is_gone_on_to(site: Site, pool: BrowserPool) -> None:
    there = site.serve("<p>there it is, with some more words that a reader sees</p>")
    rendered = await shown(pool, site, f"<script>location = '{there}'</script>")
    assert (rendered.reason, rendered.url) == ("ok", there)
    assert "there it is" in rendered.html


async def test_headers_are_for_the_own_origin_alone(site: Site, pool: BrowserPool) -> None:
    headers = (("Authorization", "Bearer canary"),)
    elsewhere = site.serve("", "/elsewhere", "localhost", headers={"Access-Control-Allow-Origin": "*"})
    site.serve("", "/away", status=302, headers={"Location": elsewhere + "?moved"})
    site.serve("", "/near")
    body = (
        "<p>words that a reader sees, and some more of them</p><script src=/near></script>"
        f"<script src='{elsewhere}?direct'></script><script src=/away></script>"
    )
    rendered = await shown(pool, site, body, headers=headers)
    assert rendered.reason == "ok"
    told = {path: "canary" in head for path, head in site.heads.items()}
    assert told.pop("/elsewhere?direct") is False
    assert told.pop("/elsewhere?moved") is False
    assert set(told.values()) == {True}
    assert len(told) == 3


async def test_cookies_go_with_the_page_and_come_back(site: Site, pool: BrowserPool) -> None:
    mine = (Cookie("session", "s3cret", "127.0.0.1"),)
    body = "<p>words that a reader sees, and some more</p><script>document.cookie = 'seen=1'</script>"
    rendered = await shown(pool, site, body, cookies=mine)
    assert "Cookie: session=s3cret" in site.heads["/0.html"]
    assert {(one.name, one.value) for one in rendered.cookies} == {("session", "s3cret"), ("seen", "1")}


async def test_hosts_do_not_see_each_others_cookies(site: Site, pool: BrowserPool) -> None:
    await shown(pool, site, "<script>document.cookie = 'seen=1'</script>")
    await pool.render(RenderRequest(site.serve("<p>other</p>", host="localhost"), "localhost"))
    assert "Cookie" not in site.heads["/1.html"]


async def test_the_browser_names_itself_as_the_job_says(site: Site, pool: BrowserPool) -> None:
    await shown(pool, site, "<p>hello</p>")
    assert "User-Agent: Tandem/1 (test)" in site.heads["/0.html"]


async def test_a_file_is_no_page(site: Site, pool: BrowserPool) -> None:
    url = site.serve("data", headers={"Content-Disposition": "attachment", "Content-Type": "application/zip"})
    assert (await pool.render(RenderRequest(url, site.host))).reason == "render_download"


async def test_a_server_that_is_not_there_is_named(pool: BrowserPool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    gone = await pool.render(RenderRequest(f"http://127.0.0.1:{port}/", "127.0.0.1"))
    assert gone.reason == "connect_refused"


async def test_a_page_of_an_error_is_shown_too(site: Site, pool: BrowserPool) -> None:
    url = site.serve(
        "<script>document.write('not here, but somewhere else, and more words')</script>", status=404
    )
    rendered = await pool.render(RenderRequest(url, site.host))
    assert "not here, but" in rendered.html


@pytest.mark.parametrize(
    "url",
    ["chrome://crash", "file:///etc/passwd", "about:blank", "javascript:alert(1)", "view-source:http://a/"],
)
async def test_only_web_pages_are_shown(pool: BrowserPool, url: str) -> None:
    assert (await pool.render(RenderRequest(url, "a"))).reason == "bad_url"


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
