"""The demo shop over HTTP."""

import gzip
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tandem.demo import addresses, signposts, site, truth
from tandem.demo.server import DemoShop

PRODUCT = next(iter(truth.products()))


@pytest.fixture
async def shop() -> AsyncIterator[DemoShop]:
    async with DemoShop() as opened:
        yield opened


@pytest.fixture
async def client(shop: DemoShop) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(
        shop.url, auto_decompress=False, headers={"User-Agent": "test/1"}
    ) as session:
        yield session


async def test_a_page_comes_as_the_site_makes_it(client: aiohttp.ClientSession) -> None:
    async with client.get(PRODUCT, headers={"Accept-Encoding": "identity"}) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        assert await response.read() == site.answer(PRODUCT, "").body


async def test_pages_are_packed_for_those_who_ask(client: aiohttp.ClientSession) -> None:
    async with client.get(PRODUCT, headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(await response.read()) == site.answer(PRODUCT, "").body


@pytest.mark.parametrize(
    ("validator", "condition"), [("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")]
)
async def test_a_current_copy_is_not_sent_again(
    client: aiohttp.ClientSession, validator: str, condition: str
) -> None:
    async with client.get(PRODUCT) as response:
        known = response.headers[validator]
    async with client.get(PRODUCT, headers={condition: known}) as response:
        assert (response.status, await response.read()) == (304, b"")
    async with client.get(PRODUCT, headers={condition: '"another"'}) as response:
        assert response.status == 200


async def test_the_etag_decides_before_the_date(client: aiohttp.ClientSession) -> None:
    async with client.get(PRODUCT) as response:
        date = response.headers["Last-Modified"]
    async with client.get(PRODUCT, headers={"If-None-Match": '"old"', "If-Modified-Since": date}) as response:
        assert response.status == 200


async def test_the_forum_has_no_validators(client: aiohttp.ClientSession) -> None:
    async with client.get("/forum/quiet-stove") as response:
        assert not {"ETag", "Last-Modified"} & set(response.headers)


async def test_the_weather_recovers_after_the_first_request(client: aiohttp.ClientSession) -> None:
    async with client.get(addresses.TWICE_ASKED) as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "1")
    for _ in range(2):
        async with client.get(addresses.TWICE_ASKED) as response:
            assert response.status == 200


async def test_each_server_starts_with_the_weather_asleep() -> None:
    for _ in range(2):
        async with (
            DemoShop() as shop,
            aiohttp.ClientSession(shop.url) as client,
            client.get(addresses.TWICE_ASKED) as response,
        ):
            assert response.status == 503


async def test_the_stock_report_takes_its_time(client: aiohttp.ClientSession) -> None:
    begun = time.monotonic()
    async with client.get(addresses.SLOW) as response:
        assert response.status == 200
    assert time.monotonic() - begun >= 1.4


async def test_site_map_parts_name_the_address_that_was_asked(
    shop: DemoShop, client: aiohttp.ClientSession
) -> None:
    async with client.get("/robots.txt", headers={"Accept-Encoding": "identity"}) as response:
        assert f"Sitemap: {shop.url}sitemap.xml" in await response.text()
    async with client.get(signposts.PARTS[1]) as response:
        packed = await response.read()
        assert "Content-Encoding" not in response.headers
    assert f"<loc>{shop.url.rstrip('/')}{PRODUCT}</loc>".encode() in gzip.decompress(packed)


async def test_other_methods_are_refused(client: aiohttp.ClientSession) -> None:
    async with client.post(PRODUCT) as response:
        assert response.status == 405


async def test_the_log_says_who_asked_for_what(shop: DemoShop, client: aiohttp.ClientSession) -> None:
    for path in (PRODUCT, "/nowhere?page=2"):
        async with client.get(path) as response:
            await response.read()
    assert [(entry.method, entry.path, entry.agent, entry.status) for entry in shop.log] == [
        ("GET", PRODUCT, "test/1", 200),
        ("GET", "/nowhere?page=2", "test/1", 404),
    ]
    assert shop.log[0].at <= shop.log[1].at
