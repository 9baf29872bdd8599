"""A server inside gets nothing from a browser behind the proxy on any way; without it, on every way."""

import asyncio
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from scraper.egress import Egress
from scraper.render.pool import BrowserPool
from scraper.render.proxy import CheckingProxy
from scraper.render.settings import PoolSettings
from scraper.render.tally import Tally
from scraper.render.words import Rendered, RenderRequest
from tests.scraper.render.behind_proxy import chromium, guarded, resolve, visit
from tests.scraper.render.canary_site import (
    INSIDE,
    MARKUP,
    REDIRECTS,
    SECURE,
    SILENT,
    SITE,
    WAYS,
    Canary,
    Site,
    inside,
    outside,
)
from tests.scraper.render.wires import until

pytestmark = pytest.mark.browser

GROUPS = [WAYS[start::4] for start in range(4)]  # so that they are spread over processes


@pytest.mark.parametrize("ways", GROUPS, ids=["first", "second", "third", "fourth"])
async def test_no_way_leads_inside(sandboxed_browser: Path, ways: tuple[str, ...]) -> None:
    async with (
        inside() as canary,
        outside(canary) as site,
        guarded(sandboxed_browser, allowed(site)) as (context, tally, _),
    ):
        for way in ways:
            page = await visit(context, site.url(way))
            if way == "ping":  # which whole browsers can be told not to send
                await page.wait_for_url("**#a")
            elif way in SILENT:
                await page.wait_for_function("document.title == 'done'")
            else:
                await told(way, tally, canary)
            assert canary.is_untouched, way
        assert {f"/{way}" for way in ways if way != "seed"} <= pages_of(site)
        assert canary.is_untouched


def allowed(site: Site) -> tuple[str, str]:
    return f"{SITE}:{site.port}", f"{SECURE}:{site.port}"


def pages_of(site: Site) -> set[str]:
    """What the site served, redirects by the name of their way."""
    return {"/" + path.rpartition("/")[2] for path in site.served}


async def told(way: str, tally: Tally, canary: Canary) -> None:
    """Waits until the proxy was asked on this way and has refused."""
    place = f"{way}.{INSIDE}:{canary.port}"
    try:
        await until(lambda: tally.failure(place) != "")
    except TimeoutError:
        pytest.fail(f"{way}: the browser never tried, so this proves nothing")
    assert tally.failure(place) == "egress", way


@pytest.mark.parametrize("ways", GROUPS, ids=["first", "second", "third", "fourth"])
async def test_without_the_proxy_every_way_leads_inside(
    sandboxed_browser: Path, ways: tuple[str, ...]
) -> None:
    async with inside() as canary, outside(canary) as site:
        names = f"--host-resolver-rules=MAP {SITE} 127.0.0.1, MAP *.{INSIDE} 127.0.0.1"
        async with chromium(sandboxed_browser, names) as browser:
            context = await browser.new_context()
            missed = set()
            for way in ways:
                canary.packets = 0
                await visit(context, site.url(way))
                try:
                    await until(lambda way=way: canary.was_hit(way))  # type: ignore[misc]
                except TimeoutError:
                    missed.add(way)
    assert not missed


async def test_pages_that_tandem_shows_lead_nowhere_inside(sandboxed_browser: Path, tmp_path: Path) -> None:
    settings = PoolSettings(str(sandboxed_browser), tmp_path, settle_seconds=1, unneeded=frozenset())
    async with inside() as canary, outside(canary) as site:
        guard = Egress.allowing(allowed(site)).refuses
        async with CheckingProxy(guard, resolve) as proxy, BrowserPool(settings, proxy) as pool:

            async def show(way: str) -> Rendered:
                url = site.url(way)
                return await pool.render(RenderRequest(url, urlsplit(url).netloc))

            shown = dict(zip(WAYS, await asyncio.gather(*map(show, WAYS)), strict=True))
        assert canary.is_untouched
    assert shown["seed"].reason == "egress"
    assert {shown[f"redirect-{code}"].reason for code in REDIRECTS} == {"redirected"}, "a visit of its own"
    assert {shown[way].reason for way in MARKUP} == {"ok", "redirected"}, "the pages themselves are shown"
    refused = [way for way in MARKUP if shown[way].refused]
    assert len(refused) >= 10, "many ways are tried before a page has come to rest"


@pytest.fixture
def net_log() -> Iterator[Path]:
    """A file that the browser, who is another user, may write."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder, "net.json")


async def test_the_browser_itself_connects_to_nothing_but_the_proxy(
    sandboxed_browser: Path, net_log: Path
) -> None:
    async with inside() as canary, outside(canary) as site:
        watched = guarded(sandboxed_browser, allowed(site), f"--log-net-log={net_log}")
        async with watched as (context, tally, proxy):
            for way in ("names", "img", "https", "websocket"):
                await visit(context, site.url(way))
                await told(way, tally, canary)
            address = proxy.address.removeprefix("http://")
    events = net_events(net_log)
    assert {place for name, place in events if name == "TCP_CONNECT_ATTEMPT" and place} == {address}
    assert "HOST_RESOLVER_MANAGER_REQUEST" in {name for name, _ in events}
    assert not {name for name, _ in events if name.startswith("HOST_RESOLVER_MANAGER_JOB")}
    assert not {name for name, _ in events} & {"UDP_BYTES_SENT", "QUIC_SESSION"}


def net_events(log: Path) -> list[tuple[str, str]]:
    """What Chromium's network stack did, and to which address."""
    found: dict[str, Any] = json.loads(log.read_text())
    names = {number: name for name, number in found["constants"]["logEventTypes"].items()}
    return [(names[event["type"]], event.get("params", {}).get("address", "")) for event in found["events"]]
