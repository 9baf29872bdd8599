"""Seeds that have moved within their site: bare name to www, http to https, old paths to new ones."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scraper.scope import Within
from tests.hostile.registry import answer, page
from tests.scraper.whole_crawl import Crawled, Plan, crawl
from tests.tandem.small_site import Came, SmallSite

PAGES = 5


@dataclass(slots=True)
class Moving(SmallSite):
    """`bare.test` has moved to `www.bare.test`, whose start page is away as often as it is told."""

    away: Counter[str] = field(default_factory=Counter)
    to: str = "www.bare.test"

    def at(self, host: str, path: str = "/") -> str:
        return f"http://{host}:{self.port}{path}"

    async def _answer(self, head: list[str]) -> bytes:
        path = head[0].split(" ")[1]
        host = next(line for line in head if line.lower().startswith("host:")).split(":")[1].strip()
        self._note(Came(0.0, f"{host}{path}", {}))
        if path == "/robots.txt":
            return answer(f"Sitemap: {self.at(host, '/map.txt')}".encode(), content_type="text/plain")
        if path == "/map.txt":
            return answer(self.at(host, "/listed").encode(), content_type="text/plain")
        if host == "bare.test":
            return answer(b"", ("Location", self.at(self.to, "/home")), status="301 Moved")
        if self.away[path] > 0:
            self.away[path] -= 1
            return answer(b"oh", status="500 Oh")
        if path == "/far":
            return answer(b"", ("Location", self.at("shop.bare.test", "/far")), status="302 Found")
        links = "".join(f'<a href="/{name}">{name}</a>' for name in ("far", *range(PAGES)))
        return answer(page(path, links if path == "/home" else ""))


@pytest.fixture
def site() -> Iterator[Moving]:
    with Moving() as served:
        yield served


def ends(crawled: Crawled) -> dict[str, str]:
    return {row.url.partition("//")[2].partition(":")[0] + "/" + row.url.rpartition("/")[2]: row.reason
            for row in crawled.rows if row.kind == 0}  # fmt: skip


WHOLE = {
    "bare.test/": "redirected",
    "bare.test/listed": "redirected",  # by the sitemap of the old name
    "www.bare.test/home": "ok",
    "www.bare.test/listed": "ok",
    "www.bare.test/far": "redirect_out_of_scope",  # only seeds widen the scope
} | {f"www.bare.test/{number}": "ok" for number in range(PAGES)}


async def test_the_host_that_a_seed_moved_to_is_crawled_with_its_sitemap(
    site: Moving, tmp_path: Path
) -> None:
    crawled = await crawl(Plan((site.at("bare.test"),)), tmp_path)
    assert ends(crawled) == WHOLE


async def test_a_continued_run_still_knows_where_its_seed_moved_to(site: Moving, tmp_path: Path) -> None:
    site.away["/home"] = 1
    plan = Plan((site.at("bare.test"),))
    first = ends(await crawl(plan, tmp_path))
    assert first["www.bare.test/home"] == "http_500"
    assert "www.bare.test/0" not in first
    assert ends(await crawl(plan, tmp_path)) == WHOLE


async def test_another_site_is_not_what_was_meant(site: Moving, tmp_path: Path) -> None:
    site.to = "www.other.test"
    crawled = await crawl(Plan((site.at("bare.test"),)), tmp_path)
    assert ends(crawled)["bare.test/"] == "redirect_out_of_scope"
    assert not any(came.path.startswith(site.to) for came in site.log)


async def test_a_page_alone_is_followed_to_its_new_address_and_no_further(
    site: Moving, tmp_path: Path
) -> None:
    crawled = await crawl(Plan((site.at("bare.test"),), within=Within.PAGE), tmp_path)
    assert ends(crawled) == {"bare.test/": "redirected", "www.bare.test/home": "ok"}
