"""A whole crawl whose pages are read in answers; the browser is one of values, all else is real."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scraper.discover import Discovery
from scraper.render.order import Mode
from scraper.render.words import Captured, Rendered
from scraper.scope import Scope, Within
from storage.address import DEFAULT_RULES, parse
from storage.words import Link
from tests.scraper.render.scripted import Made, Scripted
from tests.scraper.render.site import Page, Site
from tests.scraper.whole_crawl import Crawled, Plan, crawl

ITEMS = 14
SHELL = (
    '<html><head><title>App</title></head><body><div id="root"></div><script src="/app.js"></script></body>'
)
JSON = {"Content-Type": "application/json"}


def item(number: int) -> dict[str, str]:
    words = " ".join(f"word{number}x{place}" for place in range(40))
    return {"name": f"Lamp {number}", "text": f"The lamp {number} serves well: {words}."}


class Timed(Site):
    """A site that notes when it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    async def _answer(self, writer: asyncio.StreamWriter, page: Page) -> None:
        self.times.append(time.monotonic())
        await super()._answer(writer, page)


@pytest.fixture
async def shop() -> AsyncIterator[Timed]:
    async with Timed() as shop:
        shop.serve("User-agent: *\nAllow: /", "/robots.txt")
        shop.serve("".join(f'<a href="/item/{n}">{n}</a> ' for n in range(ITEMS)), "/")
        for number in range(ITEMS):
            shop.serve(SHELL, f"/item/{number}")
            shop.serve(json.dumps(item(number)), f"/api/{number}", headers=JSON)
        yield shop


def shown(number: int, host: str, link: str = "") -> Callable[[str], Rendered]:
    told = item(number) | ({"next": f"/more/{number}"} if link else {})
    html = f"<html><title>{told['name']}</title><body><h1>{told['name']}</h1><p>{told['text']}</p>{link}"
    answer = Captured(f"http://{host}/api/{number}", 200, "application/json", json.dumps(told).encode())
    return lambda _: Rendered(html=html, captured=(answer,))


async def crawled(
    shop: Site, tmp_path: Path, api: Site | None = None, delay: float = 0.0, within: Within = Within.HOST
) -> tuple[Crawled, Scripted]:
    host = (api or shop).host
    made: dict[str, Made] = {f"/item/{number}": shown(number, host) for number in range(ITEMS)}
    renderer = Scripted(made)
    plan = Plan(
        (f"http://{shop.host}/",), content=True, renderer=renderer, mode=Mode.AUTO, delay=delay, within=within
    )
    done = await crawl(plan, tmp_path)
    titles = {row.title for row in done.rows if "/item/" in row.url}
    assert titles == {item(number)["name"] for number in range(ITEMS)}
    return done, renderer


async def test_further_pages_are_read_in_answers_that_come_along(shop: Timed, tmp_path: Path) -> None:
    done, renderer = await crawled(shop, tmp_path)
    whys = [one.why for one in done.shown]
    assert whys.count("answered") == ITEMS - len(renderer.asked)
    assert len(renderer.asked) <= 3
    brought = {urlsplit(row.url).path for row in done.rows if row.reason == "captured"}
    assert brought == {path for path in shop.asked if path.startswith("/api/")}
    assert len(brought) == whys.count("answered")


async def test_only_links_of_shapes_that_readers_were_led_to_are_followed(
    shop: Timed, tmp_path: Path
) -> None:
    for number in range(ITEMS):
        told = item(number) | {"self": f"/api/{number}?own", "next": f"/more/{number}", "picture": "/p/1.png"}
        shop.serve(json.dumps(told), f"/api/{number}", headers=JSON)
        shop.serve("<html><body>More.", f"/more/{number}")
    renderer = Scripted(
        {f"/item/{n}": shown(n, shop.host, f"<a href='/more/{n}'></a>") for n in range(ITEMS)}
    )
    plan = Plan((f"http://{shop.host}/",), content=True, renderer=renderer, mode=Mode.AUTO)
    done = await crawl(plan, tmp_path)
    assert len(renderer.asked) <= 3
    paths = [urlsplit(row.url).path for row in done.rows if row.reason == "ok"]
    assert {path for path in paths if path.startswith("/more/")} == {f"/more/{n}" for n in range(ITEMS)}
    assert not [path for path in shop.asked if path.endswith((".png", "?own"))]


async def test_an_answer_keeps_the_gap_of_its_host(shop: Timed, tmp_path: Path) -> None:
    delay = 0.1
    _, renderer = await crawled(shop, tmp_path, delay=delay)
    assert len(renderer.asked) <= 3
    assert min(after - before for before, after in pairwise(shop.times)) >= delay - 0.005


async def test_robots_txt_of_another_host_is_asked_and_obeyed(shop: Timed, tmp_path: Path) -> None:
    async with Site() as api:
        api.serve("User-agent: *\nDisallow: /api/", "/robots.txt")
        _, renderer = await crawled(shop, tmp_path, api, within=Within.DOMAIN)
        assert api.asked == ["/robots.txt"]
        assert len(renderer.asked) == ITEMS


async def test_a_host_that_is_no_part_of_the_job_is_not_asked(shop: Timed, tmp_path: Path) -> None:
    async with Site() as api:
        _, renderer = await crawled(shop, tmp_path, api)
        assert api.asked == []
        assert len(renderer.asked) == ITEMS


@pytest.mark.parametrize(
    "broken",
    [
        Page(b'{"error": "not found"}', JSON, 404),
        Page(b'{"error": "not found", "hint": "try again later, or not at all"}', JSON),
        Page(b"<html><body>Sign in, please.", {}),
        Page(json.dumps(item(3)).encode(), JSON | {"X-Robots-Tag": "noindex"}),
        Page(b"", {"Location": "/elsewhere"}, 302),
        Page(b"[" * 200_000, JSON),
    ],
)
async def test_answers_that_are_none_cost_three_requests_and_no_page(
    shop: Timed, tmp_path: Path, broken: Page
) -> None:
    for number in range(ITEMS):
        shop.pages[f"/api/{number}"] = broken
    done, renderer = await crawled(shop, tmp_path)
    assert len(renderer.asked) == ITEMS
    # pages whose answers were on their way when the third one missed ask, too
    assert 3 <= len([path for path in shop.asked if path.startswith("/api/")]) <= 3 + 4
    assert "answered" not in {one.why for one in done.shown}


def test_what_the_job_leaves_alone_is_not_asked_for() -> None:
    seed = parse("https://shop.test/docs/")
    page = Link("https://shop.test/docs/1", b"", "shop.test")

    def may(
        within: Within, url: str, *, exclude: tuple[str, ...] = (), include: tuple[str, ...] = ()
    ) -> bool:
        scope = Scope.around([seed], within, include, exclude)
        return Discovery(scope, DEFAULT_RULES).may_ask(page, parse(url))

    assert may(Within.PREFIX, "https://shop.test/api/1")
    assert may(Within.HOST, "https://shop.test/api/1", include=("/docs/*",))
    assert may(Within.DOMAIN, "https://api.shop.test/1")
    assert not may(Within.HOST, "https://api.shop.test/1")
    assert not may(Within.HOST, "https://shop.test/api/1", exclude=("/api/*",))
    assert not may(Within.PREFIX, "https://shop.test/api/1", exclude=("/api/*",))
