"""Steps on real pages in a real Chromium; a server of our own answers."""

import time

import pytest
from playwright.async_api import Page

from scraper.render.actions import act, described
from scraper.render.step import ActionLimits
from scraper.render.words import Action
from tests.scraper.render.action_site import ITEMS, ActionSite

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
# Generous: whoever shares the machine may be busy. What fails on purpose says how long it waits.
LIMITS = ActionLimits(step_seconds=30, total_seconds=120, settle_seconds=0.6, patience_seconds=30)
BRIEF = 1.0


async def items(page: Page) -> int:
    return await page.locator(".item").count()


async def test_a_load_more_list_is_followed_to_its_end(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/load-more")
    more = Action("repeat", limit=50, steps=(Action("click", "#more"),))
    assert await act(page, [more], LIMITS) == ("", "", 1)
    assert await items(page) == ITEMS
    assert len([path for path in action_site.asked if path.startswith("/api/items")]) == ITEMS // 10


async def test_a_list_longer_than_the_bound_is_cut_and_that_is_said(
    page: Page, action_site: ActionSite
) -> None:
    await page.goto(f"{action_site.url}/load-more")
    more = Action("repeat", limit=3, steps=(Action("click", "#more"),))
    result = await act(page, [more], LIMITS)
    assert (result.remark, result.done) == ("scroll_cut", 1)
    assert result.detail == "step 1 (repeat click #more): ended at its bound, there may be more"
    assert await items(page) == 40


async def test_a_list_that_ends_at_the_bound_is_not_cut(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/load-more?total=30")
    more = Action("repeat", limit=2, steps=(Action("click", "#more"),))
    assert (await act(page, [more], LIMITS)).remark == ""
    assert await items(page) == 30


async def test_a_button_that_brings_nothing_is_left_after_two_tries(
    page: Page, action_site: ActionSite
) -> None:
    await page.goto(f"{action_site.url}/clock")  # whose digits change all the time
    await page.wait_for_function("clock.textContent !== ''")
    await page.evaluate("() => { window.clicks = 0; more.onclick = () => { window.clicks++; }; }")
    more = Action("repeat", limit=50, steps=(Action("click", "#more"),))
    assert (await act(page, [more], LIMITS)).remark == ""
    assert await page.evaluate("window.clicks") == 2


async def test_steps_are_repeated_while_they_bring_other_words(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/pager")
    steps = (Action("click", ".next"), Action("wait_for", "#rows li"))
    assert (await act(page, [Action("repeat", limit=20, steps=steps)], LIMITS)).remark == ""
    assert await page.locator("#rows li").all_text_contents() == ["Row ex", "Row ey", "Row ez"]


async def test_an_infinite_scroll_is_followed_to_its_end(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/scroll")
    down = Action("scroll", text="until_no_more", limit=50)
    assert await act(page, [down], LIMITS) == ("", "", 1)
    assert await items(page) == ITEMS


async def test_a_scroll_without_end_stops_at_its_bound(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/scroll?total=1000000")
    result = await act(page, [Action("scroll", text="until_no_more", limit=4)], LIMITS)
    assert (result.remark, result.detail) == (
        "scroll_cut",
        "step 1 (scroll): ended at its bound, there may be more",
    )
    assert await items(page) >= 40


async def test_a_scroll_without_end_stops_when_its_time_is_over(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/scroll?total=1000000")
    began = time.monotonic()
    result = await act(page, [Action("scroll", text="until_no_more", limit=1000, seconds=2)], LIMITS)
    assert result.remark == "scroll_cut"
    assert time.monotonic() - began < 10


async def test_so_many_scrolls_are_what_was_asked_for_and_no_cut(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/scroll?total=1000000")
    assert (await act(page, [Action("scroll", limit=2)], LIMITS)).remark == ""
    assert await items(page) >= 20


async def test_an_element_scrolls_where_the_page_does_not(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/box")
    down = Action("scroll", "#box", text="until_no_more", limit=20)
    assert (await act(page, [down], LIMITS)).remark == ""
    assert await items(page) == 40


async def test_a_search_is_filled_in_and_sent(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/search")
    steps = [Action("fill", "#q", "lamp"), Action("press", text="Enter"), Action("wait_for", ".result")]
    assert await act(page, steps, LIMITS) == ("", "", 3)
    assert await page.locator(".result").all_text_contents() == ["lamp 0", "lamp 1", "lamp 2"]


@pytest.mark.parametrize("option", ["XL", "2"])
async def test_an_option_is_chosen_by_what_it_says_or_by_its_value(
    option: str, page: Page, action_site: ActionSite
) -> None:
    await page.goto(f"{action_site.url}/select")
    assert (await act(page, [Action("select", "#size", option)], LIMITS)).remark == ""
    assert await page.locator("#chosen").text_content() == "XL"


async def test_what_never_comes_ends_the_steps_and_leaves_the_page_as_it_is(
    page: Page, action_site: ActionSite
) -> None:
    await page.goto(f"{action_site.url}/plain")
    steps = [Action("wait_for", ".never", seconds=BRIEF), Action("click", "h1")]
    result = await act(page, steps, LIMITS)
    assert result == ("action_failed", "step 1 (wait_for .never): nothing on the page fits it within 1 s", 0)
    assert await page.locator("h1").text_content() == "Plain"


async def test_what_may_be_missing_is_passed_over(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/search")
    steps = [
        Action("wait_for", ".never", seconds=BRIEF, is_optional=True),
        Action("repeat", limit=3, steps=(Action("click", "#no", seconds=BRIEF),), is_optional=True),
        Action("fill", "#q", "lamp"),
    ]
    assert await act(page, steps, LIMITS) == ("", "", 3)
    assert await page.input_value("#q") == "lamp"


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (Action("click", "#hidden"), "it stays hidden within 1 s"),
        (Action("click", "#disabled"), "it stays disabled within 1 s"),
        (Action("click", "#covered"), "it cannot be clicked: something covers it, or it never stands still"),
        (Action("click", "#none"), "nothing on the page fits it within 1 s"),
        (Action("click", "#a["), "the browser does not know this kind of selector"),
        (Action("fill", "#text", "lamp"), "it is no field that can be filled in"),
        (Action("select", "#text", "XL"), "it is no list with this option"),
        (
            Action("repeat", limit=3, steps=(Action("click", "#none"),)),
            "nothing on the page fits it within 1 s",
        ),
        (Action("scroll", "#none", "until_no_more", limit=3), "nothing on the page fits it within 1 s"),
    ],
)
async def test_a_step_that_cannot_be_done_says_why(
    step: Action, why: str, page: Page, action_site: ActionSite
) -> None:
    await page.goto(f"{action_site.url}/tricks")
    brief = ActionLimits(step_seconds=BRIEF, settle_seconds=0.3, patience_seconds=1)
    result = await act(page, [step], brief)
    assert result == ("action_failed", f"step 1 ({described(step)}): {why}", 0)


async def test_a_click_that_leads_to_another_page_is_waited_for(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/tricks")
    assert (await act(page, [Action("click", "#away")], LIMITS)).remark == ""
    assert page.url == f"{action_site.url}/slow"
    assert await page.locator("h1").text_content() == "Arrived"


async def test_a_page_that_leaves_a_little_later_is_waited_for_too(
    page: Page, action_site: ActionSite
) -> None:
    await page.goto(f"{action_site.url}/tricks")
    assert (await act(page, [Action("click", "#later")], LIMITS)).remark == ""
    assert await page.locator("h1").text_content() == "Plain"


async def test_a_new_window_a_download_and_a_question_do_not_hold_the_steps_up(
    page: Page, action_site: ActionSite
) -> None:
    await page.goto(f"{action_site.url}/tricks")
    steps = [Action("click", "#popup"), Action("click", "#download"), Action("click", "#dialog")]
    assert await act(page, steps, LIMITS) == ("", "", 3)
    assert page.url == f"{action_site.url}/tricks"
    assert await page.locator("#dialog").text_content() == "no"


async def test_a_click_never_leads_to_a_file_of_this_machine(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/tricks")
    await act(page, [Action("click", "#file")], LIMITS)
    assert page.url == f"{action_site.url}/tricks"


async def test_an_address_that_is_none_of_the_web_ends_the_steps(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/tricks")
    result = await act(page, [Action("click", "#blank")], LIMITS)
    assert result.detail == "step 1 (click #blank): it led to an address that is none of the web (about:)"


async def test_a_page_that_never_comes_back_from_its_script_ends_within_its_time(
    page: Page, action_site: ActionSite
) -> None:
    await page.goto(f"{action_site.url}/tricks")
    began = time.monotonic()
    steps = [Action("click", "#spin", seconds=BRIEF), Action("click", "#dialog", seconds=BRIEF)]
    result = await act(page, steps, LIMITS)
    assert result.remark == "action_failed"
    assert time.monotonic() - began < 15


async def test_all_steps_together_have_their_time(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/plain")
    limits = ActionLimits(step_seconds=30, total_seconds=1.5, settle_seconds=0.3)
    waits = [Action("wait_for", ".never", is_optional=True)] * 5
    began = time.monotonic()
    result = await act(page, [*waits, Action("click", "h1")], limits)
    assert result.detail == "step 6 (click h1): no time is left of 1.5 s for all steps"
    assert time.monotonic() - began < 15


async def test_a_page_that_lies_about_itself_ends_at_the_bound(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/lying")
    result = await act(page, [Action("scroll", text="until_no_more", limit=3)], LIMITS)
    assert result.remark in {"", "scroll_cut"}
    assert await items(page) == 1


async def test_a_page_that_is_gone_is_said_and_not_raised(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/plain")
    await page.close()
    assert (await act(page, [Action("click", "h1")], LIMITS)).detail == "step 1 (click h1): the page is gone"


async def test_a_secret_stands_in_nothing_that_is_told(page: Page, action_site: ActionSite) -> None:
    await page.goto(f"{action_site.url}/tricks")
    word = Action("fill", "#text", "hunter2 & co", is_secret=True, seconds=BRIEF)
    result = await act(page, [word], LIMITS)
    assert result.remark == "action_failed"
    assert "hunter2" not in result.detail
    assert "hunter2" not in described(word)
