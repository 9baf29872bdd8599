"""The job's steps, pictures and captured answers in the tabs of a pool, with a real Chromium."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from scraper.render.pool import BrowserPool
from scraper.render.proxy import CheckingProxy
from scraper.render.settings import PoolSettings
from scraper.render.unneeded import Unneeded
from scraper.render.words import UNTIL_NO_MORE, Action, Rendered, RenderRequest, Shot
from tests.scraper.render.action_site import ITEMS, ActionSite
from tests.scraper.render.site import loopback_alone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
MORE = Action("repeat", limit=50, steps=(Action("click", "#more"),))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(
    sandboxed_browser: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BrowserPool]:
    settings = PoolSettings(
        str(sandboxed_browser), tmp_path_factory.mktemp("pool"), page_seconds=60, step_seconds=30
    )
    async with CheckingProxy(loopback_alone) as proxy, BrowserPool(settings, proxy) as pool:
        yield pool


async def shown(pool: BrowserPool, site: ActionSite, path: str, *steps: Action, **asked: object) -> Rendered:
    host = site.url.removeprefix("http://")
    return await pool.render(RenderRequest(site.url + path, host, actions=steps, **asked))  # type: ignore[arg-type]


async def test_a_list_is_loaded_to_its_end_and_its_answers_are_kept(
    pool: BrowserPool, action_site: ActionSite
) -> None:
    rendered = await shown(pool, action_site, "/load-more", MORE, captures=True)
    assert (rendered.reason, rendered.remark, rendered.detail) == ("ok", "", "")
    assert rendered.html.count('class="item">Thing') == ITEMS
    assert [one.url.rpartition("=")[2] for one in rendered.captured] == [str(n) for n in range(0, ITEMS, 10)]


async def test_an_endless_list_is_cut_and_that_is_a_remark(
    pool: BrowserPool, action_site: ActionSite
) -> None:
    down = Action("scroll", text=UNTIL_NO_MORE, limit=3)
    rendered = await shown(pool, action_site, "/scroll?total=100000", down)
    assert (rendered.reason, rendered.remark) == ("ok", "scroll_cut")
    assert rendered.html.count('class="item"') >= 30


async def test_a_step_that_fails_leaves_the_document_as_it_is(
    pool: BrowserPool, action_site: ActionSite
) -> None:
    never = Action("wait_for", ".never", seconds=0.5)
    rendered = await shown(pool, action_site, "/plain", never, shots=frozenset({Shot.VIEWPORT}))
    assert (rendered.reason, rendered.remark) == ("ok", "action_failed")
    assert rendered.detail == "step 1 (wait_for .never): nothing on the page fits it within 0.5 s"
    assert "<h1>Plain</h1>" in rendered.html
    assert [picture.shot for picture in rendered.pictures] == [Shot.VIEWPORT]


async def test_a_click_that_leads_on_shows_where_it_led(pool: BrowserPool, action_site: ActionSite) -> None:
    rendered = await shown(pool, action_site, "/tricks", Action("click", "#away"))
    assert (rendered.reason, rendered.url) == ("ok", f"{action_site.url}/slow")
    assert "Arrived" in rendered.html


async def test_windows_downloads_and_questions_do_not_hold_a_page_up(
    pool: BrowserPool, action_site: ActionSite
) -> None:
    steps = (Action("click", "#popup"), Action("click", "#download"), Action("click", "#dialog"))
    rendered = await shown(pool, action_site, "/tricks", *steps)
    assert (rendered.reason, rendered.remark, rendered.url) == ("ok", "", f"{action_site.url}/tricks")


async def test_a_click_to_nowhere_has_no_document(pool: BrowserPool, action_site: ActionSite) -> None:
    rendered = await shown(pool, action_site, "/tricks", Action("click", "#blank"))
    assert (rendered.reason, rendered.html) == ("render_failed", "")
    assert "an address that is none of the web (about:)" in rendered.detail


async def test_a_secret_is_in_nothing_that_is_kept(pool: BrowserPool, action_site: ActionSite) -> None:
    word = Action("fill", "#word", "hunter2 & co", is_secret=True)
    rendered = await shown(
        pool,
        action_site,
        "/echo",
        word,
        Action("press", text="Enter"),
        Action("wait_for", "h1"),
        captures=True,
    )
    assert any("word=hunter2" in path for path in action_site.asked)  # it was used
    assert rendered.url == f"{action_site.url}/plain?word=redacted"
    assert "hunter2" not in repr(rendered)
    rendered = await shown(pool, action_site, "/echo", word, captures=True)
    assert '<p id="echo">redacted</p>' in rendered.html
    assert [one.body for one in rendered.captured] == [b'{"kind": "echo", "word": "redacted"}']
    assert "hunter2" not in repr(rendered)


async def test_pictures_are_asked_for_where_one_is_taken_of_the_page(
    pool: BrowserPool, action_site: ActionSite
) -> None:
    rendered = await shown(pool, action_site, "/pictures")
    assert "Pictures" in rendered.html
    assert action_site.asked == ["/pictures"]
    await shown(pool, action_site, "/pictures", shots=frozenset({Shot.FULL_PAGE}))
    assert {"/api/one.png", "/api/two"} <= set(action_site.asked)


async def test_what_pages_are_shown_without_is_for_the_job_to_say(
    sandboxed_browser: Path, tmp_path: Path, action_site: ActionSite
) -> None:
    settings = PoolSettings(str(sandboxed_browser), tmp_path, unneeded=frozenset({Unneeded.MEDIA}))
    async with CheckingProxy(loopback_alone) as proxy, BrowserPool(settings, proxy) as pool:
        await shown(pool, action_site, "/pictures")
    assert {"/api/one.png", "/api/two"} <= set(action_site.asked)
    assert "/api/film" not in action_site.asked


async def test_pages_after_one_with_steps_are_shown_as_ever(
    pool: BrowserPool, action_site: ActionSite
) -> None:
    rendered = await shown(pool, action_site, "/plain")
    assert (rendered.reason, rendered.remark) == ("ok", "")
