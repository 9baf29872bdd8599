"""What a page asks for in JSON while it is shown, in a real Chromium."""

from collections.abc import Sequence

import pytest
from playwright.async_api import Page

from scraper.pattern import Pattern
from scraper.render.capture import Capture, CaptureLimits, wanted_by
from scraper.render.words import RenderRequest
from tests.scraper.render.action_site import ActionSite


async def shown(
    page: Page,
    site: ActionSite,
    paths: Sequence[str],
    limits: CaptureLimits | None = None,
    only: tuple[Pattern, ...] = (),
) -> Capture:
    """What is kept of a page that asks for these."""
    site.paths = list(paths)
    host = site.url.removeprefix("http://")
    request = RenderRequest(f"{site.url}/json", host, captures=True, capture_only=only)
    async with Capture(page, wanted_by(request), limits or CaptureLimits(seconds=30)) as capture:
        await page.goto(f"{site.url}/json")
        await page.wait_for_selector(".ready", state="attached")
    return capture


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="module")
async def test_answers_in_json_are_kept_and_nothing_else(page: Page, action_site: ActionSite) -> None:
    paths = ["/api/one?n=1", "/api/html", "/api/gone", "/api/ld", "/api/one?n=1", "/api/one?n=2"]
    capture = await shown(page, action_site, paths)
    assert [(answer.url.removeprefix(action_site.url), answer.body) for answer in capture.answers] == [
        ("/api/one?n=1", b'{"kind": "one", "n": "1"}'),
        ("/api/ld", b'{"a": 1}'),
        ("/api/one?n=2", b'{"kind": "one", "n": "2"}'),
    ]
    assert capture.answers[0][1:3] == (200, "application/json")
    assert capture.left_out == 0


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="module")
async def test_another_site_is_kept_only_where_a_pattern_names_it(
    page: Page, action_site: ActionSite
) -> None:
    elsewhere = action_site.url.replace("127.0.0.1", "localhost")
    paths = ["/api/one", f"{elsewhere}/api/large?n=1", f"{elsewhere}/api/two"]
    capture = await shown(page, action_site, paths)
    assert [answer.url for answer in capture.answers] == [f"{action_site.url}/api/one"]
    capture = await shown(page, action_site, paths, only=(Pattern.of(f"{elsewhere}/api/t*"),))
    assert [answer.url for answer in capture.answers] == [f"{elsewhere}/api/two"]


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="module")
async def test_number_and_size_are_bounded(page: Page, action_site: ActionSite) -> None:
    paths = ["/api/large?n=100", *(f"/api/one?n={n}" for n in range(6))]
    capture = await shown(page, action_site, paths, CaptureLimits(answers=4, bytes=5_000, seconds=30))
    assert len(capture.answers) == 4
    assert capture.left_out == 3


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="module")
async def test_answers_outlive_the_page_that_asked(page: Page, action_site: ActionSite) -> None:
    action_site.paths = ["/api/one"]
    request = RenderRequest(action_site.url, action_site.url.removeprefix("http://"), captures=True)
    async with Capture(page, wanted_by(request), CaptureLimits(seconds=30)) as capture:
        await page.goto(f"{action_site.url}/json")
        await page.wait_for_selector(".ready", state="attached")
        await page.goto(f"{action_site.url}/plain")
    assert [answer.url for answer in capture.answers] == [f"{action_site.url}/api/one"]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://shop.example/api", True),
        ("https://api.shop.example/v1?q=1", True),
        ("https://shop.example.evil.test/api", False),
        ("https://tracker.test/a.json", False),
        ("blob:https://shop.example/1", False),
    ],
)
def test_the_pages_own_site_is_meant(url: str, kept: bool) -> None:
    request = RenderRequest("https://www.shop.example/", "www.shop.example", captures=True)
    assert wanted_by(request)(url) is kept


def test_nothing_is_kept_unless_it_is_asked_for() -> None:
    assert not wanted_by(RenderRequest("https://a.test/", "a.test"))("https://a.test/api")
