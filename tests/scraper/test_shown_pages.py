"""A whole crawl with pages that scripts make; the browser is one of values, all else is real."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.render.order import Mode
from scraper.render.words import Captured, Rendered
from tests.scraper.render.scripted import Made, Scripted
from tests.scraper.render.site import Site
from tests.scraper.whole_crawl import Crawled, Plan, crawl

SHELL = (
    '<html><head><title>App</title></head><body><div id="root"></div><script src="/app.js"></script></body>'
)
TEXT = "<p>" + "This page says all that there is to say in its very own words. " * 20 + "</p>"
STATIC = f'<html><head><title>Static</title></head><body><h1>Words</h1>{TEXT}<script src="/deco.js"></script>'


def written(number: int, links: str = "") -> str:
    """What a browser makes of a shell."""
    words = f"Item {number} is described at some length, as only scripts know how to do it. " * 5
    return f"<html><head><title>Item {number}</title></head><body><h1>Item {number}</h1><p>{words}</p>{links}"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        site.serve("User-agent: *\nAllow: /", "/robots.txt")
        yield site


async def crawled(site: Site, tmp_path: Path, renderer: Scripted | None, **plan: object) -> Crawled:
    seed = f"http://{site.host}/"
    whole = Plan((seed,), content=True, renderer=renderer, mode=Mode.AUTO, concurrency=16)
    return await crawl(replace(whole, **plan), tmp_path)  # type: ignore[arg-type]


async def test_what_scripts_write_is_read_and_followed_and_the_body_stays(site: Site, tmp_path: Path) -> None:
    for path in ("/", "/item/1", "/item/2"):
        site.serve(SHELL, path)
    links = '<a href="/item/1">one</a> <a href="/item/2">two</a>'
    made = {
        "/": lambda _: written(0, links),
        "/item/1": lambda _: written(1),
        "/item/2": lambda _: written(2),
    }
    done = await crawled(site, tmp_path, Scripted(made))
    assert [row.reason for row in done.rows] == ["ok"] * 3
    assert {row.body_bytes for row in done.rows} == {len(SHELL)}
    assert [(one.why, one.outcome, one.title) for one in done.shown] == [
        ("trial", "ok", "Item 0"),
        ("trial", "ok", "Item 1"),
        ("learned", "ok", "Item 2"),
    ]
    assert "as only scripts know" in done.shown[1].document
    assert site.asked.count("/item/1") == 1


async def test_pages_that_say_enough_are_rendered_once_and_then_taken_as_they_come(
    site: Site, tmp_path: Path
) -> None:
    site.serve(STATIC + "".join(f'<a href="/page/{n}">page {n}</a> ' for n in range(60)), "/")
    for number in range(60):
        site.serve(STATIC.replace("Words", f"Words {number}"), f"/page/{number}")
    renderer = Scripted()
    done = await crawled(site, tmp_path, renderer)
    assert len(done.rows) == 61
    assert {row.reason for row in done.rows} == {"ok"}
    assert 2 <= len(renderer.asked) <= 5


async def test_while_a_trial_goes_on_pages_of_its_template_wait_for_it(site: Site, tmp_path: Path) -> None:
    site.serve(SHELL + "".join(f'<a href="/item/{n}"></a>' for n in range(12)), "/")
    for number in range(12):
        site.serve(SHELL, f"/item/{number}")
    renderer = Scripted(seconds=0.1)
    done = await crawled(site, tmp_path, renderer, per_host=12)
    assert len(done.rows) == 13
    assert renderer.most_at_once == 1
    assert len([path for path in renderer.asked if path != "/"]) == 2


async def test_a_page_without_scripts_costs_no_browser(site: Site, tmp_path: Path) -> None:
    site.serve(f"<html><body>{TEXT}<a href='/more'>more</a>", "/")
    site.serve("<html><body>Short.", "/more")
    renderer = Scripted()
    done = await crawled(site, tmp_path, renderer)
    assert len(done.rows) == 2
    assert renderer.asked == []


async def test_always_renders_every_page_of_html(site: Site, tmp_path: Path) -> None:
    site.serve(f"<html><body>{TEXT}<a href='/more'>more</a> <a href='/data'>data</a>", "/")
    site.serve("<html><body>Short.", "/more")
    site.serve('{"a": 1}', "/data", headers={"Content-Type": "application/json"})
    renderer = Scripted()
    done = await crawled(site, tmp_path, renderer, mode=Mode.ALWAYS)
    assert sorted(renderer.asked) == ["/", "/more"]
    assert {one.why for one in done.shown} == {"always"}


async def test_a_page_that_goes_elsewhere_by_itself_is_a_redirect(site: Site, tmp_path: Path) -> None:
    site.serve(SHELL, "/")
    site.serve(STATIC, "/home")
    target = f"http://{site.host}/home"
    done = await crawled(site, tmp_path, Scripted({"/": lambda _: Rendered("redirected", url=target)}))
    first = done.at(f"http://{site.host}/")
    assert (first.reason, first.location) == ("redirected", target)
    assert done.at(target).reason == "ok"


async def test_a_page_that_goes_to_another_of_its_host_is_a_redirect_and_an_address_alone_is_none(
    site: Site, tmp_path: Path
) -> None:
    site.serve(SHELL + "<a href='/state'>state</a>", "/")
    site.serve(SHELL, "/state")
    site.serve(STATIC, "/home")
    home, spelled = f"http://{site.host}/home", f"http://{site.host}/state?tab=1"
    made: dict[str, Made] = {
        "/": lambda _: Rendered(html=written(1, "<a href='/state'>state</a>"), url=home, went_on=True),
        "/state": lambda _: Rendered(html=written(2), url=spelled),
    }
    done = await crawled(site, tmp_path, Scripted(made), mode=Mode.ALWAYS)
    first = done.at(f"http://{site.host}/")
    assert (first.reason, first.location, first.title) == ("redirected", home, "")
    assert done.at(home).title == "Static"
    assert [row.url for row in done.rows] == [first.url, home]
    again = await crawled(site, tmp_path / "again", Scripted(made | {"/": str}), mode=Mode.ALWAYS)
    assert again.at(f"http://{site.host}/state").title == "Item 2"


@pytest.mark.parametrize("target", ["http://elsewhere.test/", "http://{host}/", "javascript:alert(1)"])
async def test_a_page_that_leads_out_of_the_job_or_back_stays_as_it_came(
    site: Site, tmp_path: Path, target: str
) -> None:
    site.serve(SHELL, "/")
    url = target.format(host=site.host)
    done = await crawled(site, tmp_path, Scripted({"/": lambda _: Rendered("redirected", url=url)}))
    assert [row.title for row in done.rows] == ["App"]


async def test_a_page_that_says_something_and_goes_elsewhere_is_kept_with_one_more_link(
    site: Site, tmp_path: Path
) -> None:
    site.serve(STATIC, "/")
    site.serve(STATIC, "/home")
    target = f"http://{site.host}/home"
    done = await crawled(site, tmp_path, Scripted({"/": lambda _: Rendered("redirected", url=target)}))
    assert [(row.url.rpartition("/")[2], row.reason) for row in done.rows] == [("", "ok"), ("home", "ok")]


async def test_a_page_whose_scripts_ask_not_to_be_kept_is_refused(site: Site, tmp_path: Path) -> None:
    site.serve(SHELL, "/")
    hidden = '<meta name="robots" content="noindex">' + written(1)
    done = await crawled(site, tmp_path, Scripted({"/": lambda _: hidden}))
    (row,) = done.rows
    assert (row.outcome, row.reason, row.body_bytes) == ("refused", "noindex", 0)
    assert done.shown[0].document == ""


async def test_a_page_that_the_browser_cannot_show_is_kept_as_it_came_and_says_so(
    site: Site, tmp_path: Path
) -> None:
    site.serve(SHELL + '<a href="/item/1">one</a>', "/")
    site.serve(SHELL, "/item/1")
    made: dict[str, Made] = {"/": lambda _: Rendered("render_timeout"), "/item/1": lambda _: written(1)}
    done = await crawled(site, tmp_path, Scripted(made))
    assert [row.reason for row in done.rows] == ["not_rendered", "ok"]
    assert [one.outcome for one in done.shown] == ["render_timeout", "ok"]
    assert {one.trials + one.rendered for one in done.adaptive.templates} == {0, 1}


async def test_without_a_browser_pages_are_kept_as_they_came_and_say_what_is_missing(
    site: Site, tmp_path: Path
) -> None:
    site.serve(SHELL + '<a href="/static">words</a>', "/")
    site.serve(STATIC, "/static")
    done = await crawled(site, tmp_path, None)
    assert [(row.reason, row.final) for row in done.rows] == [("not_rendered", True), ("ok", True)]
    assert done.shown == []


async def test_what_the_job_demands_is_tried_again_by_the_next_run(site: Site, tmp_path: Path) -> None:
    site.serve(STATIC, "/")
    done = await crawled(site, tmp_path, None, mode=Mode.ALWAYS)
    assert [(row.reason, row.final) for row in done.rows] == [("not_rendered", False)]
    again = await crawled(site, tmp_path, Scripted(), mode=Mode.ALWAYS)
    assert [(row.reason, row.final) for row in again.rows] == [("ok", True)]


async def test_answers_that_a_page_asked_for_become_pages_without_another_request(
    site: Site, tmp_path: Path
) -> None:
    site.serve(SHELL, "/")
    url = f"http://{site.host}/api/items?page=1"
    answer = Captured(url, 200, "application/json", json.dumps({"items": ["a", "b"]}).encode())
    made = {"/": lambda _: Rendered(html=written(0), captured=(answer,))}
    done = await crawled(site, tmp_path, Scripted(made), mode=Mode.ALWAYS, captures=True)
    row = done.at(url)
    assert (row.outcome, row.reason, row.status) == ("fetched", "captured", 200)
    assert (row.body_bytes, row.depth) == (len(answer.body), 1)
    assert "/api/items?page=1" not in site.asked


async def test_the_gap_to_the_next_request_runs_from_the_end_of_a_rendering(
    site: Site, tmp_path: Path
) -> None:
    site.serve(SHELL, "/")
    made = {"/": lambda _: written(0, '<a href="/next">next</a>')}
    site.serve(STATIC, "/next")
    site.serve(STATIC, "/other")
    renderer = Scripted(made, seconds=0.5)
    times: dict[str, float] = {}

    class Timed(Site):
        async def _answer(self, writer: asyncio.StreamWriter, page: object) -> None:
            times[self.asked[-1]] = asyncio.get_running_loop().time()
            await super()._answer(writer, page)  # type: ignore[arg-type]

    async with Timed() as timed:
        timed.pages = site.pages
        seeds = (f"http://{timed.host}/", f"http://{timed.host}/other")
        await crawl(
            Plan(seeds, content=True, renderer=renderer, mode=Mode.AUTO, delay=0.2, per_host=4), tmp_path
        )
    began_and_ended = {path: at for at, path in renderer.ended}
    others = [at for path, at in times.items() if path not in {"/", "/robots.txt"}]
    for ended in began_and_ended.values():
        assert not [at for at in others if ended - 0.5 < at < ended + 0.19]


async def test_a_slow_browser_keeps_no_other_host_waiting(tmp_path: Path) -> None:
    class Quick(Site):
        async def _answer(self, writer: asyncio.StreamWriter, page: object) -> None:
            await super()._answer(writer, page)  # type: ignore[arg-type]
            if self.asked[-1] == "/39":
                over.set()

    over = asyncio.Event()
    async with Site() as slow, Quick() as quick:
        slow.serve(SHELL + "".join(f'<a href="/{number}"></a>' for number in range(1, 8)), "/0")
        for number in range(1, 8):
            slow.serve(SHELL, f"/{number}")
        for number in range(40):
            quick.serve(f"<html><body>{TEXT}<a href='/{number + 1}'>on</a>", f"/{number}")
        renderer = Scripted({f"/{n}": lambda body: written(1) + body for n in range(8)}, until=over)
        seeds = (f"http://{slow.host}/0", f"http://{quick.host}/0")
        plan = Plan(seeds, content=True, renderer=renderer, mode=Mode.AUTO, max_depth=50, concurrency=4)
        async with asyncio.timeout(120):  # it would wait for ever
            done = await crawl(plan, tmp_path)
    assert len(done.rows) == 8 + 41
