from itertools import pairwise

import pytest

from scraper.render.adaptive import (
    FIRST_CHECK,
    FRUITLESS,
    LONGEST_MISS,
    MOST_TEMPLATES,
    PATIENCE,
    Adaptive,
    Choice,
    Do,
    Why,
)
from scraper.render.evidence import Evidence, Mark
from scraper.render.gain import Gain

HOST = "shop.test"
SHELL = Evidence(build=1, scripts=2, marks=Mark.LITTLE | Mark.HOLES)
RICH = Evidence(build=2, scripts=1, marks=0, seen=5000)
WORTH = Gain(text=800, is_worth=True)
NOTHING = Gain()


def choose(adaptive: Adaptive, number: int, seen: Evidence = SHELL) -> Choice:
    return adaptive.choose(f"http://{HOST}/item/{number}", HOST, seen)


def crawled(adaptive: Adaptive, pages: int, seen: Evidence, gain: Gain, first: int = 0) -> list[Choice]:
    """Pages one after the other, each rendering over before the next page comes."""
    choices = [choose(adaptive, first, seen)]
    for number in range(first, first + pages):
        if number > first:
            choices.append(choose(adaptive, number, seen))
        if choices[-1].do is Do.RENDER:
            adaptive.heard(choices[-1], gain)
    return choices


def test_a_page_without_scripts_is_never_rendered() -> None:
    adaptive = Adaptive()
    assert {one.do for one in crawled(adaptive, 2000, Evidence(), WORTH)} == {Do.KEEP}
    assert adaptive.decided == (0, 0)


def test_a_shell_that_gains_is_rendered_from_its_first_page_on() -> None:
    choices = crawled(Adaptive(), 50, SHELL, WORTH)
    assert [one.why for one in choices] == [Why.TRIAL] + [Why.LEARNED] * 49


def test_a_shell_that_gains_nothing_takes_two_trials_and_a_look_now_and_then() -> None:
    choices = crawled(Adaptive(), 2000, SHELL, NOTHING)
    rendered = [(place, one.why) for place, one in enumerate(choices) if one.do is Do.RENDER]
    assert [why for _, why in rendered] == [Why.TRIAL, Why.TRIAL, *[Why.CHECK] * (len(rendered) - 2)]
    assert 4 <= len(rendered) <= 8
    assert rendered[2][0] <= 2 + FIRST_CHECK


def test_a_rich_page_is_tried_once_and_looked_at_ever_more_rarely() -> None:
    choices = crawled(Adaptive(), 10_000, RICH, NOTHING)
    places = [place for place, one in enumerate(choices) if one.do is Do.RENDER]
    assert places[0] == 0
    assert len(places) <= 8
    distances = [after - before for before, after in pairwise(places)]
    assert distances == sorted(distances)


def test_a_rich_page_that_gains_is_tried_twice() -> None:
    choices = crawled(Adaptive(), 4, RICH, WORTH)
    assert [one.why for one in choices] == [Why.TRIAL, Why.TRIAL, Why.LEARNED, Why.LEARNED]


def test_where_trials_differ_a_third_decides() -> None:
    for last, needs in ((WORTH, True), (NOTHING, False)):
        adaptive = Adaptive()
        for gain in (WORTH, NOTHING, last):
            template = adaptive.heard(choose(adaptive, 1, RICH), gain)
        assert template.needs_browser is needs


def test_pages_of_a_template_wait_for_the_trial_that_is_under_way() -> None:
    adaptive = Adaptive()
    trial, other = choose(adaptive, 1), choose(adaptive, 2)
    assert (trial.do, other.do) == (Do.RENDER, Do.WAIT)
    adaptive.heard(trial, WORTH)
    assert adaptive.again(other).do is Do.RENDER


def test_a_trial_that_is_called_off_lets_another_begin() -> None:
    adaptive = Adaptive()
    trial, other = choose(adaptive, 1), choose(adaptive, 2)
    adaptive.dropped(trial)
    assert adaptive.again(other).why is Why.TRIAL


def test_templates_of_one_shape_of_addresses_are_told_apart_by_how_they_are_built() -> None:
    adaptive = Adaptive()
    for number in range(200):
        seen, gain = (SHELL, WORTH) if number % 10 == 0 else (RICH, NOTHING)
        choice = choose(adaptive, number, seen)
        if choice.do is Do.RENDER:
            adaptive.heard(choice, gain)
    assert adaptive.decided == (1, 1)
    rendered = sum(one.rendered for one in adaptive.templates)
    assert 20 < rendered <= 25


def test_a_failed_rendering_teaches_nothing() -> None:
    adaptive = Adaptive()
    template = adaptive.heard(choose(adaptive, 1), None)
    assert (template.needs_browser, template.trials, template.rendered) == (None, 0, 0)
    assert choose(adaptive, 2).why is Why.TRIAL


def test_a_template_that_the_browser_cannot_show_is_left_alone_for_a_while() -> None:
    adaptive = Adaptive()
    choices = []
    for number in range(1000):
        choices.append(choose(adaptive, number))
        if choices[-1].do is Do.RENDER:
            adaptive.heard(choices[-1], None)
    rendered = sum(one.do is Do.RENDER for one in choices)
    assert PATIENCE < rendered <= 12


def test_minds_are_changed_both_ways() -> None:
    adaptive = Adaptive()
    crawled(adaptive, 20, RICH, NOTHING)
    assert adaptive.decided == (1, 0)
    crawled(adaptive, 200, RICH, WORTH, first=20)
    assert adaptive.decided == (0, 1)
    choices = crawled(adaptive, 20, RICH, NOTHING, first=300)
    assert adaptive.decided == (1, 0)
    assert sum(one.do is Do.RENDER for one in choices) <= LONGEST_MISS + 1


def test_one_rendering_without_a_gain_among_many_changes_nothing() -> None:
    adaptive = Adaptive()
    crawled(adaptive, 5, SHELL, WORTH)
    crawled(adaptive, LONGEST_MISS - 1, SHELL, NOTHING, first=5)
    crawled(adaptive, 1, SHELL, WORTH, first=20)
    crawled(adaptive, LONGEST_MISS - 1, SHELL, NOTHING, first=30)
    assert adaptive.decided == (0, 1)


def test_rich_templates_of_a_host_wait_once_trials_were_in_vain() -> None:
    adaptive = Adaptive()
    for number in range(1, 200):
        choice = adaptive.choose(f"http://{HOST}/{number}/x/y", HOST, RICH._replace(build=number))
        choice = choice._replace(key=choice.key)
        if choice.do is Do.RENDER:
            adaptive.heard(choice, NOTHING)
    rendered = sum(one.rendered for one in adaptive.templates)
    assert FRUITLESS <= rendered <= 20


def test_on_many_hosts_one_trial_each_is_enough_where_others_were_in_vain() -> None:
    adaptive, rendered = Adaptive(), []
    for host in (f"host{number}.test" for number in range(100)):
        before = sum(rendered)
        rendered.append(0)
        for build in range(6):
            choice = adaptive.choose(f"http://{host}/{build}/a", host, RICH._replace(build=build))
            if choice.do is Do.RENDER:
                rendered[-1] += 1
                adaptive.heard(choice, NOTHING)
        assert sum(rendered) > before
    assert rendered[0] >= FRUITLESS
    assert set(rendered[-50:]) == {1}


def test_what_is_built_anew_for_every_page_is_judged_by_its_family() -> None:
    for gain, least, most in ((NOTHING, 8, 30), (WORTH, 300, 300)):
        adaptive = Adaptive()
        rendered = 0
        for number in range(300):
            choice = choose(adaptive, number, SHELL._replace(build=number // 2))
            if choice.do is Do.RENDER:
                rendered += 1
                adaptive.heard(choice, gain)
        assert least <= rendered <= most


def test_the_page_where_a_job_begins_is_tried_although_others_wait() -> None:
    adaptive = Adaptive()
    for number in range(1, 100):
        choice = adaptive.choose(f"http://{HOST}/{number}/x/y", HOST, RICH._replace(build=number))
        if choice.do is Do.RENDER:
            adaptive.heard(choice, NOTHING)
    new = RICH._replace(build=5000)
    assert adaptive.choose(f"http://{HOST}/about/us/a", HOST, new).do is Do.KEEP
    assert adaptive.choose(f"http://{HOST}/about/us/b", HOST, new, is_seed=True).do is Do.RENDER


def test_what_is_remembered_is_bounded_and_goes_on_being_right() -> None:
    adaptive = Adaptive()
    for number in range(MOST_TEMPLATES + 100):
        host = f"host{number}.test"
        choice = adaptive.choose(f"http://{host}/item/1", host, SHELL)
        adaptive.heard(choice, WORTH)
    assert len(adaptive.templates) <= MOST_TEMPLATES
    newest = f"host{MOST_TEMPLATES + 99}.test"
    assert adaptive.choose(f"http://{newest}/item/2", newest, SHELL).why is Why.LEARNED
    assert adaptive.choose("http://host0.test/item/2", "host0.test", SHELL).why is Why.TRIAL


def test_a_host_slot_is_kept_only_for_pages_that_may_be_rendered() -> None:
    adaptive = Adaptive()
    url = f"http://{HOST}/item/1"
    assert adaptive.may_render(url, HOST)  # nothing is known
    choose(adaptive, 1, Evidence())
    assert not adaptive.may_render(url, HOST)
    trial = choose(adaptive, 2, RICH)
    assert adaptive.may_render(url, HOST)
    adaptive.heard(trial, NOTHING)
    assert not adaptive.may_render(url, HOST)


@pytest.mark.parametrize("gain", [WORTH, NOTHING])
def test_what_was_learned_goes_on_from_where_it_was(gain: Gain) -> None:
    before = Adaptive()
    crawled(before, 30, SHELL, gain)
    after = Adaptive(before.templates)
    assert after.decided == before.decided
    assert choose(after, 31).do is (Do.RENDER if gain.is_worth else Do.KEEP)
